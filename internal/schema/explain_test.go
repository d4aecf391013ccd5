package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func TestReadersUseTheIndexes(t *testing.T) {
	server := chdbtest.Start(t)
	ctx := t.Context()
	require.NoError(t, schema.Apply(ctx, server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	require.NoError(t, conn.Exec(ctx, `INSERT INTO actions (bucket, call_key, live, timestamp, trace_id)
		SELECT toStartOfFiveMinutes(timestamp), toString(number), 1, now64(9) - number AS timestamp, toFixedString(hex(number), 16) FROM numbers(86400)`))
	require.NoError(t, conn.Exec(ctx, "INSERT INTO spans (timestamp, trace_id) SELECT now64(9) - number, toFixedString(hex(number), 16) FROM numbers(86400)"))
	require.NoError(t, conn.Exec(ctx, `INSERT INTO trace_connectors (trace_id, bucket, live)
		SELECT toFixedString(hex(number), 16), toStartOfFiveMinutes(now()), 1 FROM numbers(86400)`))
	for query, index := range map[string]string{
		"SELECT name FROM span_identity WHERE trace_id = toFixedString('3039', 16)":          "PrimaryKey",
		"SELECT connector_id FROM trace_identity WHERE trace_id = toFixedString('3039', 16)": "PrimaryKey",
		"SELECT user_id FROM who_did_what WHERE timestamp > now() - 600":                     "idx_timestamp",
		"SELECT name FROM spans WHERE trace_id = toFixedString('3039', 16)":                  "idx_trace_id",
		"SELECT user_id FROM actions FINAL WHERE trace_id = toFixedString('3039', 16)":       "idx_trace_id",
	} {
		rows, err := conn.Query(ctx, "EXPLAIN indexes = 1 "+query)
		require.NoError(t, err)
		var plan strings.Builder
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			plan.WriteString(line + "\n")
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		require.Contains(t, plan.String(), index, query)
	}
}
