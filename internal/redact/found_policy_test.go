package redact

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	testKeys   = []Key{{ID: "k1", Secret: Secret(strings.Repeat("0123456789", 4))}}
	longSecret = "Zq7xyW0r" + "kP9tLm3v" + "Bn5sDf8g"
)

func redacted(t *testing.T, cfg Config, key, in string) string {
	t.Helper()
	cfg.TokenKeys = testKeys
	e := mustNew(t, cfg)
	out, _ := e.String(key, in)
	again, changed := e.String(key, out)
	require.False(t, changed, "%q became %q", out, again)
	return out
}

func TestADomainAndANetworkAreKeptOfAddressesOnly(t *testing.T) {
	f := func(action, key, in, want string) {
		t.Helper()
		require.Equal(t, want, redacted(t, Config{Action: action}, key, in))
	}

	f("keep_domain", "", "password=p@ssw0rd", "password=<SECRET>")
	f("keep_domain", "", "password=p@ssw0rd.com", "password=<SECRET>")
	f("keep_domain", "", "https://ada:p@ssw0rd.com@db.example/x", "https://REDACTED:REDACTED@db.example/x")
	f("keep_domain", "password", "p@ssw0rd", "<SECRET>")
	f("keep_domain", "password", "p@ssw0rd.com", "<SECRET>")
	f("truncate_ip", "password", "10.1.2.3", "<SECRET>")
	f("truncate_ip", "", "password=10.1.2.3", "password=<SECRET>")
	f("truncate_ip", "", "to 10.1.2.3", "to 10.1.2.0")
	f("keep_domain", "", "to ada@example.com", "to <EMAIL>@example.com")
	f("keep_last", "", "password=ada@example.com", "password=****")
}

func TestKeepLastShowsLittleOfASecret(t *testing.T) {
	f := func(key, in, want string) {
		t.Helper()
		require.Equal(t, want, redacted(t, Config{Action: "keep_last", KeepLast: 8}, key, in))
	}

	f("", "https://ada:pw12@h/", "https://****@h/")
	f("", "https://a-user-name-of-many-letters:pw12@h/", "https://****@h/")
	f("", "password=hunter22", "password=****")
	f("", "password="+longSecret, "password=****"+longSecret[len(longSecret)-6:])
	f("password", longSecret[:15], "****")
	f("password", longSecret[:16], "****"+longSecret[12:16])
	f("", "Authorization: Basic "+base64.RawStdEncoding.EncodeToString([]byte("a-long-user-name-a:pw1")), "Authorization: Basic ****")
	f("", "Authorization: Bearer "+longSecret+".pin-1234", "Authorization: Bearer ****")
	f("cookie", "theme=dark-and-very-long; pin=1234", "****")
	f("", "pay "+card, "pay ****"+card[8:])
}

func TestOnlyTheExactMaskIsTakenForAnEarlierRedaction(t *testing.T) {
	f := func(cfg Config, key, in, want string) {
		t.Helper()
		require.Equal(t, want, redacted(t, cfg, key, in))
	}
	mask := Config{Action: "mask", Mask: "~~~"}

	f(mask, "", "password=~~~hunter2", "password=~~~")
	f(mask, "password", "~~~hunter2", "~~~")
	f(mask, "password", "~~~", "~~~")
	f(Config{Action: "mask"}, "password", "****hunter2", "****")
	f(Config{Action: "keep_last"}, "password", "****hunter2", "****")
	f(Config{Action: "keep_last"}, "password", "****abcd", "****abcd")
	f(Config{Actions: map[string]Action{"financial": {Do: "keep_last"}}}, "password", "****abcd", "<SECRET>")
}

func TestDenyLetsNothingThroughButWhatItWrites(t *testing.T) {
	f := func(cfg Config, in, want string) {
		t.Helper()
		cfg.AllowedKeys = []string{"ok"}
		e := mustNew(t, cfg)
		out, _ := e.Deny(in)
		require.Equal(t, want, out)
		again, m := e.Deny(out)
		require.Equal(t, out, again)
		require.Empty(t, m.Detector)
	}
	mask := Config{Action: "mask", Mask: "~~~"}

	f(mask, "~~~hunter2", "~~~")
	f(mask, "#hunter2", "~~~")
	f(mask, "xxxx", "~~~")
	f(mask, "****", "~~~")
	f(mask, "~~~", "~~~")
	f(mask, "<EMAIL>", "<EMAIL>")
	f(Config{}, "XXXXXXXX", "<UNLISTED>")
	f(Config{}, "REDACTED", "REDACTED")
	f(Config{}, "<UNLISTED>", "<UNLISTED>")
	f(Config{Action: "keep_last"}, "****hunter2", "****")
	f(Config{Action: "keep_last"}, longSecret, "****"+longSecret[len(longSecret)-4:])
}

