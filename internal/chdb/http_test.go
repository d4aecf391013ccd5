package chdb_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// answer is what came back over HTTP.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) code() string { return a.header.Get("X-ClickHouse-Exception-Code") }

// send is curl: a request as the writer, unless edit says otherwise.
func send(t *testing.T, s *chdbtest.Server, method, query, body string, edit func(*http.Request)) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.Endpoint+"/?"+query, strings.NewReader(body))
	require.NoError(t, err)
	request.SetBasicAuth(s.Username, s.Password)
	if edit != nil {
		edit(request)
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // read below
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, string(content)}
}

func post(t *testing.T, s *chdbtest.Server, query, body string) answer {
	t.Helper()
	return send(t, s, http.MethodPost, query, body, nil)
}

func TestStatementsComeInTheURLTheBodyOrBoth(t *testing.T) {
	s := chdbtest.Start(t)
	ok := func(a answer, want string) {
		t.Helper()
		require.Equal(t, http.StatusOK, a.status, a.body)
		require.Equal(t, want, a.body)
	}
	ok(send(t, s, http.MethodGet, "query=SELECT+1", "", nil), "1\n")
	ok(post(t, s, "", "SELECT 1, 'a'"), "1\ta\n")
	ok(post(t, s, "query=SELECT", "1 + 1"), "2\n")
	ok(post(t, s, "default_format=JSONEachRow", "SELECT 1 AS a"), "{\"a\":1}\n")
	ok(post(t, s, "default_format=JSONEachRow", "SELECT 1 AS a FORMAT CSV;"), "1\n")
	ok(post(t, s, "database=system", "SELECT currentDatabase()"), "system\n")
	ok(post(t, s, "param_x=3&max_threads=1", "SELECT {x:UInt8} + getSetting('max_threads')"), "4\n")
	ok(post(t, s, "session_timezone=Asia/Tokyo", "SELECT timezone()"), "Asia/Tokyo\n")
	ok(post(t, s, "", "CREATE TABLE t (a UInt64, s String) ENGINE = MergeTree ORDER BY a"), "")
	ok(post(t, s, "query="+url.QueryEscape("INSERT INTO t FORMAT CSV"), "1,a\n2,b\n"), "")
	ok(post(t, s, "query="+url.QueryEscape("INSERT INTO t VALUES"), "(3,'c')"), "")
	ok(post(t, s, "", "INSERT INTO t FORMAT TSV\n4\td\n5\te\n"), "")
	ok(post(t, s, "", "INSERT INTO t FORMAT JSONEachRow {\"a\":6,\"s\":\"x\\n\\n;\"}\n\n{\"a\":7}"), "")
	ok(post(t, s, "", "INSERT INTO t SETTINGS max_insert_threads = 1 VALUES (8, ';'), (9, 'x');"), "")
	ok(post(t, s, "", "SELECT count(), sum(a) FROM t"), "9\t45\n")
	ok(post(t, s, "", "SHOW TABLES"), "t\n")
	ok(post(t, s, "", "EXISTS TABLE t"), "1\n")
	ok(post(t, s, "", "DESC TABLE t FORMAT CSV"), "\"a\",\"UInt64\",\"\",\"\",\"\",\"\",\"\"\n\"s\",\"String\",\"\",\"\",\"\",\"\",\"\"\n")
	ok(post(t, s, "", "SELECT s FROM t WHERE a = 6"), "x\\n\\n;\n")
	require.Contains(t, post(t, s, "", "EXPLAIN SELECT 1").body, "ReadFromSystemOne")
	require.Contains(t, post(t, s, "", "SELECT name FROM system.functions WHERE name = 'sum'").body, "sum")
	ok(post(t, s, "", "SET max_threads = 1"), "")
	ok(send(t, s, http.MethodGet, "", "", func(r *http.Request) { r.URL.Path = "/ping"; r.Header.Del("Authorization") }), "Ok.\n")
}

