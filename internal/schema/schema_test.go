package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func TestApplyCreatesEverythingOnceAndCanBeRepeated(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	ctx := t.Context()

	plan, err := schema.Plan(ctx, conn, schema.Options{})
	require.NoError(t, err)
	for _, step := range plan {
		require.Equal(t, schema.StateMissing, step.State, step.Name)
		require.NotContains(t, step.SQL, "{database}", step.Name)
		require.NotContains(t, step.SQL, "_days}", step.Name)
	}
	require.ErrorContains(t, schema.Check(ctx, conn, schema.Options{}), "weirctl schema apply")

	require.NoError(t, schema.Apply(ctx, conn, schema.Options{}))
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{}))
	require.NoError(t, schema.Check(ctx, conn, schema.Options{}))

	var tables uint64
	require.NoError(t, conn.QueryRow(ctx, "SELECT count() FROM system.tables WHERE database = 'weir'").Scan(&tables))
	require.EqualValues(t, len(plan), tables)

	for _, view := range []string{"who_did_what", "connector_activity", "open_findings", "identity_coverage", "trace_identity", "span_identity"} {
		require.NoError(t, conn.Exec(ctx, "SELECT * FROM weir."+view+" FORMAT Null"), view)
	}
}

func TestAnInterruptedApplyGoesOn(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	ctx := t.Context()
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{}))
	require.NoError(t, conn.Exec(ctx, "DROP TABLE weir.logs"))
	require.NoError(t, conn.Exec(ctx, "DELETE FROM weir.schema_migrations WHERE name IN ('logs', 'findings')"))
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{}))
	require.NoError(t, schema.Check(ctx, conn, schema.Options{}))
}

func TestATableOfAnotherVersionIsRefusedAndAViewReplaced(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	ctx := t.Context()
	opts := schema.Options{Database: "other", RetentionDays: 7}
	require.NoError(t, schema.Apply(ctx, conn, opts))
	forget := "INSERT INTO other.schema_migrations SELECT version, name, 'old', now64(6) FROM other.schema_migrations FINAL WHERE name = ?"
	require.NoError(t, conn.Exec(ctx, forget, "who_did_what"))
	require.NoError(t, schema.Apply(ctx, conn, opts))
	require.NoError(t, schema.Check(ctx, conn, opts))
	require.NoError(t, conn.Exec(ctx, forget, "spans"))
	require.ErrorIs(t, schema.Apply(ctx, conn, opts), schema.ErrDrift)
}

func TestPlaceholdersAreFilled(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	plan, err := schema.Plan(t.Context(), conn, schema.Options{Database: "my-db", RetentionDays: 7, RollupRetentionDays: 90})
	require.NoError(t, err)
	var all strings.Builder
	for _, step := range plan {
		all.WriteString(step.SQL)
	}
	for _, want := range []string{"CREATE TABLE IF NOT EXISTS `my-db`.spans", "INTERVAL 7 DAY", "INTERVAL 90 DAY"} {
		require.Contains(t, all.String(), want)
	}
}

func TestAChangedRetentionReachesExistingTables(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	ctx := t.Context()
	definition := func(table string) (sql string) {
		require.NoError(t, conn.QueryRow(ctx, "SELECT create_table_query FROM system.tables WHERE database = 'weir' AND name = ?", table).Scan(&sql))
		return sql
	}
	changed := func() (n uint64) {
		require.NoError(t, conn.QueryRow(ctx, "SELECT count() FROM system.mutations WHERE database = 'weir'").Scan(&n))
		return n
	}
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{}))
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{RetentionDays: 30, RollupRetentionDays: 400}))
	require.Zero(t, changed(), "the same retention is left alone")
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{RetentionDays: 90}))
	require.Contains(t, definition("spans"), "toIntervalDay(if(retention_days = 0, 90, retention_days))")
	require.Regexp(t, `TTL toDate\(addDays\(last_seen, 2\)\) \+ .*90`, definition("resources"))
	require.Contains(t, definition("connector_5m"), "toIntervalDay(400)")
	require.Contains(t, definition("recompute_queue"), "toIntervalDay(7)")
	require.NoError(t, schema.Apply(ctx, conn, schema.Options{}))
	require.Contains(t, definition("spans"), "if(retention_days = 0, 90,", "who names no retention shortens none")
}
