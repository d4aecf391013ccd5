package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableShowsWhatWouldSteerATerminal(t *testing.T) {
	var out strings.Builder
	require.NoError(t, Table(&out, []string{"NAME", "N"}, [][]string{{"a\x1b[2Jb\tc\nd\u202e", "1"}, {"prüfung ✓", "2"}}))
	require.Equal(t, "NAME                   N\n"+`a\x1b[2Jb\tc\nd\u202e  1`+"\nprüfung ✓              2\n", out.String())
}
