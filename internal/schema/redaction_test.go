package schema_test

import (
	"context"
	"os"
	"regexp"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

// insertAgain runs an insert three times as a segment is sent again.
func insertAgain(t *testing.T, conn driver.Conn, token, insert string) {
	t.Helper()
	ctx := clickhouse.Context(context.WithoutCancel(t.Context()), clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplicate": 1, "insert_deduplication_token": token, "async_insert": 0,
		"deduplicate_blocks_in_dependent_materialized_views": 1,
	}))
	for range 3 {
		require.NoError(t, conn.Exec(ctx, insert))
	}
}

// hits are read as a rule does.
func hits(t *testing.T, conn driver.Conn, where string) (n uint64) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT sum(hits) FROM redaction_hits WHERE "+where).Scan(&n))
	return n
}

func TestRedactionHitsCountRecordsOnceHoweverOftenASegmentIsSent(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	// 200 spans over two days, that is two partitions; half of them had a card,
	// every tenth an e-mail address too.
	spans := `INSERT INTO spans (timestamp, tenant_id, connector_id, attributes_json, attributes_int)
		SELECT toStartOfDay(now64(9, 'UTC')) + 3600 * (if(number < 100, -1, 1)) + number % 60, 'acme', 'crm-sync',
			multiIf(number % 10 = 0, map('lowcode.redaction.detectors', '["card","email"]'), number % 2 = 0, map('lowcode.redaction.detectors', '["card"]'), map('other', '[1]')),
			map('lowcode.redaction.count', toInt64(1))
		FROM numbers(200)`
	insertAgain(t, conn, "segment-1-spans", spans)
	require.EqualValues(t, 100, hits(t, conn, "detector = 'card' AND signal = 'span' AND connector_id = 'crm-sync' AND tenant_id = 'acme'"))
	require.EqualValues(t, 20, hits(t, conn, "detector = 'email'"))

	// Logs go to the same table, even under the same token.
	insertAgain(t, conn, "segment-1-spans", `INSERT INTO logs (timestamp, tenant_id, connector_id, attributes_json)
		SELECT now64(9, 'UTC'), 'acme', 'crm-sync', map('lowcode.redaction.detectors', '["card"]') FROM numbers(7)`)
	require.EqualValues(t, 7, hits(t, conn, "signal = 'log'"))

	// Another segment with the same rows counts.
	insertAgain(t, conn, "segment-2-spans", spans)
	require.EqualValues(t, 200, hits(t, conn, "detector = 'card' AND signal = 'span'"))
	require.NoError(t, conn.Exec(t.Context(), "OPTIMIZE TABLE redaction_hits FINAL"))
	require.EqualValues(t, 200, hits(t, conn, "detector = 'card' AND signal = 'span'"))
	require.EqualValues(t, 247, hits(t, conn, "1"))
}

func TestTokenAliasesJoinOldTokensToNewOnes(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	insertAgain(t, conn, "a", `INSERT INTO spans (timestamp, attributes_string, attributes_json)
		SELECT now64(9, 'UTC') - number, map('user.id', '<EMAIL:k2:B>'), map('lowcode.redaction.aliases', '["<EMAIL:k1:A> <EMAIL:k2:B>","\\u003cCARD:k1:C> <CARD:k2:D>","odd"]') FROM numbers(5)`)
	insertAgain(t, conn, "b", `INSERT INTO logs (timestamp, attributes_json) SELECT now64(9, 'UTC'), map('lowcode.redaction.aliases', '["<EMAIL:k1:A> <EMAIL:k2:B>"]')`)
	insertAgain(t, conn, "c", `INSERT INTO spans (timestamp, attributes_string) SELECT now64(9, 'UTC') - 86400, map('user.id', '<EMAIL:k1:A>')`)

	var pairs, users uint64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM token_aliases FINAL").Scan(&pairs))
	require.EqualValues(t, 2, pairs)
	// A user that was seen before and after the rotation is one user.
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT uniqExact(if(a.new_token = '', s.attributes_string['user.id'], a.new_token))
		FROM spans AS s LEFT JOIN (SELECT * FROM token_aliases FINAL) AS a ON a.old_token = s.attributes_string['user.id']`).Scan(&users))
	require.EqualValues(t, 1, users)
}

func TestStatementsInTheDocumentationRun(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	text, err := os.ReadFile("../../docs/redaction.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 2)
	for _, block := range blocks {
		require.NoError(t, server.Conn(t, "default").Exec(t.Context(), block[1]+" FORMAT Null"), block[1])
	}
}
