package queryrule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/rules"
)

// What the built-in rules read grows with connectors, not with their calls: of single
// calls they read only those of whom there may be something to tell.
func TestGovernanceReadsNoMoreOfConnectorsThatCallMore(t *testing.T) {
	const connectors, tenfold = 500, 10
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, schema.DefaultDatabase)
	end := time.Now().UTC().Truncate(time.Hour)
	builtin, err := rules.Builtin()
	require.NoError(t, err)
	read := func() (rows uint64) {
		t.Helper()
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT sum(value) FROM system.events WHERE event = 'SelectedRows'").Scan(&rows))
		return rows
	}
	evaluate := func() map[string]uint64 {
		t.Helper()
		for _, table := range []string{"call_traits", "connector_facts"} { // as they are once they have been merged
			require.NoError(t, conn.Exec(t.Context(), "OPTIMIZE TABLE "+table+" FINAL"))
		}
		of := map[string]uint64{}
		for i := range builtin {
			if builtin[i].Family != rules.Query {
				continue
			}
			before := read()
			_, err := queryrule.Evaluate(t.Context(), conn, &builtin[i], queryrule.WindowAt(&builtin[i], end), "r")
			require.NoError(t, err)
			of[builtin[i].Name] = read() - before
		}
		return of
	}
	fillFleet(t, conn, connectors, end)
	require.NoError(t, conn.Exec(t.Context(), "TRUNCATE TABLE spans"))
	once := evaluate()
	require.Greater(t, once["credential-several-networks"], uint64(connectors))

	fillRows(t, conn, connectors, end, actionRows, connectors*benchCallsAnHour*benchHours, tenfold*connectors*benchCallsAnHour*benchHours)
	fillActions(t, conn)
	for name, rows := range evaluate() {
		require.LessOrEqual(t, float64(rows), 1.1*float64(once[name])+100, name)
	}
}

// call_traits knows what a call once was taken for; a rule tells of what it is now.
func TestGovernanceTellsOfCallsAsTheyAreNow(t *testing.T) {
	conn := engine(t)
	builtin, err := rules.Builtin()
	require.NoError(t, err)
	at := slices.IndexFunc(builtin, func(r rules.Rule) bool { return r.Name == "token-replayed" })
	end := time.Now().UTC().Truncate(time.Hour)
	from, version := end.Add(-time.Hour).Unix(), int64(0)
	call := func(key, connector string) {
		t.Helper()
		version++
		require.NoError(t, conn.Exec(t.Context(), `INSERT INTO actions (bucket, call_key, live, timestamp, tenant_id, connector_id, token_id, adjusted_count, computed_at)
			SELECT toDateTime(?, 'UTC'), ?, 1, toDateTime(?, 'UTC'), 'acme', ?, 'jti-1', 1, toDateTime64(?, 6, 'UTC')`, from, key, from, connector, from+version))
	}
	found := func() []queryrule.Row {
		t.Helper()
		rows, err := queryrule.Evaluate(t.Context(), conn, &builtin[at], queryrule.WindowAt(&builtin[at], end), "rev1")
		require.NoError(t, err)
		return rows
	}
	call("one", "crm")
	call("one", "billing")
	require.Empty(t, found(), "one call, which a later report has given to another connector")
	call("two", "crm")
	require.Len(t, found(), 1)
}
