package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Verifier checks tokens of the configured issuers. It may be used by many goroutines.
type Verifier struct {
	issuers map[string]*issuer // by iss
	leeway  time.Duration
	cache   *cache

	client  *http.Client
	report  func(issuer string, err error)
	stop    context.CancelFunc
	running sync.WaitGroup
}

// issuer is one source of tokens, and how they are checked.
type issuer struct {
	name       string
	audiences  []string
	algorithms []jose.SignatureAlgorithm
	keys       *keyring
	failures   budget
	report     func(error)
}

// Option changes how a Verifier works with the world around it.
type Option func(*Verifier)

// WithHTTPClient sets the client that fetches key sets, e.g. one that knows a
// private authority. Its time limit and treatment of redirects are overridden.
func WithHTTPClient(client *http.Client) Option {
	return func(v *Verifier) { v.client = client }
}

// WithReport sets who is told when an issuer's new keys come into force or a
// failure to get them is over (err is nil), when they cannot be had, and when
// checks are suspended in a flood. The same failure is told once until it is over.
// report must not block.
func WithReport(report func(issuer string, err error)) Option {
	return func(v *Verifier) { v.report = report }
}

// New returns a Verifier that has no keys yet: see Start and Refresh. An error
// names the field of the configuration.
func New(cfg Config, options ...Option) (*Verifier, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	v := &Verifier{
		issuers: make(map[string]*issuer, len(cfg.Issuers)),
		leeway:  cfg.Leeway,
		client:  &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()},
		report:  func(string, error) {},
		stop:    func() {},
	}
	for _, option := range options {
		option(v)
	}
	if v.cache, err = newCache(cfg.CacheSize); err != nil {
		return nil, err
	}
	for _, c := range cfg.Issuers {
		if v.issuers[c.Issuer], err = v.newIssuer(c, cfg.RefreshInterval); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *Verifier) newIssuer(c IssuerConfig, interval time.Duration) (*issuer, error) {
	algorithms, err := c.algorithms()
	if err != nil {
		return nil, err
	}
	var from source = fileSource(c.JWKSFile)
	if c.JWKSURL != "" {
		from = newURLSource(c.JWKSURL, v.client)
	}
	report := func(err error) { v.report(c.Issuer, err) }
	return &issuer{
		name:       c.Issuer,
		audiences:  c.Audiences,
		algorithms: algorithms,
		keys:       newKeyring(from, interval, report),
		report:     report,
	}, nil
}

// Start reads the key files, of which a bad one is an error, and keeps all key
// sets up to date until Close. Those at a URL come in the background: an issuer
// that is away keeps nobody from starting.
func (v *Verifier) Start(ctx context.Context) error {
	for _, i := range v.issuers {
		if i.keys.remote() {
			continue
		}
		if _, err := i.keys.refresh(ctx); err != nil {
			return fmt.Errorf("jwt issuer %s: %w", i.name, err)
		}
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	v.stop = stop
	for _, i := range v.issuers {
		v.running.Go(func() { i.keys.run(background) })
	}
	return nil
}

// Refresh reads or fetches every issuer's key set once, and waits for it. It
// serves commands that check one token and end.
func (v *Verifier) Refresh(ctx context.Context) error {
	var failures []error
	for _, i := range v.issuers {
		if _, err := i.keys.refresh(ctx); err != nil {
			failures = append(failures, fmt.Errorf("jwt issuer %s: %w", i.name, err))
		}
	}
	return errors.Join(failures...)
}

// Close ends what Start began.
func (v *Verifier) Close() {
	v.stop()
	v.running.Wait()
	v.client.CloseIdleConnections()
}

// Verify checks raw, a compact JWT without "Bearer", at the time now: that of the
// call, as far as it can be trusted. Claims come with Valid only. The result
// depends on the token, the time and the keys of that moment; no network is
// waited for.
func (v *Verifier) Verify(raw string, now time.Time) (*Claims, State) {
	if len(raw) > maxToken {
		return nil, Invalid
	}
	if strings.Count(raw, ".") != 2 {
		return nil, Unknown // opaque, or encrypted
	}
	key := v.cache.key(raw)
	found, known := v.cache.get(key)
	if !known || found.stale() {
		before := found
		var lasting bool
		if found, lasting = v.check(raw, before); lasting {
			v.cache.add(key, found)
		}
	}
	return found.at(now, v.leeway)
}

// check does all that does not depend on the time. before is what was found out
// about the token earlier, if anything; lasting says that the verdict is worth
// keeping.
func (v *Verifier) check(raw string, before verdict) (result verdict, lasting bool) {
	header, ok := readHeader(raw)
	if !ok {
		return verdict{state: Unknown}, true // three parts, but no JWT
	}
	if strings.EqualFold(header.Algorithm, "none") {
		return verdict{state: Invalid}, true
	}
	unverified, err := DecodePayload(raw)
	if err != nil {
		return verdict{state: Invalid}, true
	}
	i := v.issuers[unverified.Issuer]
	if i == nil {
		return verdict{state: Unknown}, true
	}
	return i.check(raw, header, before)
}

// check judges a token by the keys there are. One whose key is in no set may be
// early, of a key that is to come, or forged: a look at the keys that began after
// it was first seen tells.
func (i *issuer) check(raw string, header header, before verdict) (result verdict, lasting bool) {
	looked := i.keys.looked.Load() // before the keys, which are no older then
	keys := i.keys.current.Load()
	if keys == nil {
		i.keys.want()
		return verdict{state: Pending}, false
	}
	result = i.verify(raw, header, keys)
	if !result.keyless {
		return result, result.state != Pending
	}
	i.keys.want()
	result.since = i.keys.begun.Load()
	if before.keyless {
		result.since = before.since
	}
	if looked > result.since {
		result.state = Invalid
	}
	return result, true
}

// verify checks form, algorithm, signature and audience of a token that says it
// is this issuer's.
func (i *issuer) verify(raw string, header header, keys *keySet) verdict {
	result := verdict{state: Invalid, issuer: i, keys: keys}
	if header.extends() || !canonical(raw) {
		return result
	}
	signed, err := jose.ParseSignedCompact(raw, i.algorithms)
	if err != nil {
		return result
	}
	protected := signed.Signatures[0].Protected
	candidates, known := keys.find(protected.KeyID, jose.SignatureAlgorithm(protected.Algorithm))
	if !known {
		result.state, result.keyless = Pending, true
		return result
	}
	payload, state := i.verifySignature(signed, candidates)
	if state != Valid {
		result.state = state
		return result
	}
	claims, err := ParseClaims(payload)
	if err != nil || claims.Issuer != i.name || claims.Expires.IsZero() {
		return result
	}
	if slices.ContainsFunc(claims.Audience, func(a string) bool { return slices.Contains(i.audiences, a) }) {
		result.state, result.claims = Valid, claims
	}
	return result
}

// verifySignature returns the payload that one of the candidates signed.
func (i *issuer) verifySignature(signed *jose.JSONWebSignature, candidates []publicKey) ([]byte, State) {
	if left, news := i.failures.left(time.Now()); !left {
		if news {
			i.report(errFlood)
		}
		return nil, Pending
	}
	for _, candidate := range candidates {
		if payload, err := signed.Verify(candidate.public); err == nil {
			return payload, Valid
		}
	}
	i.failures.spend(len(candidates))
	return nil, Invalid
}
