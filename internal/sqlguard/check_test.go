package sqlguard

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAllowsWhatReadersSend(t *testing.T) {
	for _, statement := range []string{
		// clickhouse-go's handshake and ping
		"SELECT displayName(), version(), revision(), timezone()",
		"SELECT 1",
		"select 1;",
		"(SELECT 1)",
		// Grafana's ClickHouse datasource: exploring
		"SHOW DATABASES",
		"SHOW DATABASES LIKE 'w%' FORMAT TSV",
		"SHOW TABLES",
		"SHOW TABLES FROM weir",
		"SHOW FULL TABLES IN weir NOT LIKE '%tmp%' LIMIT 10",
		"SHOW TABLES FROM system",
		"SHOW COLUMNS FROM spans FROM weir",
		"SHOW CREATE TABLE weir.spans",
		"SHOW CREATE DATABASE weir",
		`DESC TABLE "weir"."spans"`,
		"DESCRIBE weir.who_did_what",
		"DESCRIBE TABLE (SELECT 1 AS a)",
		"DESC numbers(3)",
		"EXISTS TABLE weir.spans",
		"EXISTS DATABASE weir",
		"SELECT name FROM system.tables WHERE database = 'weir'",
		"SELECT name FROM system.databases",
		"SELECT name, type FROM system.columns WHERE database = 'weir' AND table = 'spans'",
		"SELECT DISTINCT name FROM system.functions ORDER BY name",
		// Grafana's ClickHouse datasource: panels, macros expanded
		"SELECT toStartOfInterval(toDateTime(timestamp), INTERVAL 60 second) AS \"time\", count() AS \"calls\" FROM weir.who_did_what\nWHERE timestamp >= toDateTime(1700000000) AND timestamp <= toDateTime(1700003600) GROUP BY time ORDER BY time",
		"SELECT toStartOfMinute(timestamp) as time, connector_id, sum(bytes_out) as b FROM who_did_what WHERE ( timestamp >= fromUnixTimestamp64Milli(1700000000000) AND timestamp <= fromUnixTimestamp64Milli(1700003600000) ) GROUP BY time, connector_id ORDER BY time ASC LIMIT 1000",
		"SELECT arrayMap(x -> x.1, groupArray((time, v))) FROM (SELECT 1 AS time, 2 AS v)",
		"SELECT * FROM weir.findings WHERE connector_id IN ('a','b') AND status IN (1, 2) ORDER BY starts_at DESC LIMIT 100 OFFSET 20",
		"SELECT quantilesTDigest(0.5, 0.9)(duration_ms) FROM weir.who_did_what PREWHERE tenant_id = 'acme'",
		"SELECT Timestamp as timestamp, Body as body, SeverityText as level FROM \"otel_compat\".\"otel_logs\" WHERE (timestamp >= toDateTime(1700000000)) ORDER BY timestamp DESC LIMIT 1000",
		"SELECT TraceId AS traceID, SpanAttributes['http.route'] AS route, Events.Name FROM otel_compat.otel_traces WHERE TraceId = {id:String}",
		"SELECT uniqExactIf(user_id, status_code >= 400) AS u, countIf(status_code BETWEEN 500 AND 599) / count() AS rate FROM weir.who_did_what WITH TOTALS",
		// the rest of a SELECT
		"WITH top AS (SELECT connector_id FROM weir.connector_hours GROUP BY 1 ORDER BY sum(actions) DESC LIMIT 10) SELECT * FROM weir.connector_hours WHERE connector_id IN (SELECT connector_id FROM top)",
		"WITH 5 AS n SELECT number FROM numbers(10) WHERE number < n",
		"SELECT a.x, b.y FROM weir.actions AS a INNER JOIN weir.findings b ON a.connector_id = b.connector_id, (SELECT 1 AS one) AS c",
		"SELECT a FROM weir.t GLOBAL ANY LEFT JOIN weir.u USING (a, b)",
		"SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3 EXCEPT SELECT 4 INTERSECT SELECT 5",
		"SELECT e.k FROM weir.spans ARRAY JOIN mapKeys(attributes) AS k, mapValues(attributes) AS v",
		"SELECT row_number() OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM weir.t WINDOW w AS (ORDER BY b)",
		"SELECT time, v FROM weir.t ORDER BY time WITH FILL FROM toDateTime(1) TO toDateTime(2) STEP 60 INTERPOLATE (v AS 0)",
		"SELECT CAST(a AS Nullable(Decimal(10, 2))), b::Array(LowCardinality(String)), CASE WHEN a > 1 THEN 'x' ELSE 'y' END FROM weir.t",
		"SELECT * EXCEPT (body) REPLACE (lower(name) AS name) APPLY(toString) FROM weir.logs",
		"SELECT COLUMNS('^a') APPLY(x -> x + 1) FROM weir.t",
		"SELECT extract(YEAR FROM timestamp), trim(BOTH ' ' FROM name), substring(name FROM 2) FROM weir.t WHERE a IS NOT DISTINCT FROM b",
		"SELECT 'INTO OUTFILE; DROP TABLE x -- /* it''s only \\' text' AS t",
		"SELECT 1 -- INTO OUTFILE 'x'; DROP\n + 1",
		"SELECT /* file('x') */ 1 FROM weir.t FINAL SAMPLE 0.1",
		"SELECT x ? 'a' : 'b', -1.5e-3, 0x1F, 1_000, 2., .5 FROM weir.t",
		"SELECT a FROM weir.t SETTINGS max_threads = 2, join_use_nulls = 1, date_time_output_format = 'iso' FORMAT JSONCompact",
		"SELECT * FROM view(SELECT connector_id FROM weir.actions)",
		"SELECT t.delete, t.\"into\", \"insert\" FROM weir.t",
		"SELECT truncate(a, 2), replace(b, 'x', 'y'), format('{}', c) FROM weir.t",
		"SELECT sumMapIf(k, v, 1), argMaxIf(a, b, c), countDistinctIf(d, e), uniqCombined64MergeState(s) FROM weir.t",
		"SELECT t.limit, \"where\", 1 AS \"order\" FROM weir.t AS \"array\" ORDER BY \"order\"",
		"SELECT DISTINCT ON (a) * FROM weir.t",
		"SELECT count(*) FILTER (WHERE a > 0), t.* FROM weir.t GROUP BY ALL HAVING count() > 0 ORDER BY ALL LIMIT 1 WITH TIES",
		"SELECT * EXCEPT name FROM weir.t WHERE a NOT IN (1, -2, toDate(b)) AND c IN (SELECT 1) LIMIT 2 BY a LIMIT 5 OFFSET {o:UInt8}",
		"SELECT a FROM ((SELECT 1 AS a) AS x JOIN weir.t AS y ON x.a = y.a) LEFT ARRAY JOIN y.b AS c, y.d AS e WHERE e = 'x' UNION ALL SELECT 2",
		"SELECT a FROM weir.t WHERE CASE WHEN a THEN 1 ELSE 0 END GROUP BY a WITH ROLLUP ORDER BY a DESC NULLS LAST LIMIT 10",
		"EXPLAIN SELECT 1",
		"EXPLAIN indexes = 1, actions = 0 SELECT count() FROM weir.spans WHERE trace_id = unhex('00')",
		"EXPLAIN QUERY TREE SELECT 1",
		"EXPLAIN PIPELINE WITH 1 AS a SELECT a",
	} {
		require.NoError(t, Check(statement, DefaultOptions("weir")), statement)
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range refused {
		err := Check(c.statement, DefaultOptions("weir"))
		var refusal *Refusal
		require.ErrorAs(t, err, &refusal, c.statement)
		require.Contains(t, err.Error(), c.reason, c.statement)
		require.NotContains(t, err.Error(), "/etc/passwd", "an error repeats no literal")
	}
}

func TestUnqualifiedTablesNeedAReadableCurrentDatabase(t *testing.T) {
	require.NoError(t, Check("SELECT 1", DefaultOptions("default")))
	require.NoError(t, Check("SELECT a FROM weir.t", DefaultOptions("default")))
	require.NoError(t, Check("WITH x AS (SELECT 1) SELECT * FROM x", DefaultOptions("weir")))
	// A name of WITH is no way around it: whether it hides the table depends on the scope.
	require.ErrorContains(t, Check("WITH x AS (SELECT * FROM x) SELECT * FROM x", DefaultOptions("default")), "connect to one that is")
	require.ErrorContains(t, Check("SELECT * FROM processes WINDOW processes AS (ORDER BY 1)", DefaultOptions("system")), "the unqualified table processes")
	require.ErrorContains(t, Check("SELECT * FROM passwd", DefaultOptions("default")), "write database.table")
	require.ErrorContains(t, Check("SHOW TABLES", DefaultOptions("default")), "default")
}

func TestEveryErrorSaysWhatIsAllowed(t *testing.T) {
	err := Check("SELECT * FROM default.t", DefaultOptions("weir"))
	require.EqualError(t, err, "the read-only user may not send the database default (at byte 14): databases allowed are: weir, otel_compat")
}

func BenchmarkCheckPanelQuery(b *testing.B) {
	opts := DefaultOptions("weir")
	statement := "SELECT toStartOfInterval(timestamp, INTERVAL 60 second) AS time, connector_id, sum(bytes_out) AS b FROM weir.who_did_what " +
		"WHERE timestamp >= toDateTime(1700000000) AND connector_id IN ('a', 'b') GROUP BY time, connector_id ORDER BY time LIMIT 1000"
	for b.Loop() {
		if err := Check(statement, opts); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, c := range refused {
		if len(c.statement) < 1000 {
			f.Add(c.statement)
		}
	}
	f.Add("SELECT a, 'x' FROM weir.t WHERE b IN (1, 2) -- c\nLIMIT 1")
	f.Fuzz(func(t *testing.T, statement string) {
		err := Check(statement, DefaultOptions("weir"))
		if err != nil {
			var refusal *Refusal
			require.ErrorAs(t, err, &refusal)
			return
		}
		for _, w := range bareWords(statement) {
			require.NotContains(t, []string{"OUTFILE", "INFILE", "INTO", "INSERT", "PARALLEL"}, w, statement)
		}
		require.False(t, reaches(statement), statement)
	})
}
