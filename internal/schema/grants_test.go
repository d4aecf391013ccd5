package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func granted(t *testing.T, opts schema.Options, tenants ...string) []string {
	t.Helper()
	statements, err := schema.Grants(opts, schema.NewAccess(tenants...))
	require.NoError(t, err)
	return statements
}

func TestGrantsAreThoseOfTheGoldenFileAndParse(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	var text strings.Builder
	for _, statement := range granted(t, schema.Options{CompatDatabase: schema.DefaultCompatDatabase}, "acme", "o'neil & co") {
		text.WriteString(format(t, conn, statement) + ";\n")
	}
	golden(t, "grants.sql", text.String())
	for _, statement := range granted(t, schema.Options{Database: "my-weir", Cluster: "weir"}, "acme") {
		require.Contains(t, format(t, conn, statement)+" ", " ON CLUSTER weir ")
	}
}

func TestATenantSeesOnlyTablesThatSayWhoseARowIs(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	require.NoError(t, schema.Apply(t.Context(), conn, schema.Options{}))
	granted := strings.Join(granted(t, schema.Options{}, "acme"), "\n")
	names := map[string]bool{}
	for _, line := range strings.Split(granted, "\n") {
		if table, ok := strings.CutPrefix(line, "GRANT SELECT ON weir."); ok && strings.HasSuffix(line, " TO weir_analyst_acme") {
			names[strings.Fields(table)[0]] = true
		}
	}
	require.Contains(t, names, "actions")
	require.Contains(t, names, "who_did_what")
	require.Contains(t, names, "span_identity", "a view of a view")
	for _, none := range []string{"resources", "schema_migrations", "token_aliases", "catalog_revisions", "recompute_queue", "*"} {
		require.NotContains(t, names, none)
	}
	for name := range names {
		var tenants, views uint64
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT countIf(name = 'tenant_id') FROM system.columns WHERE database = 'weir' AND table = ?", name).Scan(&tenants))
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT countIf(engine = 'View') FROM system.tables WHERE database = 'weir' AND name = ?", name).Scan(&views))
		require.EqualValues(t, 1, max(tenants, views), name)
		if views == 0 {
			require.Contains(t, granted, "ON weir."+name+" AS RESTRICTIVE FOR SELECT USING tenant_id = 'acme' TO weir_analyst_acme", name)
		}
	}
}

func TestAnAnalystMayShortenAQueryAndNothingElse(t *testing.T) {
	for _, statement := range granted(t, schema.Options{}) {
		if strings.HasPrefix(statement, "CREATE SETTINGS PROFILE OR REPLACE weir_analyst ") {
			require.Contains(t, statement, "readonly = 1, max_execution_time = 60 MIN 1 MAX 60 CHANGEABLE_IN_READONLY,")
			require.Equal(t, 1, strings.Count(statement, "CHANGEABLE_IN_READONLY"))
			return
		}
	}
	t.Fatal("no profile")
}
