package token

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Config says which tokens are accepted.
type Config struct {
	Issuers []IssuerConfig
	// Leeway is the difference between clocks that exp and nbf allow; at most 10 minutes.
	Leeway time.Duration
	// CacheSize is how many checked tokens are remembered; 0 means 10,000.
	CacheSize int
	// RefreshInterval is the longest time between two looks at a key set; 0 means
	// an hour. A server's Cache-Control may shorten it, down to a minute.
	RefreshInterval time.Duration
}

// IssuerConfig says how tokens of one issuer are checked.
type IssuerConfig struct {
	Issuer    string   // the claim iss, exactly
	Audiences []string // the claim aud has at least one of these
	JWKSURL   string   // where the issuer publishes its keys; https, or http on this machine
	JWKSFile  string   // or a file with them
	// Algorithms are JWS algorithm names; none means RS256, ES256, PS256 and EdDSA.
	Algorithms []string
}

const (
	defaultCacheSize = 10_000
	maxCacheSize     = 1_000_000
	maxLeeway        = 10 * time.Minute
	defaultRefresh   = time.Hour
	minRefresh       = time.Minute
)

// asymmetric lists the algorithms there are to choose from. All others, above
// all "none" and the HMAC ones, cannot be configured.
var asymmetric = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512,
	jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512,
	jose.EdDSA,
}

var defaultAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.PS256, jose.EdDSA}

// withDefaults fills in what is zero, or says which field is wrong.
func (c Config) withDefaults() (Config, error) {
	if c.CacheSize == 0 {
		c.CacheSize = defaultCacheSize
	}
	if c.RefreshInterval == 0 {
		c.RefreshInterval = defaultRefresh
	}
	switch {
	case c.Leeway < 0 || c.Leeway > maxLeeway:
		return c, fmt.Errorf("jwt.leeway: %s, expected 0s to %s", c.Leeway, maxLeeway)
	case c.CacheSize < 1 || c.CacheSize > maxCacheSize:
		return c, fmt.Errorf("jwt.cache_size: %d, expected 1 to %d", c.CacheSize, maxCacheSize)
	case c.RefreshInterval < minRefresh:
		return c, fmt.Errorf("jwt.refresh_interval: %s, expected at least %s; an unknown key is looked up sooner anyway", c.RefreshInterval, minRefresh)
	case len(c.Issuers) == 0:
		return c, errors.New("jwt.issuers: missing, expected at least one issuer")
	}
	seen := map[string]bool{}
	for i, issuer := range c.Issuers {
		if err := issuer.validate(); err != nil {
			return c, fmt.Errorf("jwt.issuers[%d].%w", i, err)
		}
		if seen[issuer.Issuer] {
			return c, fmt.Errorf("jwt.issuers[%d].issuer: %q occurs twice, expected one entry with all audiences", i, issuer.Issuer)
		}
		seen[issuer.Issuer] = true
	}
	return c, nil
}

func (c IssuerConfig) validate() error {
	switch {
	case c.Issuer == "":
		return errors.New("issuer: missing, expected the claim iss as the tokens have it")
	case len(c.Audiences) == 0 || slices.Contains(c.Audiences, ""):
		return errors.New("audiences: missing or empty, expected the claim aud of the APIs that are observed; a token for another API proves nothing here")
	case (c.JWKSURL == "") == (c.JWKSFile == ""):
		return errors.New("jwks_url: expected either jwks_url or jwks_file")
	case c.JWKSURL != "":
		if err := validateURL(c.JWKSURL); err != nil {
			return fmt.Errorf("jwks_url: %w", err)
		}
	}
	_, err := c.algorithms()
	return err
}

// algorithms returns the algorithms that the issuer's tokens may be signed with.
func (c IssuerConfig) algorithms() ([]jose.SignatureAlgorithm, error) {
	if len(c.Algorithms) == 0 {
		return defaultAlgorithms, nil
	}
	algorithms := make([]jose.SignatureAlgorithm, len(c.Algorithms))
	for i, name := range c.Algorithms {
		algorithms[i] = jose.SignatureAlgorithm(name)
		switch {
		case slices.Contains(asymmetric, algorithms[i]):
		case strings.EqualFold(name, "none") || strings.HasPrefix(strings.ToUpper(name), "HS"):
			return nil, fmt.Errorf("algorithms[%d]: %q proves nothing to who only observes, expected one of %v", i, name, asymmetric)
		default:
			return nil, fmt.Errorf("algorithms[%d]: %q, expected one of %v", i, name, asymmetric)
		}
	}
	return algorithms, nil
}

// validateURL accepts an address from which keys can be had without anybody on
// the way replacing them.
func validateURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return errors.New("not an address, expected e.g. https://id.example.com/.well-known/jwks.json")
	}
	if u.User != nil {
		return errors.New("holds a user name, expected none; key sets are public")
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("%s://%s, expected https; plain http only on this machine", u.Scheme, u.Host)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
