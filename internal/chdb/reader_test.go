package chdb_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// TestGrafanasDatasourceReads sends what Grafana's ClickHouse datasource sends,
// as the reader, with its default settings.
func TestGrafanasDatasourceReads(t *testing.T) {
	s, asReader := withReader(t)
	post(t, s, "", "CREATE DATABASE weir")
	post(t, s, "database=weir", "CREATE TABLE t (at DateTime, tenant LowCardinality(String), n UInt64) ENGINE = MergeTree ORDER BY at")
	post(t, s, "database=weir", "INSERT INTO t SELECT now(), 'acme', number FROM numbers(10)")
	settings := url.Values{
		"default_format": {"Native"}, "client_protocol_version": {"54460"}, "max_execution_time": {"60"}, "database": {"weir"},
	}.Encode()
	for _, statement := range []string{
		"SELECT displayName(), version(), revision(), timezone()", "SELECT 1", "SHOW DATABASES", "SHOW TABLES FROM weir", "DESC TABLE weir.t",
		"SELECT name, type FROM system.columns WHERE database = 'weir' AND table = 't'", "SELECT name FROM system.functions LIMIT 10",
		"SELECT toStartOfInterval(at, INTERVAL 60 second) AS time, tenant, sum(n) FROM weir.t WHERE at >= toDateTime(0) AND at <= now() GROUP BY time, tenant ORDER BY time",
		"EXPLAIN SELECT count() FROM weir.t", "SELECT count() FROM t",
	} {
		a := send(t, s, http.MethodPost, settings, statement, func(r *http.Request) { asReader(r); r.Header.Set("Accept-Encoding", "gzip") })
		require.Equal(t, http.StatusOK, a.status, "%s: %s", statement, a.body)
		require.NotEmpty(t, a.body, statement)
	}
}

func TestTheReaderOnlyReads(t *testing.T) {
	s, asReader := withReader(t)
	post(t, s, "", "CREATE DATABASE weir")
	post(t, s, "database=weir", "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	for statement, code := range map[string]string{
		"INSERT INTO weir.t VALUES (1)":              "164",
		"INSERT INTO weir.t SELECT 1":                "497",
		"DROP TABLE weir.t":                          "497",
		"SELECT 1 INTO OUTFILE 'x'":                  "497",
		"SELECT * FROM file('x', 'CSV', 'a String')": "497",
		"SELECT 1; DROP TABLE weir.t":                "62",
		"SELECT * FROM system.processes":             "497",
		"SET readonly = 0":                           "497",
		"KILL QUERY WHERE 1":                         "497",
		"SELECT * FROM weir.t SETTINGS additional_table_filters = {'a':'b'}": "497",
	} {
		a := send(t, s, http.MethodPost, "", statement, asReader)
		require.Equal(t, code, a.code(), "%s: %s", statement, a.body)
	}
	for _, database := range []string{"system", "information_schema", "default"} {
		a := send(t, s, http.MethodPost, "database="+database, "SELECT * FROM processes", asReader)
		require.Equal(t, "497", a.code(), "%s: %s", database, a.body)
		a = send(t, s, http.MethodPost, "", "SELECT * FROM processes", func(r *http.Request) { asReader(r); r.Header.Set("X-ClickHouse-Database", database) })
		require.Equal(t, "497", a.code(), "%s: %s", database, a.body)
	}
	for _, setting := range []string{"readonly=0", "additional_table_filters={}", "max_memory_usage=1", "format_schema=x"} {
		a := send(t, s, http.MethodPost, setting, "SELECT 1", asReader)
		require.Equal(t, "164", a.code(), setting)
	}
	require.Equal(t, "0\n", post(t, s, "", "SELECT count() FROM weir.t").body)
}

func TestTheReaderReadsTheDatabasesItWasGiven(t *testing.T) {
	s := chdbtest.StartWith(t, chdb.Config{Reader: &chdb.Reader{User: chdb.User{Name: "grafana", Password: "pw"}, Databases: []string{"mine"}}})
	asReader := func(r *http.Request) { r.SetBasicAuth("grafana", "pw") }
	for _, database := range []string{"mine", "weir"} {
		post(t, s, "", "CREATE DATABASE "+database)
		post(t, s, "database="+database, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	}
	require.Equal(t, "0\n", send(t, s, http.MethodPost, "database=mine", "SELECT count() FROM t", asReader).body)
	require.Equal(t, "497", send(t, s, http.MethodPost, "database=mine", "SELECT count() FROM weir.t", asReader).code())
	require.Equal(t, "497", send(t, s, http.MethodPost, "database=weir", "SELECT count() FROM t", asReader).code())
}

func withReader(t *testing.T) (*chdbtest.Server, func(*http.Request)) {
	t.Helper()
	s := chdbtest.StartWith(t, chdb.Config{Reader: &chdb.Reader{User: chdb.User{Name: "grafana", Password: "pw"}}})
	return s, func(r *http.Request) { r.SetBasicAuth("grafana", "pw") }
}
