package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

func code(t *testing.T, err error) int {
	t.Helper()
	var known *libchdb.Error
	require.ErrorAs(t, err, &known)
	return known.Code
}

func TestParseReadsParametersAndHeaders(t *testing.T) {
	t.Parallel()
	values := url.Values{
		"query": {"SELECT 1"}, "database": {"weir"}, "default_format": {"JSON"}, "query_id": {"q"}, "client_protocol_version": {"54460"},
		"compress": {"1"}, "decompress": {"true"}, "wait_end_of_query": {"1"}, "enable_http_compression": {"0"},
		"param_x": {"1", "2"}, "max_threads": {"3"}, "async_insert": {"0"}, "user": {"u"}, "password": {"p"}, "quota_key": {"k"},
	}
	r := httptest.NewRequest(http.MethodGet, "/?"+values.Encode(), nil)
	got, err := parse(r)
	require.NoError(t, err)
	require.Equal(t, &request{
		user: "u", password: "p", query: "SELECT 1", database: "weir", format: "JSON", queryID: "q", revision: 54460, compress: true,
		decompress: true, waitEnd: true, readOnly: true, params: []libchdb.Param{{Name: "x", Value: "2"}},
		settings: []setting{{"async_insert", "0"}, {"max_threads", "3"}},
	}, got)

	r = httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-ClickHouse-Database", "weir")
	r.Header.Set("X-ClickHouse-Format", "CSV")
	r.Header.Set("X-ClickHouse-Query-Id", "q")
	r.SetBasicAuth("u", "p")
	got, err = parse(r)
	require.NoError(t, err)
	require.Equal(t, &request{user: "u", password: "p", database: "weir", format: "CSV", queryID: "q", encode: true}, got)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	f := func(query string, want int) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.URL.RawQuery = query
		_, err := parse(r)
		require.Equal(t, want, code(t, err), query)
	}
	f("a%zz", codeBadArguments)
	f("client_protocol_version=x", codeBadArguments)
	f("session_id=1", codeNotImplemented)
	f("default_format=a%20b", 73)
	f("max%20threads=1", codeUnknownSetting)
	f("a'b=1", codeUnknownSetting)
	f("=1", codeUnknownSetting)
}

func TestReaderSettings(t *testing.T) {
	t.Parallel()
	h := New(Config{ReaderMaySet: func(name string) bool { return name == "max_threads" }})
	reader := &User{Name: "r", ReadOnly: true, Settings: map[string]string{"b": "2", "a": "1"}}
	q := &request{settings: []setting{{"max_threads", "1"}, {"log_comment", "x"}}, readOnly: true}
	require.NoError(t, h.settle(q, reader))
	require.Equal(t, []setting{{"max_threads", "1"}, {"log_comment", "x"}, {"a", "1"}, {"b", "2"}, {"readonly", "1"}}, q.settings)
	require.Equal(t, codeReadonly, code(t, h.settle(&request{settings: []setting{{"additional_table_filters", "{}"}}}, reader)))
	require.Equal(t, codeReadonly, code(t, h.settle(&request{settings: []setting{{"readonly", "0"}}}, reader)))

	q = &request{readOnly: true}
	require.NoError(t, h.settle(q, &User{Name: "w"}))
	require.Equal(t, []setting{{"readonly", "2"}}, q.settings, "GET changes nothing")
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	h := New(Config{Users: []User{{Name: "w", Password: "1"}, {Name: "r", Password: "2", ReadOnly: true}, {Name: "none"}}})
	f := func(name, password, want string) {
		t.Helper()
		user, err := h.authenticate(name, password)
		if want == "" {
			require.Equal(t, codeAuthFailed, code(t, err))
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, user.Name)
	}
	f("w", "1", "w")
	f("r", "2", "r")
	f("w", "2", "")
	f("w", "", "")
	f("none", "", "")
	f("", "", "")
	f("W", "1", "")
}

func TestReadersLeaveRoomForTheWriter(t *testing.T) {
	t.Parallel()
	h := New(Config{MaxQueries: 4})
	reader, writer := &User{Name: "r", ReadOnly: true}, &User{Name: "w"}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithTimeout(t.Context(), 0)
	defer cancelLate()
	var leave []func()
	enter := func(user *User) {
		t.Helper()
		release, err := h.admit(t.Context(), &request{}, user)
		require.NoError(t, err)
		leave = append(leave, release)
	}
	enter(reader)
	enter(reader)
	_, err := h.enter(late, reader)
	require.Equal(t, codeTooManyQueries, code(t, err))
	_, err = h.enter(gone, reader)
	require.Equal(t, codeQueryCancelled, code(t, err))
	enter(writer)
	enter(writer)
	_, err = h.enter(late, writer)
	require.Equal(t, codeTooManyQueries, code(t, err))
	for _, release := range leave {
		release()
	}
	require.Empty(t, h.slots)
	require.Empty(t, h.reads)
	require.Empty(t, h.running)

	_, err = h.admit(t.Context(), &request{queryID: "mine"}, reader)
	require.NoError(t, err)
	_, err = h.admit(t.Context(), &request{queryID: "mine"}, reader)
	require.Equal(t, codeSameQueryID, code(t, err))
	require.Len(t, h.reads, 1, "the one that was refused gave its places back")
}

func TestLiteralsCannotBeLeft(t *testing.T) {
	t.Parallel()
	require.Equal(t, `'a\'; DROP \\'`, literal(`a'; DROP \`))
	require.Equal(t, "`a\\`; DROP \\\\`", identifier("a`; DROP \\"))
}

func TestEncoderTakesTheFirstKnown(t *testing.T) {
	t.Parallel()
	f := func(accept, want string) {
		t.Helper()
		_, name := encoder(&strings.Builder{}, accept)
		require.Equal(t, want, name, accept)
	}
	f("", "")
	f("br, gzip;q=0.5, zstd", "gzip")
	f("GZIP;q=0, deflate", "deflate")
	f("identity", "")
	f("lz4", "lz4")
}

func TestStatusOfCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]int{60: 404, 62: 400, 115: 404, 516: 403, 159: 408, 241: 500, 48: 501, 307: 413, 202: 503, 194: 401} {
		require.Equal(t, want, statusOf(code), code)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("query=SELECT+1&param_x=1&max_threads=2", "Basic dTpw", "u", "JSON")
	f.Add("client_protocol_version=54460&compress=1&%zz", "Basic %%%", "\x00", "a b")
	f.Add("a'b=1&session_id=x", "", "", "")
	f.Fuzz(func(t *testing.T, query, authorization, user, format string) {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.URL.RawQuery = query
		r.Header = http.Header{"Authorization": {authorization}, "X-Clickhouse-User": {user}, "X-Clickhouse-Format": {format}}
		q, err := parse(r)
		if err != nil {
			var known *libchdb.Error
			require.ErrorAs(t, err, &known)
			require.NotContains(t, known.Message, "\n")
			return
		}
		require.Regexp(t, settingName, q.format)
		for _, one := range q.settings {
			require.Regexp(t, settingName, one.name)
		}
		require.LessOrEqual(t, utf8.RuneCountInString(printable(q.queryID)), 64)
		require.Zero(t, strings.Count(printable(q.queryID), "\n"))
	})
}
