package httpapi

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

// request is what the URL and the headers ask for.
type request struct {
	user, password string
	query          string // the parameter, not the body
	database       string
	format         string // default_format
	queryID        string
	revision       uint64 // client_protocol_version
	compress       bool   // answer in ClickHouse's own compressed blocks
	decompress     bool   // body is in them
	waitEnd        bool
	encode         bool // HTTP compression of the answer is allowed
	readOnly       bool // GET
	params         []libchdb.Param
	settings       []setting
}

type setting struct{ name, value string }

var settingName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_.]{0,127}$`)

// parse reads the parameters and headers of ClickHouse's HTTP interface. What
// is neither reserved nor a parameter is a setting.
func parse(r *http.Request) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, exception(codeBadArguments, "cannot read the URL's parameters: %v.", err)
	}
	q := &request{encode: true, readOnly: r.Method == http.MethodGet || r.Method == http.MethodHead}
	q.user, q.password = credentials(r, values)
	q.database = r.Header.Get("X-ClickHouse-Database")
	q.format = r.Header.Get("X-ClickHouse-Format")
	q.queryID = r.Header.Get("X-ClickHouse-Query-Id")
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		all := values[name]
		if err := q.take(name, all[len(all)-1]); err != nil {
			return nil, err
		}
	}
	if q.format == "" {
		q.format = "TabSeparated"
	}
	if !settingName.MatchString(q.format) {
		return nil, exception(73, "Unknown format %s.", printable(q.format))
	}
	return q, nil
}

// take stores one parameter.
func (q *request) take(name, value string) error {
	switch name {
	case "query":
		q.query = value
	case "database":
		q.database = value
	case "default_format":
		q.format = value
	case "query_id":
		q.queryID = value
	case "client_protocol_version":
		revision, err := strconv.ParseUint(value, 10, 32)
		if err != nil {
			return exception(codeBadArguments, "client_protocol_version must be a number, not %q.", printable(value))
		}
		q.revision = revision
	case "compress":
		q.compress = truth(value)
	case "decompress":
		q.decompress = truth(value)
	case "wait_end_of_query":
		q.waitEnd = truth(value)
	case "enable_http_compression":
		q.encode = truth(value)
	case "user", "password", "quota_key", "buffer_size", "stacktrace", "role", "network_compression_method", "network_zstd_compression_level":
		// Read elsewhere, or without a meaning here.
	case "session_id", "session_timeout", "session_check", "close_session":
		return exception(codeNotImplemented, "Sessions are not supported by the embedded engine: leave out %s.", name)
	default:
		return q.takeOther(name, value)
	}
	return nil
}

func (q *request) takeOther(name, value string) error {
	if param, ok := strings.CutPrefix(name, "param_"); ok {
		q.params = append(q.params, libchdb.Param{Name: param, Value: value})
		return nil
	}
	if !settingName.MatchString(name) {
		return exception(codeUnknownSetting, "Unknown setting '%s'.", printable(name))
	}
	q.settings = append(q.settings, setting{name, value})
	return nil
}

func truth(value string) bool { return value == "1" || strings.EqualFold(value, "true") }
