package identityprocessor

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/credential"
)

const headerKey = "http.request.header."

// issuer signs tokens, and publishes its key in a file.
type issuer struct {
	t      *testing.T
	signer jose.Signer
	file   string
}

func newIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	require.NoError(t, err)
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
	require.NoError(t, err)
	return issuer{t, signer, writeFile(t, "jwks.json", set)}
}

func (i issuer) bearer(client string, expires time.Time) []any {
	i.t.Helper()
	claims := map[string]any{"iss": "https://id.example.com", "aud": "api", "azp": client, "iat": arrival.Add(-time.Hour).Unix(), "exp": expires.Unix()}
	token, err := jwt.Signed(i.signer).Claims(claims).Serialize()
	require.NoError(i.t, err)
	return header("Bearer " + token)
}

func (i issuer) config(c *Config) {
	c.JWT.Issuers = []IssuerConfig{{Issuer: "https://id.example.com", Audiences: []string{"api"}, JWKSFile: i.file}}
}

func writeFile(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func TestATokenThatWeirChecksIsVerifiedWhoeverSentIt(t *testing.T) {
	i := newIssuer(t)
	r := run(t, i.config)
	got := r.server(from(stranger), map[string]any{headerKey + "authorization": i.bearer("crm-sync", arrival.Add(time.Hour))})
	require.Equal(t, "verified", got["lowcode.identity.status"])
	require.Equal(t, "jwt_claim", got["lowcode.identity.method"])
	require.Equal(t, "crm-sync", got["lowcode.connector.id"])
	require.Equal(t, "https://id.example.com", got["lowcode.token.issuer"])

	require.Equal(t, "verified", r.log(from(stranger), map[string]any{headerKey + "authorization": i.bearer("crm-sync", arrival.Add(time.Hour))})["lowcode.identity.status"])
	require.Equal(t, "verified", r.gauge(from(stranger), map[string]any{headerKey + "authorization": i.bearer("crm-sync", arrival.Add(time.Hour))})["lowcode.identity.status"])
}

func TestATokenIsJudgedByTheTimeOfTheCall(t *testing.T) {
	i := newIssuer(t)
	r := run(t, i.config)
	reason := func(expires time.Time) any { // the call began a second before its arrival
		return r.server(from(loopback), map[string]any{headerKey + "authorization": i.bearer("crm-sync", expires)})["lowcode.identity.unattributed_reason"]
	}
	require.Nil(t, reason(arrival.Add(-30*time.Second)), "within the leeway of a minute")
	require.Equal(t, "expired", reason(arrival.Add(-2*time.Minute)))
}

// sendToken runs a span of given times with a token that expired, and returns
// why it is unattributed.
func (i issuer) sendToken(r running, sender net.Addr, expired, start, end time.Duration) any {
	span := r.traces(from(sender), "s", func(spans ptrace.SpanSlice) {
		span := newSpan(i.t, spans, ptrace.SpanKindServer, map[string]any{headerKey + "authorization": i.bearer("crm-sync", arrival.Add(-expired))})
		span.SetStartTimestamp(at(start))
		span.SetEndTimestamp(at(end))
	})[0]
	return span.Attributes().AsRaw()["lowcode.identity.unattributed_reason"]
}

func TestNoTimeOfAStrangersMakesAnExpiredTokenValid(t *testing.T) {
	i := newIssuer(t)
	r := run(t, i.config)
	const day = 24 * time.Hour
	reason := func(start, end time.Duration) any { return i.sendToken(r, stranger, 58*time.Minute, start, end) }
	require.Equal(t, "expired", reason(-59*time.Minute, 0), "a start within the clock's skew")
	require.Equal(t, "expired", reason(-59*time.Minute, day), "an end far ahead")
	require.Equal(t, "expired", reason(-day, -23*time.Hour), "a start that is not believed")
	require.Equal(t, "expired", reason(day, 2*day), "a span far ahead")
}

func TestNoTimeOfAStrangersMakesATokenValidBeforeItsTime(t *testing.T) {
	i := newIssuer(t)
	r := run(t, i.config)
	require.Equal(t, "expired", i.sendToken(r, stranger, 2*time.Minute, 30*time.Minute, 31*time.Minute))
	require.Nil(t, i.sendToken(r, stranger, -20*time.Minute, 30*time.Minute, 31*time.Minute), "judged by its arrival")
}

func TestAStrangersCallMayHaveBeenOnItsWayForMaxDelay(t *testing.T) {
	i := newIssuer(t)
	reason := func(maxDelay, expired time.Duration) any {
		r := run(t, func(c *Config) { i.config(c); c.JWT.Leeway, c.JWT.MaxDelay = 0, maxDelay })
		return i.sendToken(r, stranger, expired, -30*time.Minute, -29*time.Minute)
	}
	require.Nil(t, reason(5*time.Minute, 4*time.Minute))
	require.Equal(t, "expired", reason(5*time.Minute, 6*time.Minute))
	require.Nil(t, reason(10*time.Minute, 6*time.Minute))
	require.Equal(t, "expired", reason(0, time.Second))
}

func TestATokenOfATrustedPeerIsJudgedByTheStartOfTheCall(t *testing.T) {
	i := newIssuer(t)
	r := run(t, i.config)
	require.Nil(t, i.sendToken(r, loopback, 58*time.Minute, -59*time.Minute, 0))
	require.Equal(t, "expired", i.sendToken(r, loopback, 58*time.Minute, -time.Second, 10*time.Hour), "an end far ahead moves no start")
	require.Equal(t, "expired", i.sendToken(r, loopback, 9*time.Hour, -10*time.Hour, -10*time.Hour+time.Second))

	backfill := run(t, func(c *Config) { i.config(c); c.TrustedPeers[1].AllowBackfill = true })
	require.Nil(t, i.sendToken(backfill, loopback, 30*time.Minute, -40*time.Minute, 0))
}

func TestLogsAndDataPointsOfStrangersAreJudgedByTheirArrival(t *testing.T) {
	i := newIssuer(t)
	r := run(t, i.config)
	expired := map[string]any{headerKey + "authorization": i.bearer("crm-sync", arrival.Add(-30*time.Minute))}
	ofLog := func(sender net.Addr) any {
		logs := plog.NewLogs()
		record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		record.SetTimestamp(at(-40 * time.Minute))
		require.NoError(t, record.Attributes().FromRaw(expired))
		_, err := r.processLogs(from(sender), logs)
		require.NoError(t, err)
		return record.Attributes().AsRaw()["lowcode.identity.status"]
	}
	require.Equal(t, "verified", ofLog(loopback))
	require.Equal(t, "unattributed", ofLog(stranger))

	ofPoint := func(sender net.Addr) (status any) {
		r.eachPoint(from(sender),
			func(p point, _ pmetric.ExemplarSlice) {
				p.SetTimestamp(at(-40 * time.Minute))
				require.NoError(t, p.Attributes().FromRaw(expired))
			},
			func(p point, _ pmetric.ExemplarSlice) { status = p.Attributes().AsRaw()["lowcode.identity.status"] })
		return status
	}
	require.Equal(t, "verified", ofPoint(loopback))
	require.Equal(t, "unattributed", ofPoint(stranger))
}

func TestATokenOfAnotherKeyIsInvalidEvenFromATrustedPeer(t *testing.T) {
	r := run(t, newIssuer(t).config)
	got := r.server(from(loopback), map[string]any{headerKey + "authorization": newIssuer(t).bearer("crm-sync", arrival.Add(time.Hour))})
	require.Equal(t, "unattributed", got["lowcode.identity.status"])
	require.Equal(t, "invalid_token", got["lowcode.identity.unattributed_reason"])
}

func TestAKeyFileThatIsNotThereFailsTheStart(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.JWT.Issuers = []IssuerConfig{{Issuer: "https://id.example.com", Audiences: []string{"api"}, JWKSFile: filepath.Join(t.TempDir(), "jwks.json")}}
	p, _, _ := observed(t, config)
	require.ErrorContains(t, p.start(t.Context(), componenttest.NewNopHost()), "cannot read the keys of jwt::issuers")
	require.NoError(t, p.shutdown(t.Context()))
}

func TestAnAPIKeyIsRecognisedByItsHashAndNeverWritten(t *testing.T) {
	raw := "not-a-real-key-" + t.Name()
	key := KeyConfig{ID: "v1", Secret: "sixteen bytes and more"}
	hasher, err := credential.New([]credential.Key{{ID: key.ID, Secret: []byte(key.Secret)}})
	require.NoError(t, err)
	file := newCatalogFile(t, "version: 1\nconnectors: [{id: crm-sync, match: {credential_hashes: ['"+hasher.Hash(raw)+"']}}]")
	r := run(t, func(c *Config) {
		c.Catalog.File = file.path
		c.Credentials = CredentialsConfig{Keys: []KeyConfig{key}, Headers: []string{"x-partner-key"}}
	})
	got := r.server(from(loopback), map[string]any{headerKey + "x-partner-key": header(raw)})
	require.Equal(t, "crm-sync", got["lowcode.connector.id"])
	require.Equal(t, "credential", got["lowcode.identity.method"])
	require.Equal(t, hasher.Hash(raw), got["lowcode.credential.hash"])
	for key, value := range got {
		if key != headerKey+"x-partner-key" {
			require.NotContains(t, fmt.Sprint(value), raw, key)
		}
	}
}

func TestAPayloadIsVerifiedFromATrustedPeerAndClaimedFromOthers(t *testing.T) {
	r := run(t, func(c *Config) { c.PayloadHeaders = []string{"x-jwt-payload"} })
	payload := map[string]any{headerKey + "x-jwt-payload": header(base64.RawURLEncoding.EncodeToString([]byte(`{"azp":"crm-sync"}`)))}
	trusted, stranger := r.server(from(loopback), payload), r.server(from(stranger), payload)
	require.Equal(t, "verified", trusted["lowcode.identity.status"])
	require.Equal(t, "claimed", stranger["lowcode.identity.status"])
	require.Equal(t, "crm-sync", stranger["lowcode.connector.id"])
}

func TestAPeerVouchesForTheSignalsThatItsEntriesName(t *testing.T) {
	r := run(t, func(c *Config) {
		c.PayloadHeaders = []string{"x-jwt-payload"}
		c.TrustedPeers = []PeerConfig{
			{CIDR: "127.0.0.0/8", Signals: []string{"gateway_consumer"}},
			{CIDR: "127.0.0.2", Signals: []string{"jwt_claim"}},
			{CIDR: "127.0.0.3"},
		}
	})
	status := func(last byte, key, value string) any {
		sender := &net.IPAddr{IP: net.IPv4(127, 0, 0, last)}
		return r.server(from(sender), map[string]any{key: value})["lowcode.identity.status"]
	}
	payload := base64.RawURLEncoding.EncodeToString([]byte(`{"azp":"crm-sync"}`))
	const consumer, claim, forwarded = headerKey + "x-consumer-username", "jwt.claims.azp", headerKey + "x-jwt-payload"
	require.Equal(t, "verified", status(1, consumer, "make-crm-sync"))
	require.Equal(t, "claimed", status(1, claim, "crm-sync"))
	require.Equal(t, "claimed", status(1, forwarded, payload))

	require.Equal(t, "verified", status(2, consumer, "make-crm-sync"), "of both entries")
	require.Equal(t, "verified", status(2, claim, "crm-sync"), "of both entries")
	require.Equal(t, "verified", status(2, forwarded, payload))

	require.Equal(t, "verified", status(3, consumer, "make-crm-sync"))
	require.Equal(t, "verified", status(3, claim, "crm-sync"), "all by default")
}

func TestASwitchedOffSignalNamesNobody(t *testing.T) {
	r := run(t, func(c *Config) { c.Signals.Disabled = []string{"gateway_consumer"} })
	got := r.server(from(loopback), map[string]any{headerKey + "x-consumer-username": header("make-crm-sync")})
	require.Equal(t, "unattributed", got["lowcode.identity.status"])
	require.Equal(t, "disabled", got["lowcode.identity.unattributed_reason"])
}

// countries is a database in which loopback's neighbour is in a country.
func countries(t *testing.T, code string) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test-Country", IncludeReservedNetworks: true})
	require.NoError(t, err)
	_, network, err := net.ParseCIDR("198.51.100.0/24")
	require.NoError(t, err)
	require.NoError(t, tree.Insert(network, mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}))
	var file bytes.Buffer
	_, err = tree.WriteTo(&file)
	require.NoError(t, err)
	return file.Bytes()
}

func TestClientsHaveACountryOfTheDatabaseInUse(t *testing.T) {
	path := writeFile(t, "country.mmdb", countries(t, "NL"))
	r := run(t, func(c *Config) { c.Geo.CountryDatabase = path })
	country := func() any {
		return r.server(from(loopback), map[string]any{"client.address": "198.51.100.7"})["lowcode.client.country"]
	}
	require.Equal(t, "NL", country())

	require.NoError(t, os.WriteFile(path+".new", countries(t, "BE"), 0o600))
	require.NoError(t, os.Chtimes(path+".new", arrival, arrival)) // the clock of a file system may be coarse
	require.NoError(t, os.Rename(path+".new", path))
	r.reload(t.Context())
	require.Equal(t, "BE", country())
}

func TestADatabaseThatIsNotThereFailsTheStart(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.Geo.CountryDatabase = filepath.Join(t.TempDir(), "country.mmdb")
	p, _, _ := observed(t, config)
	require.ErrorContains(t, p.start(t.Context(), componenttest.NewNopHost()), "geo")
	require.NoError(t, p.shutdown(t.Context()))
}
