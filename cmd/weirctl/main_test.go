package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrongUsageExitsWith2(t *testing.T) {
	f := func(want int, args ...string) {
		t.Helper()
		root := newRoot()
		root.SetArgs(args)
		root.SetOut(t.Output())
		root.SetErr(t.Output())
		require.Equal(t, want, exitCode(root.Execute()))
	}
	f(0)
	f(0, "--help")
	f(2, "nonsense")
	f(2, "whom")
	f(2, "--nonsense")
	f(2, "who", "--nonsense")
	f(2, "who", "nonsense")
	f(2, "schema", "nonsense")
}