func TestMasksThatAValueCouldBeAreRefused(t *testing.T) {
	f := func(mask, want string) {
		t.Helper()
		for _, cfg := range []Config{{Mask: mask}, {Actions: map[string]Action{"email": {Mask: mask}}}} {
			_, err := New(cfg)
			require.ErrorContains(t, err, want)
		}
	}

	f("#", `mask" is "#": expected at least 3 characters`)
	f("**", `mask" is "**": expected at least 3 characters`)
	f("secret", `mask" is "secret": expected at least 3 characters`)
	f("é1_-", `one of them no letter, digit`)
	mustNew(t, Config{Mask: "***"})
	mustNew(t, Config{Mask: "•••"})
	mustNew(t, Config{Mask: "[gone]"})
}

func TestSpellingsOfOneAddressHaveOneToken(t *testing.T) {
	f := func(a, b string, same bool) {
		t.Helper()
		token := func(in string) string { return redacted(t, Config{Action: "token"}, "", in) }
		require.Equal(t, same, token("to "+a+" ok") == token("to "+b+" ok"), "%s %s", a, b)
		require.NotContains(t, token("to "+a+" ok"), a)
	}

	f("ada.lovelace@Example.com", "ada.lovelace@example.com", true)
	f("ada%40EXAMPLE.com", "ada@example.com", true)
	f("Ada.Lovelace@example.com", "ada.lovelace@example.com", false)
	f("2001:DB8:0:0:0:8a2e:370:7334", "2001:db8::8a2e:370:7334", true)
	f("2001:0db8:0000:0000:0000:8a2e:0370:7334", "2001:db8::8a2e:370:7334", true)
	f("2001:db8::8a2e:370:7335", "2001:db8::8a2e:370:7334", false)
}

// The factor is generous: eight times the text may take forty times as long.
func TestManyMatchesTakeLinearTime(t *testing.T) {
	f := func(cfg Config, key, unit string) {
		t.Helper()
		e := mustNew(t, cfg)
		took := func(size int) time.Duration {
			text := strings.Repeat(unit, size/len(unit))
			start := time.Now()
			e.Find(key, text)
			return time.Since(start)
		}
		// Eight times the text takes eight times as long, or 64 if time grows with
		// its square. A busy machine slows single rounds down, never all of them.
		small, large := time.Hour, time.Hour
		for round := 0; round < 3 || round < 20 && large > 40*small; round++ {
			small, large = min(small, max(took(50_000), 100*time.Microsecond)), min(large, took(400_000))
		}
		require.Less(t, large, 40*small, unit)
	}
	pattern := Config{Patterns: []Pattern{{Name: "order", Pattern: `ord-[0-9]+`}}}

	f(Config{}, "", "10.0.0.1-")
	f(Config{}, "", "a@b.example 10.0.0.7 ")
	f(Config{}, "db.query.text", "INSERT INTO t VALUES ('a@b.example', 'b'); ")
	f(Config{}, "db.query.text", "SELECT 'x', 1 -- 10.0.0.7\n")
	f(pattern, "", "ord-1 a@b.example ")
	f(Config{}, "", "%3Ca@b.example ")
	f(Config{}, "", "%3CEMAIL a@b.example ")
	f(Config{}, "", "%3CEMAIL:"+card+":")
	f(Config{}, "", "12+")
	f(Config{}, "", "c="+strings.Repeat("1+", 20))
}

// Moving each of these hits past all others, one by one, takes minutes.
func TestHitsInTheWrongOrderAreSortedInTime(t *testing.T) {
	e := mustNew(t, Config{})
	const n = 200_000
	text := strings.Repeat("x", 4*n)
	hits := make([]hit, 0, n)
	for i := n - 1; i >= 0; i-- {
		hits = append(hits, hit{4 * i, 4*i + 2, detEmail})
	}
	start := time.Now()
	joined := e.tidy(text, hits)
	require.Less(t, time.Since(start), 5*time.Second)
	require.Len(t, joined, n)
	require.Equal(t, hit{0, 2, detEmail}, joined[0])
}
