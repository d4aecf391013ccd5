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
