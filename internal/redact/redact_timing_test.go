package redact

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// cleanSpan is an HTTP server span of 20 attributes with what looks most like
// secrets and is none: addresses, a URL with a query, ids, a user agent.
var cleanSpan = [][2]string{
	{"http.request.method", "GET"},
	{"http.route", "/api/v1/customers/{id}/orders"},
	{"http.response.status_code", "200"},
	{"url.full", "https://api.example.com/api/v1/customers/48151623/orders?page=2&size=50&sort=created_at"},
	{"url.path", "/api/v1/customers/48151623/orders"},
	{"url.query", "page=2&size=50&sort=created_at"},
	{"url.scheme", "https"},
	{"server.address", "api.example.com"},
	{"server.port", "443"},
	{"client.address", "203.0.113.42"},
	{"network.peer.address", "10.12.4.7"},
	{"network.protocol.version", "1.1"},
	{"user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"},
	{"user.id", "b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11"},
	{"http.request.header.traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
	{"http.request.header.x-consumer-username", "make-crm-sync"},
	{"deployment.environment.name", "production"},
	{"service.name", "api-gateway"},
	{"thread.name", "worker-12"},
	{"lowcode.connector.id", "crm-sync"},
}

func BenchmarkCleanSpan(b *testing.B) {
	e := mustNew(b, Config{})
	size := 0
	for _, kv := range cleanSpan {
		size += len(kv[1])
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, kv := range cleanSpan {
			if _, changed := e.String(kv[0], kv[1]); changed {
				b.Fatal(kv)
			}
		}
	}
}

func BenchmarkSpanWithTwoDirtyValues(b *testing.B) {
	e := mustNew(b, Config{})
	dirty := append([][2]string(nil), cleanSpan...)
	dirty[4] = [2]string{"url.path", "/api/v1/customers/ada.lovelace@example.com/orders"}
	dirty[5] = [2]string{"url.query", "page=2&card=" + card}
	b.ReportAllocs()
	for b.Loop() {
		for _, kv := range dirty {
			e.String(kv[0], kv[1])
		}
	}
}

// BenchmarkBody9KB reads testdata/body.log: access logs, JSON and key=value logs,
// stack traces of three languages, SQL, UUIDs, ULIDs, times in six forms, hashes,
// container images, Kubernetes and kernel lines; three client addresses and an
// e-mail address in it go, one URL is percent-encoded.
func BenchmarkBody9KB(b *testing.B) {
	e := mustNew(b, Config{})
	body, err := os.ReadFile("testdata/body.log")
	require.NoError(b, err)
	text := string(body)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if n := len(e.Find("", text)); n != bodyMatches {
			b.Fatalf("%d matches: expected %d", n, bodyMatches)
		}
	}
}

// bodyMatches are three addresses and an e-mail address.
const bodyMatches = 4
