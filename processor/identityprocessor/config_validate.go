package identityprocessor

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/internal/token"
)

const (
	maxTraceCache = 10_000_000 // 400 MB of trace ids
	maxDelay      = time.Hour  // a token that is stolen from a log is to be of no use
)

// Validate checks what can be known without reading a file or asking a server.
// clickhouse is validated on its own.
func (c *Config) Validate() error {
	errs := []error{
		c.Catalog.validate(), c.Signals.validate(), c.JWT.validate(), c.Credentials.validate(), c.TraceCache.validate(),
		checkHeaders("payload_headers", c.PayloadHeaders), checkHeaders("credentials::headers", c.Credentials.Headers),
	}
	if c.MaxClockSkew <= 0 {
		errs = append(errs, fmt.Errorf("`max_clock_skew` is %s: expected more than 0, e.g. 1h", c.MaxClockSkew))
	}
	for i := range c.TrustedPeers {
		errs = append(errs, c.TrustedPeers[i].validate(i))
	}
	for i, edge := range c.Edges {
		errs = append(errs, checkReceiver(fmt.Sprintf("edges[%d]", i), edge.Receiver))
		if count(edge.Service, edge.Receiver, edge.AuthSubject) != 1 {
			errs = append(errs, fmt.Errorf("`edges[%d]` names no gateway, or several: expected exactly one of service, receiver and auth_subject", i))
		}
	}
	return errors.Join(errs...)
}

func (c *CatalogConfig) validate() error {
	var errs []error
	if sources := count(c.File, c.URL); sources > 1 || sources == 1 && c.Table {
		errs = append(errs, errors.New("`catalog` has several sources: expected one of file, url and table"))
	}
	if c.URL != "" {
		u, err := url.Parse(c.URL)
		switch {
		case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
			errs = append(errs, errors.New("`catalog::url` is not an address: expected e.g. https://config.example.com/catalog.yaml"))
		case u.User != nil:
			errs = append(errs, errors.New("`catalog::url` holds a user: expected an address without; set `catalog::token` where one is needed"))
		}
	}
	if c.Token != "" && c.URL == "" {
		errs = append(errs, errors.New("`catalog::token` is set without `catalog::url`: set both, or remove it"))
	}
	if c.ReloadInterval != 0 && c.ReloadInterval < time.Second {
		errs = append(errs, fmt.Errorf("`catalog::reload_interval` is %s: expected at least 1s, or 0 for never", c.ReloadInterval))
	}
	return errors.Join(errs...)
}

func (c *SignalsConfig) validate() error {
	var errs []error
	for i, name := range c.Disabled {
		if _, known := identity.MethodOf(name); !known {
			errs = append(errs, fmt.Errorf("`signals::disabled[%d]` is %q: expected one of %s", i, name, strings.Join(methods(), ", ")))
		}
	}
	return errors.Join(errs...)
}

// methods lists the names of the methods, strongest first.
func methods() []string {
	var names []string
	for method := range identity.Method(identity.Methods) {
		if method != identity.None {
			names = append(names, method.String())
		}
	}
	return names
}

func (c *JWTConfig) validate() error {
	if c.MaxDelay < 0 || c.MaxDelay > maxDelay {
		return fmt.Errorf("`jwt::max_delay` is %s: expected 0 to 1h", c.MaxDelay)
	}
	if len(c.Issuers) == 0 {
		return nil
	}
	_, err := token.New(c.config())
	return err
}

func (c *JWTConfig) config() token.Config {
	config := token.Config{Leeway: c.Leeway, CacheSize: c.CacheSize, RefreshInterval: c.RefreshInterval}
	for _, issuer := range c.Issuers {
		config.Issuers = append(config.Issuers, token.IssuerConfig(issuer))
	}
	return config
}

func (c *CredentialsConfig) validate() error {
	if len(c.Keys) == 0 {
		return nil
	}
	_, err := credential.New(c.keys())
	return err
}

func (c *CredentialsConfig) keys() []credential.Key {
	var keys []credential.Key
	for _, key := range c.Keys {
		keys = append(keys, credential.Key{ID: key.ID, Secret: []byte(key.Secret)})
	}
	return keys
}

func (c *TraceCacheConfig) validate() error {
	var errs []error
	if c.Size < 0 || c.Size > maxTraceCache {
		errs = append(errs, fmt.Errorf("`trace_cache::size` is %d: expected 0 (nothing is remembered) to %d", c.Size, maxTraceCache))
	}
	if c.TTL < time.Second || c.TTL > 24*time.Hour {
		errs = append(errs, fmt.Errorf("`trace_cache::ttl` is %s: expected 1s to 24h", c.TTL))
	}
	return errors.Join(errs...)
}

func (p *PeerConfig) validate(i int) error {
	var errs []error
	if count(p.Receiver, p.AuthSubject, p.CIDR) != 1 {
		errs = append(errs, fmt.Errorf("`trusted_peers[%d]` names no sender, or several: expected exactly one of receiver, auth_subject and cidr", i))
	}
	errs = append(errs, checkReceiver(fmt.Sprintf("trusted_peers[%d]", i), p.Receiver))
	if p.CIDR != "" {
		if _, err := parseNetwork(p.CIDR); err != nil {
			errs = append(errs, fmt.Errorf("`trusted_peers[%d]::cidr` is %q: expected a network such as 10.0.0.0/8 or an address", i, p.CIDR))
		}
	}
	for j, name := range p.Signals {
		if !slices.Contains(vouchable, name) {
			errs = append(errs, fmt.Errorf("`trusted_peers[%d]::signals[%d]` is %q: expected one of %s", i, j, name, strings.Join(vouchable, ", ")))
		}
	}
	return errors.Join(errs...)
}

// vouchable are the methods whose signals a gateway checks itself.
var vouchable = []string{
	identity.MTLS.String(), identity.JWTClaim.String(), identity.Credential.String(), identity.GatewayConsumer.String(),
}

// checkReceiver refuses a receiver that would never match: the others put
// nothing into the context that says who they are.
func checkReceiver(key, receiver string) error {
	if receiver == "" || receiver == provenance.ReceiverIntake {
		return nil
	}
	return fmt.Errorf("`%s::receiver` is %q: expected %s, the only receiver that says who it is; for others use auth_subject", key, receiver, provenance.ReceiverIntake)
}

// checkHeaders refuses what cannot be the name of a header (RFC 9110, section 5.1).
func checkHeaders(key string, headers []string) error {
	for i, header := range headers {
		if header == "" || strings.ContainsFunc(header, func(r rune) bool { return !isTokenRune(r) }) {
			return fmt.Errorf("`%s[%d]` is %q: expected the name of a request header, e.g. x-jwt-payload", key, i, header)
		}
	}
	return nil
}

func isTokenRune(r rune) bool {
	isLetterOrDigit := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return isLetterOrDigit || slices.Contains([]rune("!#$%&'*+-.^_`|~"), r)
}

// count returns how many of the values are set.
func count(values ...string) int {
	n := 0
	for _, value := range values {
		if value != "" {
			n++
		}
	}
	return n
}

func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}