func TestHeadersSayWhatHappened(t *testing.T) {
	s := chdbtest.Start(t)
	a := send(t, s, http.MethodPost, "", "SELECT number FROM numbers(10)", func(r *http.Request) {
		r.Header.Set("X-ClickHouse-Format", "JSON")
		r.Header.Set("X-ClickHouse-Query-Id", "mine")
		r.Header.Set("X-ClickHouse-Database", "system")
	})
	require.Equal(t, "JSON", a.header.Get("X-ClickHouse-Format"))
	require.Equal(t, "application/json; charset=UTF-8", a.header.Get("Content-Type"))
	require.Equal(t, "mine", a.header.Get("X-ClickHouse-Query-Id"))
	require.NotEmpty(t, a.header.Get("X-ClickHouse-Timezone"))
	var summary map[string]string
	require.NoError(t, json.Unmarshal([]byte(a.header.Get("X-ClickHouse-Summary")), &summary))
	require.Equal(t, "10", summary["result_rows"])

	post(t, s, "", "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	a = post(t, s, "", "INSERT INTO t FORMAT CSV\n1\n2\n3\n")
	require.NoError(t, json.Unmarshal([]byte(a.header.Get("X-ClickHouse-Summary")), &summary))
	require.Equal(t, "3", summary["written_rows"])
}

func TestErrorsAreClickHouses(t *testing.T) {
	s := chdbtest.StartWith(t, chdb.Config{MaxRequestBody: 1 << 20})
	f := func(a answer, status int, code, text string) {
		t.Helper()
		require.Equal(t, status, a.status, a.body)
		require.Equal(t, code, a.code(), a.body)
		require.Contains(t, a.body, text)
		require.Contains(t, a.body, "Code: "+code+". DB::Exception: ")
		require.Contains(t, a.body, "(version 26.7")
	}
	as := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	f(post(t, s, "", "SELECT * FROM nowhere"), 404, "60", "UNKNOWN_TABLE")
	f(post(t, s, "", "SELECT 1 FROM"), 400, "62", "SYNTAX_ERROR")
	f(post(t, s, "", "SELECT 1; DROP TABLE x"), 400, "62", "Multi-statements are not allowed")
	f(post(t, s, "", " ; "), 400, "62", "Empty query")
	f(post(t, s, "nonsense=1", "SELECT 1"), 404, "115", "Unknown setting 'nonsense'")
	f(post(t, s, "max_threads=x", "SELECT 1"), 400, "27", "")
	f(post(t, s, "database=nowhere", "SELECT 1"), 404, "81", "UNKNOWN_DATABASE")
	f(post(t, s, "default_format=Nonsense", "SELECT 1"), 404, "73", "UNKNOWN_FORMAT")
	f(post(t, s, "session_id=x", "SELECT 1"), 501, "48", "session")
	f(send(t, s, http.MethodGet, "query="+url.QueryEscape("CREATE TABLE t (a UInt8) ENGINE = Memory"), "", nil), 403, "164", "READONLY")
	require.Equal(t, http.StatusOK, post(t, s, "", "CREATE TABLE there (a UInt8) ENGINE = MergeTree ORDER BY a").status)
	for _, insert := range []string{"INSERT INTO there VALUES (1)", "INSERT INTO there FORMAT CSV\n1\n", "INSERT INTO there SELECT 1"} {
		f(send(t, s, http.MethodGet, "query="+url.QueryEscape(insert), "", nil), 403, "164", "READONLY")
	}
	f(post(t, s, "", "SELECT '"+strings.Repeat("x", 1<<20)+"'"), 413, "307", "max_request_body_mib")
	f(send(t, s, http.MethodPost, "query=SELECT+1", "", as(s.Username, "wrong")), 403, "516", "AUTHENTICATION_FAILED")
	f(send(t, s, http.MethodPost, "query=SELECT+1", "", as("nobody\n", s.Password)), 403, "516", "nobody?: Authentication failed")
	f(send(t, s, http.MethodPost, "query=SELECT+1", "", func(r *http.Request) { r.Header.Del("Authorization") }), 403, "516", "default: ")
	f(send(t, s, http.MethodPost, "", "junk", func(r *http.Request) { r.Header.Set("Content-Encoding", "br") }), 501, "48", "compression")
	f(send(t, s, http.MethodPost, "", "junk", func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }), 400, "271", "gzip")
	f(post(t, s, "decompress=1", strings.Repeat("junk", 20)), 400, "271", "")

	bomb := bytes.Buffer{}
	w := gzip.NewWriter(&bomb)
	_, err := w.Write(make([]byte, 8<<20))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	f(send(t, s, http.MethodPost, "", bomb.String(), func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }), 413, "307", "")
}

