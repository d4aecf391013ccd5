package main

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"

	"github.com/weir-otel/weir/internal/redact"
)

// madeTexts is how many texts of each kind are made.
const madeTexts = 2000

// made measures what the labelled texts have too little of: addresses of both
// families and URLs with credentials, among texts that look like them.
func (m *measure) made(seed uint64, r *report) {
	g := maker{rand.New(rand.NewPCG(seed, 0x5851f42d4c957f2d))}
	for _, set := range []struct {
		what     string
		holding  func() (before, value, after string)
		without  func() string
		answered func(string) bool
	}{
		{"made IPv4", g.ipv4, g.noAddress, isAddress},
		{"made IPv6", g.ipv6, g.noAddress, isAddress},
		{"made URLs with credentials", g.credentials, g.plainURL, func(name string) bool { return m.classes[name] == redact.ClassSecret }},
	} {
		var s score
		for range madeTexts {
			before, value, after := set.holding()
			text := before + value + after
			s.add(text, []span{{len(before), len(before) + len(value)}}, m.engine.Find("", text), set.answered, r, set.what)
			clean := set.without()
			s.add(clean, nil, m.engine.Find("", clean), set.answered, r, set.what)
		}
		s.report(r, set.what, 0.97)
	}
}

type maker struct{ *rand.Rand }

func (g maker) oneOf(texts ...string) string { return texts[g.IntN(len(texts))] }

func (g maker) random(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[g.IntN(len(alphabet))])
	}
	return b.String()
}

const (
	letters = "abcdefghijklmnopqrstuvwxyz"
	mixed   = letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	hexa    = "0123456789abcdef"
)

func (g maker) around(value string) (before, same, after string) {
	forms := [][2]string{
		{"connection from ", " refused"},
		{"peer=", " state=up"},
		{`{"remote_addr":"`, `","n":1}`},
		{"Failed login for root from ", " port 50122 ssh2"},
		{"", " - - [03/Mar/2025:08:00:00 +0000] \"GET / HTTP/1.1\" 200 12"},
		{"X-Forwarded-For: ", ""},
		{"dial tcp ", ": i/o timeout"},
		{"blocked (", ")"},
		{"route via ", ", metric 100"},
		{"host <", "> is down"},
	}
	form := forms[g.IntN(len(forms))]
	return form[0], value, form[1]
}

func (g maker) ipv4() (before, value, after string) {
	address := fmt.Sprintf("%d.%d.%d.%d", 1+g.IntN(223), g.IntN(256), g.IntN(256), 1+g.IntN(254))
	before, value, after = g.around(address)
	if g.IntN(3) == 0 && strings.HasPrefix(after, " ") {
		after = fmt.Sprintf(":%d", 1024+g.IntN(60000)) + after
	}
	return before, value, after
}

func (g maker) ipv6() (before, value, after string) {
	var raw [16]byte
	for i := range raw {
		raw[i] = byte(g.Uint32())
	}
	raw[0], raw[1] = 0x20, byte(1+g.IntN(0x3f))
	if g.IntN(2) == 0 { // a run of zeros, written ::
		from := 4 + 2*g.IntN(3)
		clear(raw[from : from+2+2*g.IntN(3)])
	}
	address := netip.AddrFrom16(raw)
	switch g.IntN(5) {
	case 0:
		return g.around(address.StringExpanded())
	case 1:
		return g.around(strings.ToUpper(address.String()))
	case 2:
		before, value, after = g.around(address.String())
		return before + "[", value, "]:8443" + after
	}
	return g.around(address.String())
}

// noAddress has dots and colons, and no address.
func (g maker) noAddress() string {
	return g.oneOf(
		fmt.Sprintf("Chrome/%d.0.%d.%d Safari/537.36", 90+g.IntN(50), g.IntN(7000), g.IntN(255)),
		fmt.Sprintf("agent version %d.%d.%d.%d started", g.IntN(20), g.IntN(50), g.IntN(90), g.IntN(250)),
		fmt.Sprintf("v%d.%d.%d.%d-rc1", g.IntN(20), g.IntN(50), g.IntN(90), g.IntN(250)),
		fmt.Sprintf("took %02d:%02d:%02d.%03d", g.IntN(24), g.IntN(60), g.IntN(60), g.IntN(1000)),
		fmt.Sprintf("std::map<int, %s::node>::find", g.random(letters, 6)),
		"fingerprint "+strings.ToUpper(strings.TrimRight(strings.Repeat(g.random(hexa, 2)+":", 20), ":")),
		fmt.Sprintf("OID 1.3.6.1.4.1.%d.%d.%d", g.IntN(60000), g.IntN(9), g.IntN(90)),
		fmt.Sprintf("section %d.%d.%d of the manual", g.IntN(20), g.IntN(20), g.IntN(20)),
		fmt.Sprintf("ratio 16:9, at %d:%02d", g.IntN(24), g.IntN(60)),
		fmt.Sprintf("image %s:%d.%d.%d@sha256:%s", g.random(letters, 8), g.IntN(20), g.IntN(50), g.IntN(90), g.random(hexa, 64)),
	)
}

func (g maker) credentials() (before, value, after string) {
	scheme := g.oneOf("https", "http", "postgres", "postgresql", "mysql", "redis", "rediss", "amqp", "mongodb", "mongodb+srv", "ftp", "ldap", "nats", "kafka", "smtp")
	password := g.random(mixed, 8+g.IntN(12))
	if g.IntN(4) == 0 {
		password += g.oneOf("!", "%40", "$1", "~x", "*")
	}
	host := g.oneOf("db.internal:5432", "example.com", "cache-01:6379", "mq.example.net:5671")
	rest := g.oneOf("/app", "/", "", "/v1?timeout=5s", "/db?sslmode=require")
	return g.oneOf("connecting to ", `url="`, "GET ", "DATABASE_URL=") + scheme + "://", g.random(letters, 4+g.IntN(6)) + ":" + password, "@" + host + rest
}

// plainURL has no credentials, though some have an @ or a colon.
func (g maker) plainURL() string {
	return g.oneOf(
		fmt.Sprintf("GET https://api.example.com:8443/v1/orders/%d?page=%d", g.IntN(1e8), g.IntN(90)),
		fmt.Sprintf("https://registry.example.com/@%s/%s/-/%s-1.0.%d.tgz", g.random(letters, 5), g.random(letters, 6), g.random(letters, 6), g.IntN(90)),
		fmt.Sprintf("https://blog.example.com/@%s/a-post-%s", g.random(letters, 7), g.random(hexa, 12)),
		fmt.Sprintf("cloning ssh://git@git.example.com/team/%s.git", g.random(letters, 7)),
		fmt.Sprintf("postgres://db.internal:5432/%s?sslmode=require", g.random(letters, 7)),
		fmt.Sprintf("redirect to https://app.example.com/#/orders/%s:%d", g.random(hexa, 24), g.IntN(90)),
		"https://${USER}:${PASSWORD}@git.example.com/x",
		"https://REDACTED:REDACTED@git.example.com/x",
		fmt.Sprintf("http://maps.example.com/maps?ll=52.5,13.4@%d", g.IntN(20)),
	)
}
