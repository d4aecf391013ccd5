package ruletest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/rules"
)

var (
	runbookSQL    = regexp.MustCompile("(?s)```sql\n(.*?)```")
	runbookAdjust = regexp.MustCompile("`(adjust: .*?)`")
)

// TestRunbooksCanBeFollowed checks that each rule's runbook says what on-call
// people need, and that its statements and adjustments work.
func TestRunbooksCanBeFollowed(t *testing.T) {
	open := engine(t)
	admin, err := open("default")
	require.NoError(t, err)
	require.NoError(t, schema.Apply(t.Context(), admin, schema.Options{}))
	conn, err := open(schema.DefaultDatabase)
	require.NoError(t, err)
	builtin, err := rules.Builtin()
	require.NoError(t, err)
	files, err := os.ReadDir(filepath.Join("..", "..", "docs", "runbooks"))
	require.NoError(t, err)
	require.Len(t, files, len(builtin), "a runbook for each rule, and no other")
	for _, rule := range builtin {
		name := filepath.Base(rule.Runbook)
		require.Equal(t, rule.Name+".md", name)
		data, err := os.ReadFile(filepath.Join("..", "..", "docs", "runbooks", name))
		require.NoError(t, err)
		for _, part := range []string{"# " + rule.Name + ": ", "**What it means.**", "**First five minutes.**", "**Harmless when**", "**Contain.**", "**Tune.**"} {
			require.Contains(t, string(data), part, name)
		}
		for _, match := range runbookAdjust.FindAllStringSubmatch(string(data), -1) {
			path := filepath.Join(t.TempDir(), "adjust.yaml")
			require.NoError(t, os.WriteFile(path, []byte("version: 1\n"+match[1]+"\n"), 0o600))
			_, err := rules.Load([]string{rules.BuiltinName, path})
			require.NoError(t, err, name)
		}
		for _, match := range runbookSQL.FindAllStringSubmatch(string(data), -1) {
			require.NoError(t, conn.Exec(t.Context(), "EXPLAIN "+strings.TrimSpace(match[1])), "%s: %s", name, match[1])
		}
	}
}
