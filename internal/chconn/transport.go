package chconn

import (
	"net/http"
	"strings"
)

// helloTransport mends what clickhouse-go does on a new connection: it asks for
// the server's version with the settings of the statement that opened it. An
// INSERT in compressed frames announces them by decompress=1, which is wrong for
// a statement that is the body, as that question is.
type helloTransport struct{ http.RoundTripper }

func newHelloTransport(t *http.Transport) (http.RoundTripper, error) { return helloTransport{t}, nil }

// RoundTrip implements [http.RoundTripper].
func (t helloTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.RawQuery, "decompress=1") {
		if parameters := r.URL.Query(); !parameters.Has("query") {
			parameters.Del("decompress")
			r = r.Clone(r.Context())
			r.URL.RawQuery = parameters.Encode()
		}
	}
	return t.RoundTripper.RoundTrip(r)
}

// CloseIdleConnections lets [http.Client] reach that of the transport.
func (t helloTransport) CloseIdleConnections() {
	if closer, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}
