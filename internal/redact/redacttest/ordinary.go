package redacttest

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

// Line is ordinary telemetry: it holds nothing that has to go.
type Line struct {
	Kind string // where it comes from: access log, span attribute, …
	Key  string // the attribute's name; empty for a log line
	Text string
}

// KindAddress marks lines whose value is an address under a key of the semantic
// conventions that is meant to hold one. Count them apart: what becomes of them
// is a matter of policy.
const KindAddress = "address attribute"

// OrdinaryLines returns n log lines and attribute values, the same ones for a
// seed: ids, hashes, times, versions, hexadecimal, base64, UUIDs, paths, stack
// traces, statements, user agents. Apart from [KindAddress] none holds an IP
// address, an e-mail address or another thing that a detector is made for.
func OrdinaryLines(seed uint64, n int) []Line {
	g := &generator{
		Rand: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)),
		now:  time.Date(2025, 3, 3, 8, 0, 0, 0, time.UTC),
	}
	lines := make([]Line, 0, n)
	for range n {
		g.now = g.now.Add(time.Duration(g.IntN(2_000_000)) * time.Microsecond)
		lines = append(lines, g.line())
	}
	return lines
}

// generator makes the parts that lines are put together from.
type generator struct {
	*rand.Rand
	now time.Time
}

// line chooses between logs and attributes.
func (g *generator) line() Line {
	if g.IntN(5) < 2 {
		a := pick(g, attributes)
		return Line{Kind: a.kind, Key: a.key, Text: a.text(g)}
	}
	l := pick(g, pick(g, [][]logLine{logs, logs, logs, logs, configLines}))
	return Line{Kind: l.kind, Text: l.text(g)}
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

func (g *generator) oneOf(words ...string) string { return pick(g, words) }

// random returns n characters of an alphabet.
func (g *generator) random(alphabet string, n int) string {
	var b strings.Builder
	b.Grow(n)
	for range n {
		b.WriteByte(alphabet[g.IntN(len(alphabet))])
	}
	return b.String()
}

func (g *generator) hex(n int) string { return g.random(madeup.Hex, n) }

// bytes are random ones, for base64.
func (g *generator) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return b
}

func (g *generator) base64(n int) string { return base64.StdEncoding.EncodeToString(g.bytes(n)) }

func (g *generator) uuid() string {
	h := g.hex(32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-" + g.random("89ab", 1) + h[17:20] + "-" + h[20:]
}

// number is below limit, with a bias to small ones.
func (g *generator) number(limit int) int { return g.IntN(1 + g.IntN(limit)) }

func (g *generator) millis() int64 { return g.now.UnixMilli() }

// snowflake is an id of 18 or 19 digits: milliseconds since 2010 or 2015, a
// machine, a counter.
func (g *generator) snowflake() int64 {
	since := g.oneOf("2010-11-04", "2015-01-01")
	start, _ := time.Parse(time.DateOnly, since) //nolint:errcheck // the two above
	return (g.millis()-start.UnixMilli())<<22 | int64(g.IntN(1<<22))
}

func (g *generator) ulid() string {
	return "01" + g.random("HJKMNP", 1) + g.random("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 23)
}

func (g *generator) service() string {
	return g.oneOf("orders", "billing-api", "inventory", "search-indexer", "api-gateway", "notifier", "crm-sync", "ledger", "report-builder", "frontend")
}

func (g *generator) pod() string {
	const suffix = "bcdfghjklmnpqrstvwxz2456789"
	return g.service() + "-" + g.random(suffix, 10) + "-" + g.random(suffix, 5)
}

func (g *generator) path() string {
	return g.oneOf(
		fmt.Sprintf("/v1/orders/%d", g.number(90_000_000)),
		fmt.Sprintf("/v1/invoices/%s/lines", g.uuid()),
		fmt.Sprintf("/api/v2/items?offset=%d&limit=100&sort=-created_at", g.number(100_000)),
		fmt.Sprintf("/assets/app.%s.js", g.hex(8)),
		fmt.Sprintf("/search?q=%s&page=%d", g.oneOf("blue+shoes", "quarterly%20report", "caf%C3%A9", "a%2Bb"), g.number(40)),
		"/healthz", "/metrics", "/v1/contacts/{id}",
	)
}

func (g *generator) version() string {
	return fmt.Sprintf("%d.%d.%d", g.number(30), g.number(50), g.number(200))
}

// userAgent has four-part versions, which look like addresses.
func (g *generator) userAgent() string {
	chrome := fmt.Sprintf("%d.0.%d.%d", 90+g.IntN(50), g.oneOfInt(0, 4000+g.IntN(3000)), g.IntN(255))
	return g.oneOf(
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"+chrome+" Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_2_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"kube-probe/1."+fmt.Sprint(20+g.IntN(12)), "curl/8."+fmt.Sprint(g.IntN(12))+".0", "python-requests/2."+fmt.Sprint(20+g.IntN(12))+".0",
		"okhttp/4.12.0", "aws-sdk-go-v2/1."+fmt.Sprint(g.IntN(40))+".1 os/linux lang/go#1.26.0 md/GOOS#linux md/GOARCH#amd64 api/s3#1.51.1",
		"Apache-HttpClient/4.5.14 (Java/17.0.9)", "Dart/3.2 (dart:io)", "Make/production", "PostmanRuntime/7.36.0",
	)
}

func (g *generator) oneOfInt(of ...int) int { return pick(g, of) }

func (g *generator) traceparent() string { return "00-" + g.hex(32) + "-" + g.hex(16) + "-01" }
