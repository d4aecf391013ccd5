package token_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

func TestNewNamesTheFieldThatIsWrong(t *testing.T) {
	f := func(want string, change func(*token.Config)) {
		t.Helper()
		cfg := token.Config{Issuers: []token.IssuerConfig{{
			Issuer: issuerName, Audiences: []string{audience}, JWKSURL: "https://id.example.com/jwks.json",
		}}}
		change(&cfg)
		_, err := token.New(cfg)
		require.ErrorContains(t, err, want)
	}
	issuer := func(change func(*token.IssuerConfig)) func(*token.Config) {
		return func(c *token.Config) { change(&c.Issuers[0]) }
	}
	f("jwt.issuers: missing", func(c *token.Config) { c.Issuers = nil })
	f("jwt.leeway: -1s", func(c *token.Config) { c.Leeway = -time.Second })
	f("jwt.leeway: 11m0s", func(c *token.Config) { c.Leeway = 11 * time.Minute })
	f("jwt.cache_size: -1", func(c *token.Config) { c.CacheSize = -1 })
	f("jwt.refresh_interval: 1s", func(c *token.Config) { c.RefreshInterval = time.Second })
	f(`jwt.issuers[1].issuer: "`+issuerName+`" occurs twice`, func(c *token.Config) { c.Issuers = append(c.Issuers, c.Issuers[0]) })
	f("jwt.issuers[0].issuer: missing", issuer(func(c *token.IssuerConfig) { c.Issuer = "" }))
	f("jwt.issuers[0].audiences: missing", issuer(func(c *token.IssuerConfig) { c.Audiences = nil }))
	f("jwt.issuers[0].audiences: missing", issuer(func(c *token.IssuerConfig) { c.Audiences = []string{""} }))
	f("expected either jwks_url or jwks_file", issuer(func(c *token.IssuerConfig) { c.JWKSFile = "keys.json" }))
	f("expected either jwks_url or jwks_file", issuer(func(c *token.IssuerConfig) { c.JWKSURL = "" }))
	f("algorithms[1]: \"HS256\" proves nothing", issuer(func(c *token.IssuerConfig) { c.Algorithms = []string{"RS256", "HS256"} }))
	f("algorithms[0]: \"hs512\" proves nothing", issuer(func(c *token.IssuerConfig) { c.Algorithms = []string{"hs512"} }))
	f("algorithms[0]: \"None\" proves nothing", issuer(func(c *token.IssuerConfig) { c.Algorithms = []string{"None"} }))
	f("algorithms[0]: \"rs256\", expected one of [RS256", issuer(func(c *token.IssuerConfig) { c.Algorithms = []string{"rs256"} }))
	f("algorithms[0]: \"\", expected one of", issuer(func(c *token.IssuerConfig) { c.Algorithms = []string{""} }))
}

func TestKeySetAddressesAreHTTPSOrLocal(t *testing.T) {
	newWith := func(url string) error {
		_, err := token.New(token.Config{Issuers: []token.IssuerConfig{{
			Issuer: issuerName, Audiences: []string{audience}, JWKSURL: url,
		}}})
		return err
	}
	for _, url := range []string{
		"https://id.example.com/jwks.json", "http://localhost:8080/jwks", "http://127.0.0.1/jwks", "http://[::1]:80/jwks",
	} {
		require.NoError(t, newWith(url), url)
	}
	for url, want := range map[string]string{
		"http://id.example.com/jwks.json":  "expected https",
		"http://localhost.example.com/":    "expected https",
		"http://127.0.0.1.nip.example.io/": "expected https",
		"file:///etc/keys":                 "not an address",
		"ftp://id.example.com/":            "expected https",
		"id.example.com/jwks":              "not an address",
		"https://u:pw@id.example.com/":     "holds a user name",
		"https://%zz/":                     "not an address",
	} {
		err := newWith(url)
		require.ErrorContains(t, err, "jwt.issuers[0].jwks_url: ", url)
		require.ErrorContains(t, err, want, url)
	}
}