func TestCredentialsInEveryPlace(t *testing.T) {
	s := chdbtest.Start(t)
	for name, edit := range map[string]func(*http.Request){
		"headers": func(r *http.Request) {
			r.Header.Set("X-ClickHouse-User", s.Username)
			r.Header.Set("X-ClickHouse-Key", s.Password)
		},
		"parameters": func(r *http.Request) {
			r.URL.RawQuery += "&" + url.Values{"user": {s.Username}, "password": {s.Password}}.Encode()
		},
	} {
		a := send(t, s, http.MethodGet, "query=SELECT+1", "", func(r *http.Request) { r.Header.Del("Authorization"); edit(r) })
		require.Equal(t, http.StatusOK, a.status, "%s: %s", name, a.body)
	}
}

func TestRequestsLeaveNothingOpen(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // files are counted in /proc
	}
	s := chdbtest.Start(t)
	open := func() int {
		entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.PID()))
		require.NoError(t, err)
		return len(entries)
	}
	round := func() {
		for range 20 {
			post(t, s, "", "SELECT number FROM numbers(10)")
			post(t, s, "", "SELECT * FROM nowhere")
			post(t, s, "", "SELECT throwIf(number = 5) FROM numbers(10)")
			post(t, s, "decompress=1", "junk that is longer than a checksum and a header")
			post(t, s, "", "INSERT INTO FUNCTION null('a UInt8') FORMAT CSV\nx\n")
		}
	}
	round() // threads and their files come with the first requests
	before := open()
	for range 3 {
		round()
	}
	require.LessOrEqual(t, open(), before+10)
}

func TestCompressedRequestsAndAnswers(t *testing.T) {
	s := chdbtest.Start(t)
	statement := "SELECT number FROM numbers(300000)"
	plain := post(t, s, "", statement).body
	encodings := map[string]struct {
		encode func(io.Writer) io.WriteCloser
		decode func(io.Reader) (io.Reader, error)
	}{
		"gzip":    {func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		"deflate": {func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }},
		"zstd": {
			func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
			func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
		},
		"lz4": {func(w io.Writer) io.WriteCloser { return lz4.NewWriter(w) }, func(r io.Reader) (io.Reader, error) { return lz4.NewReader(r), nil }},
	}
	for name, encoding := range encodings {
		t.Run(name, func(t *testing.T) {
			var body bytes.Buffer
			w := encoding.encode(&body)
			_, err := io.WriteString(w, statement)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			a := send(t, s, http.MethodPost, "", body.String(), func(r *http.Request) {
				r.Header.Set("Content-Encoding", name)
				r.Header.Set("Accept-Encoding", "br;q=1.0, "+name)
			})
			require.Equal(t, name, a.header.Get("Content-Encoding"), a.body)
			require.Less(t, len(a.body), len(plain))
			reader, err := encoding.decode(strings.NewReader(a.body))
			require.NoError(t, err)
			decoded, err := io.ReadAll(reader)
			require.NoError(t, err)
			require.Equal(t, plain, string(decoded))
		})
	}
	t.Run("ClickHouse blocks", func(t *testing.T) {
		w := chcompress.NewWriter(0, chcompress.LZ4)
		require.NoError(t, w.Compress([]byte(statement)))
		a := post(t, s, "compress=1&decompress=1", string(w.Data))
		decoded, err := io.ReadAll(chcompress.NewReader(strings.NewReader(a.body)))
		require.ErrorIs(t, err, io.EOF) // ch-go wraps the end
		require.Equal(t, plain, string(decoded))
	})
}

func TestAnErrorInTheMiddleOfAnAnswerCutsIt(t *testing.T) {
	s := chdbtest.Start(t)
	statement := "SELECT number, throwIf(number = 900000, 'boom') FROM numbers(1000000) SETTINGS max_block_size = 10000"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Endpoint, strings.NewReader(statement))
	require.NoError(t, err)
	request.SetBasicAuth(s.Username, s.Password)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // read below
	require.Equal(t, http.StatusOK, response.StatusCode)
	content, err := io.ReadAll(response.Body)
	require.Error(t, err, "a client must not take the answer for a whole one")
	require.Contains(t, string(content), "\r\n__exception__\r\n"+response.Header.Get("X-ClickHouse-Exception-Tag")+"\r\nCode: 395. DB::Exception: boom")

	whole := post(t, s, "wait_end_of_query=1", statement)
	require.Equal(t, http.StatusInternalServerError, whole.status)
	require.Equal(t, "395", whole.code())
}
