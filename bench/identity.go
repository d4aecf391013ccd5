package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/token"
	"github.com/weir-otel/weir/internal/yardstick"
)

// benchConnectors is how many the catalog has.
const benchConnectors = 10_000

const (
	benchIssuer   = "https://issuer.example.com/"
	benchAudience = "https://api.example.com"
)

// benchIdentity measures who made a call: found, found and stamped on a report
// of it, and found by a token that was verified before. Nobody else does this,
// so there is nothing beside it.
func benchIdentity(ctx context.Context, benchtime time.Duration) ([]result, error) {
	directory, err := os.MkdirTemp("", "weir-bench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory) //nolint:errcheck // a folder of temporary files
	tokens, raw, err := tokenOfConnector(ctx, directory)
	if err != nil {
		return nil, err
	}
	connectors, err := catalog.Parse("catalog.yaml", manyConnectors())
	if err != nil {
		return nil, err
	}
	r := identity.NewResolver(connectors, identity.Options{Tokens: tokens})
	plain, withToken := gatewayCall(), gatewayCall()
	withToken.PutEmptySlice("http.request.header.authorization").AppendEmpty().SetStr("Bearer " + raw)

	var c call
	resolve := timed(benchtime, plain, func(m pcommon.Map) { c.resolve(r, m) })
	stamped := timed(benchtime, plain, func(m pcommon.Map) { c.stamp(r, m) })
	verified := timed(benchtime, withToken, func(m pcommon.Map) { c.resolve(r, m) })
	if c.resolve(r, withToken); c.decision.Status != identity.Verified {
		return nil, fmt.Errorf("the token was not accepted: %s", c.decision.Reason)
	}
	verified.weir -= resolve.weir
	resolve.what, resolve.budget = "identity, resolve among 10,000 connectors", 500
	stamped.what, stamped.budget = "identity, with a report stamped", 1500
	verified.what, verified.budget = "identity, a token seen before costs more", 1000
	return []result{resolve, stamped, verified}, nil
}

// call is the working memory of one call, which the processor, too, uses again.
type call struct {
	signals  identity.Signals
	decision identity.Decision
	facts    identity.Facts
}

func (c *call) resolve(r *identity.Resolver, attributes pcommon.Map) {
	r.Collect(attributes, false, &c.signals)
	r.Resolve(&c.signals, identity.TrustAll, &c.decision)
}

func (c *call) stamp(r *identity.Resolver, attributes pcommon.Map) {
	c.resolve(r, attributes)
	r.Describe(&c.signals, "api-gateway", &c.facts)
	c.decision.StampReport(attributes, &c.facts, r.Revision())
}

// timed runs work on fresh copies of a call, as many at a time as a request has
// (more would come from beyond the caches). Making them is not counted. It returns
// the median of the rounds.
func timed(benchtime time.Duration, call pcommon.Map, work func(pcommon.Map)) result {
	runtime.LockOSThread() // whose time is measured
	defer runtime.UnlockOSThread()
	const calls = batchSize
	copies := make([]pcommon.Map, calls)
	var times, loops []float64
	for range redactRounds {
		loops = append(loops, yardstick.Loop())
		var spent time.Duration
		n := 0
		for spent < benchtime/redactRounds || n == 0 {
			for i := range copies {
				copies[i] = pcommon.NewMap()
				call.CopyTo(copies[i])
			}
			start := yardstick.ThreadTime()
			for _, m := range copies {
				work(m)
			}
			spent += yardstick.ThreadTime() - start
			n += calls
		}
		times = append(times, float64(spent.Nanoseconds())/float64(n))
	}
	return result{unit: "ns/call", alone: true, weir: median(times), slower: yardstick.Slower(loops)}
}

func manyConnectors() []byte {
	var text strings.Builder
	text.WriteString("version: 1\ntenants: [{id: acme}]\nconnectors:\n")
	for i := range benchConnectors {
		fmt.Fprintf(&text, "  - {id: c-%[1]d, name: Connector %[1]d, tenant: acme, platform: make, owner: {team: sales}, environment: production, "+
			"match: {gateway_consumers: [make-%[1]d], jwt: [{claim: azp, value: client-%[1]d}], workflow_ids: ['%032[1]d']}}\n", i)
	}
	return []byte(text.String())
}

// gatewayCall has the attributes of a gateway's server span.
func gatewayCall() pcommon.Map {
	m := pcommon.NewMap()
	for _, kv := range [][2]string{
		{"http.request.method", "GET"},
		{"url.path", "/contacts/4711"},
		{"http.route", "/contacts/{id}"},
		{"url.scheme", "https"},
		{"server.address", "api.example.com"},
		{"network.protocol.version", "1.1"},
		{"user_agent.original", "Make/production"},
		{"client.address", "198.51.100.7"},
		{"user.id", "u-1"},
	} {
		m.PutStr(kv[0], kv[1])
	}
	m.PutInt("http.response.status_code", 200)
	m.PutInt("http.request.body.size", 0)
	m.PutInt("http.response.body.size", 4711)
	m.PutEmptySlice("http.request.header.x-consumer-username").AppendEmpty().SetStr("make-7654")
	m.PutEmptySlice("http.request.header.x-consumer-id").AppendEmpty().SetStr("7d8a7c1e-0000-4000-8000-000000000001")
	return m
}

// tokenOfConnector makes an issuer's key, a token of connector 7654, and a
// verifier that knows the key.
func tokenOfConnector(ctx context.Context, directory string) (*token.Verifier, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	public := jose.JSONWebKey{Key: &key.PublicKey, KeyID: "k1", Use: "sig"}
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}})
	if err != nil {
		return nil, "", err
	}
	file := filepath.Join(directory, "jwks.json")
	if err := os.WriteFile(file, set, 0o600); err != nil {
		return nil, "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		return nil, "", err
	}
	claims, err := json.Marshal(map[string]any{
		"iss": benchIssuer, "aud": benchAudience, "azp": "client-7654", "sub": "u-1", "scope": "contacts.read",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	})
	if err != nil {
		return nil, "", err
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return nil, "", err
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		return nil, "", err
	}
	v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{Issuer: benchIssuer, Audiences: []string{benchAudience}, JWKSFile: file}}})
	if err != nil {
		return nil, "", err
	}
	return v, raw, v.Refresh(ctx)
}
