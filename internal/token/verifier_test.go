package token_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

func TestVerifyAcceptsEveryAlgorithmOfTheIssuersKeys(t *testing.T) {
	v := verifierOf(t, keySet())
	f := func(algorithm jose.SignatureAlgorithm, key any, kid string) {
		t.Helper()
		claims, state := v.Verify(sign(t, algorithm, key, kid, good()), at)
		require.Equal(t, token.Valid, state, "%s with kid %q", algorithm, kid)
		require.Equal(t, "user-1", claims.Subject)
	}
	f(jose.RS256, rsaKey(), "rsa")
	f(jose.PS256, rsaKey(), "rsa")
	f(jose.ES256, ecKey(), "ec")
	f(jose.EdDSA, edKey(), "ed")
	f(jose.RS256, rsaKey(), "") // no kid: all keys of the algorithm
	f(jose.EdDSA, edKey(), "")
}

func TestEveryAsymmetricAlgorithmCanBeConfigured(t *testing.T) {
	set := keySet()
	set.Keys = append(set.Keys, publicJWK(ec384Key(), "ec384"), publicJWK(ec521Key(), "ec521"))
	v := verifierOf(t, set, func(c *token.Config) {
		c.Issuers[0].Algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
	})
	f := func(algorithm jose.SignatureAlgorithm, key any, kid string) {
		t.Helper()
		require.Equal(t, "valid", stateOf(v, sign(t, algorithm, key, kid, good())), algorithm)
		require.Equal(t, "invalid", stateOf(v, sign(t, algorithm, key, "ec", good())), "%s under a P-256 key's id", algorithm)
	}
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS384, jose.RS512, jose.PS384, jose.PS512} {
		f(algorithm, rsaKey(), "rsa")
	}
	f(jose.ES384, ec384Key(), "ec384")
	f(jose.ES512, ec521Key(), "ec521")
	f(jose.EdDSA, edKey(), "ed")
}

func TestVerifyStates(t *testing.T) {
	v := verifierOf(t, keySet())
	f := func(name string, want token.State, raw string) {
		t.Helper()
		for _, run := range []string{"checked", "cached"} {
			claims, state := v.Verify(raw, at)
			require.Equal(t, want.String(), state.String(), "%s, %s", name, run)
			require.Equal(t, want == token.Valid, claims != nil, "%s, %s", name, run)
		}
	}
	signed := func(change object, headers ...object) string {
		return sign(t, jose.RS256, rsaKey(), "rsa", good(change), headers...)
	}
	f("good", token.Valid, signed(nil))
	f("one of several audiences", token.Valid, signed(object{"aud": []string{"other", audience}}))
	f("nbf now", token.Valid, signed(object{"nbf": at.Unix()}))
	f("typ at+jwt", token.Valid, signed(nil, object{"typ": "at+jwt"}))

	f("expired", token.Expired, signed(object{"exp": at.Add(-time.Second).Unix()}))
	f("expires now", token.Expired, signed(object{"exp": at.Unix()}))
	f("expired and not yet valid", token.Expired, signed(object{"exp": at.Unix(), "nbf": at.Unix() + 9}))
	f("nbf in the future", token.NotYetValid, signed(object{"nbf": at.Add(time.Second).Unix()}))

	f("wrong audience", token.Invalid, signed(object{"aud": "https://other.example.com"}))
	f("no audience", token.Invalid, signed(object{"aud": nil}))
	f("no expiry", token.Invalid, signed(object{"exp": nil}))
	f("expiry as text", token.Invalid, signed(object{"exp": "tomorrow"}))
	f("subject as number", token.Invalid, signed(object{"sub": 7}))
	f("wrong key under the right kid", token.Invalid, sign(t, jose.RS256, otherRSAKey(), "rsa", good()))
	f("wrong key without kid", token.Invalid, sign(t, jose.RS256, otherRSAKey(), "", good()))
	f("key of another type", token.Invalid, sign(t, jose.ES256, ecKey(), "rsa", good()))
	f("algorithm not configured", token.Invalid, sign(t, jose.RS512, rsaKey(), "rsa", good()))
	f("crit", token.Invalid, signed(nil, object{"crit": []string{"exp"}, "exp": 1}))
	f("crit b64", token.Invalid, signed(nil, object{"crit": []string{"b64"}, "b64": true}))
	f("b64 alone", token.Invalid, signed(nil, object{"b64": false}))

	f("wrong issuer", token.Unknown, signed(object{"iss": "https://evil.example.com/"}))
	f("issuer but for a slash", token.Unknown, signed(object{"iss": strings.TrimSuffix(issuerName, "/")}))
	f("no issuer", token.Unknown, signed(object{"iss": nil}))
	f("unknown kid", token.Pending, sign(t, jose.RS256, otherRSAKey(), "next", good()))
}

func TestVerifyRefusesAlgNone(t *testing.T) {
	v := verifierOf(t, keySet())
	f := func(want token.State, header object, signature string) {
		t.Helper()
		claims, state := v.Verify(unsigned(header, good(), signature), at)
		require.Nil(t, claims)
		require.Equal(t, want.String(), state.String(), "%v", header)
	}
	for _, none := range []string{"none", "None", "NONE", "nOnE"} {
		f(token.Invalid, object{"alg": none}, "")
		f(token.Invalid, object{"alg": none, "kid": "rsa"}, "AAAA")
	}
	_, state := v.Verify(unsigned(object{"alg": "none"}, good(object{"iss": "another"}), ""), at)
	require.Equal(t, token.Invalid.String(), state.String(), "whoever the issuer is")

	f(token.Unknown, object{"alg": ""}, "") // no JWS at all
	f(token.Unknown, object{"typ": "JWT"}, "")
	f(token.Invalid, object{"alg": "rs256", "kid": "rsa"}, "AAAA")
}

// The oldest attack: sign with HMAC, and take the issuer's public key, which
// everybody has, for the secret.
func TestVerifyRefusesAPublicKeyAsHMACSecret(t *testing.T) {
	v := verifierOf(t, keySet())
	public := rsaKey().Public()
	der := must(x509.MarshalPKIXPublicKey(public))
	jwk := must(publicJWK(rsaKey(), "rsa").MarshalJSON())
	forms := map[string][]byte{
		"DER":      der,
		"PEM":      pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"PKCS#1":   x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey),
		"JWK":      jwk,
		"modulus":  rsaKey().N.Bytes(),
		"SHA-256":  func() []byte { sum := sha256.Sum256(der); return sum[:] }(),
		"PEM text": []byte(strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: der})))),
	}
	for form, secret := range forms {
		for _, kid := range []string{"rsa", ""} {
			claims, state := v.Verify(sign(t, jose.HS256, secret, kid, good()), at)
			require.Nil(t, claims, form)
			require.Equal(t, token.Invalid.String(), state.String(), "%s, kid %q", form, kid)
		}
	}
}

func TestVerifyIgnoresKeysThatATokenBrings(t *testing.T) {
	v := verifierOf(t, keySet())
	own := publicJWK(otherRSAKey(), "")
	f := func(want token.State, headers object, kid string) {
		t.Helper()
		claims, state := v.Verify(sign(t, jose.RS256, otherRSAKey(), kid, good(), headers), at)
		require.Nil(t, claims)
		require.Equal(t, want.String(), state.String(), "%v", headers)
	}
	f(token.Invalid, object{"jwk": own}, "")
	f(token.Invalid, object{"jwk": own}, "rsa")
	f(token.Invalid, object{"jku": "http://127.0.0.1:1/jwks.json"}, "rsa")
	f(token.Invalid, object{"x5u": "http://127.0.0.1:1/cert.pem"}, "rsa")
	f(token.Pending, object{"jku": "http://127.0.0.1:1/jwks.json"}, "mine")
}

func TestVerifyRefusesWhatIsMalformed(t *testing.T) {
	v := verifierOf(t, keySet())
	f := func(want token.State, raw string) {
		t.Helper()
		claims, state := v.Verify(raw, at)
		require.Nil(t, claims)
		require.Equal(t, want.String(), state.String(), "%.80s", raw)
	}
	valid := sign(t, jose.RS256, rsaKey(), "rsa", good())
	parts := strings.Split(valid, ".")
	header := object{"alg": "RS256", "kid": "rsa"}

	// No signed JWT: an opaque token, or an encrypted one.
	f(token.Unknown, "")
	f(token.Unknown, "opaque")
	f(token.Unknown, "a.b")
	f(token.Unknown, "ya29.opaque.token")
	f(token.Unknown, "..")
	f(token.Unknown, valid+".")
	f(token.Unknown, strings.Join([]string{parts[0], "key", "iv", "text", "tag"}, "."))
	f(token.Unknown, encrypted(t))
	f(token.Unknown, base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","alg":"none"}`))+"."+parts[1]+"."+parts[2])

	// A JWT, but broken.
	f(token.Invalid, parts[0]+"."+parts[1]+".")
	f(token.Invalid, parts[0]+".."+parts[2])
	f(token.Invalid, parts[0]+".%%%."+parts[2])
	f(token.Invalid, parts[0]+"."+parts[1]+".%%%")
	f(token.Invalid, valid[:len(valid)-4])
	f(token.Invalid, parts[0]+"."+parts[1]+"\n."+parts[2])
	f(token.Invalid, valid+"\n")
	f(token.Invalid, unsigned(header, []string{"no", "object"}, "AAAA"))
	f(token.Invalid, unsigned(header, nil, "AAAA"))
	f(token.Invalid, strings.Repeat("a", 16<<10+1))
	f(token.Invalid, sign(t, jose.RS256, rsaKey(), "rsa", good(object{"pad": strings.Repeat("a", 16<<10)})))
	f(token.Invalid, nested(t, valid))
}

// nested is a JWT whose payload is another one (RFC 7519, section 5.2).
func nested(t *testing.T, inner string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: rsaKey()},
		(&jose.SignerOptions{}).WithContentType("JWT"))
	require.NoError(t, err)
	return must(must(signer.Sign([]byte(inner))).CompactSerialize())
}

func encrypted(t *testing.T) string {
	t.Helper()
	encrypter, err := jose.NewEncrypter(jose.A128GCM,
		jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: rsaKey().Public()}, nil)
	require.NoError(t, err)
	return must(must(encrypter.Encrypt([]byte(`{"iss":"` + issuerName + `"}`))).CompactSerialize())
}

// A name in a payload means itself alone: readers that fold case, or take the
// last of two, could be made to see other claims than the issuer's own API does.
func TestVerifyReadsNamesExactly(t *testing.T) {
	v := verifierOf(t, keySet())
	claims, state := v.Verify(sign(t, jose.RS256, rsaKey(), "rsa", good(object{"SUB": "admin", "Iss": "x"})), at)
	require.Equal(t, token.Valid, state)
	require.Equal(t, "user-1", claims.Subject)

	_, err := token.ParseClaims([]byte(`{"sub":"user-1","sub":"admin"}`))
	require.ErrorContains(t, err, "distinct names")
}

func TestVerifyAllowsLeewayOnBothEnds(t *testing.T) {
	v := verifierOf(t, keySet(), func(c *token.Config) { c.Leeway = time.Minute })
	raw := sign(t, jose.ES256, ecKey(), "ec", good(object{
		"nbf": at.Unix(), "exp": at.Add(10 * time.Minute).Unix(),
	}))
	f := func(want token.State, offset time.Duration) {
		t.Helper()
		_, state := v.Verify(raw, at.Add(offset))
		require.Equal(t, want.String(), state.String(), "%s", offset)
	}
	f(token.NotYetValid, -61*time.Second)
	f(token.Valid, -60*time.Second)
	f(token.Valid, 11*time.Minute-time.Second)
	f(token.Expired, 11*time.Minute)
}

func TestACachedTokenEndsWithItsExpiry(t *testing.T) {
	v := verifierOf(t, keySet())
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	claims, state := v.Verify(raw, at)
	require.Equal(t, token.Valid, state)
	again, _ := v.Verify(raw, at)
	require.Same(t, claims, again)

	claims, state = v.Verify(raw, at.Add(5*time.Minute))
	require.Equal(t, token.Expired, state)
	require.Nil(t, claims)
}

func TestATokenIsInvalidOnceKeysThatCameAfterItDoNotHoldItsKey(t *testing.T) {
	v := verifierOf(t, keySet())
	raw := sign(t, jose.RS256, otherRSAKey(), "next", good())
	f := func(want token.State, raw string) {
		t.Helper()
		_, state := v.Verify(raw, at)
		require.Equal(t, want.String(), state.String())
	}
	f(token.Pending, raw)
	f(token.Pending, raw)
	require.NoError(t, v.Refresh(t.Context()))
	f(token.Invalid, raw)
	f(token.Pending, sign(t, jose.RS256, otherRSAKey(), "next", good(object{"jti": "another"})))
}

func TestATokenThatWasInvalidForWantOfItsKeyIsValidWhenTheKeyComes(t *testing.T) {
	path := writeKeys(t, setOf(publicJWK(ecKey(), "ec")))
	v := verifierOf(t, keySet(), func(c *token.Config) { c.Issuers[0].JWKSFile = path })
	raw := sign(t, jose.RS256, otherRSAKey(), "next", good())
	v.Verify(raw, at)
	require.NoError(t, v.Refresh(t.Context()))
	_, state := v.Verify(raw, at)
	require.Equal(t, token.Invalid, state)

	require.NoError(t, os.WriteFile(path, must(json.Marshal(setOf(publicJWK(otherRSAKey(), "next")))), 0o600))
	require.NoError(t, v.Refresh(t.Context()))
	_, state = v.Verify(raw, at)
	require.Equal(t, token.Valid, state)
}

// A look that failed says nothing of the keys there are.
func TestATokenStaysPendingWhileKeysCannotBeHad(t *testing.T) {
	path := writeKeys(t, keySet())
	v := verifierOf(t, keySet(), func(c *token.Config) { c.Issuers[0].JWKSFile = path })
	raw := sign(t, jose.RS256, otherRSAKey(), "next", good())
	v.Verify(raw, at)
	require.NoError(t, os.Remove(path))
	require.Error(t, v.Refresh(t.Context()))
	_, state := v.Verify(raw, at)
	require.Equal(t, token.Pending, state)
}

func TestOnlyTheConfiguredAlgorithmsServe(t *testing.T) {
	v := verifierOf(t, keySet(), func(c *token.Config) { c.Issuers[0].Algorithms = []string{"ES256"} })
	_, state := v.Verify(sign(t, jose.ES256, ecKey(), "ec", good()), at)
	require.Equal(t, token.Valid, state)
	_, state = v.Verify(sign(t, jose.RS256, rsaKey(), "rsa", good()), at)
	require.Equal(t, token.Invalid, state)
}

func TestIssuersDoNotLendEachOtherKeys(t *testing.T) {
	v := verifierOf(t, keySet(), func(c *token.Config) {
		c.Issuers = append(c.Issuers, token.IssuerConfig{
			Issuer: "https://two.example.com/", Audiences: []string{audience},
			JWKSFile: writeKeys(t, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{publicJWK(otherRSAKey(), "rsa")}}),
		})
	})
	two := good(object{"iss": "https://two.example.com/"})
	_, state := v.Verify(sign(t, jose.RS256, otherRSAKey(), "rsa", two), at)
	require.Equal(t, token.Valid, state)
	_, state = v.Verify(sign(t, jose.RS256, rsaKey(), "rsa", two), at)
	require.Equal(t, token.Invalid, state)
	_, state = v.Verify(sign(t, jose.RS256, otherRSAKey(), "rsa", good()), at)
	require.Equal(t, token.Invalid, state)
}

func TestStatesHaveNames(t *testing.T) {
	require.Equal(t, "unknown", token.Unknown.String())
	require.Equal(t, "pending", token.Pending.String())
	require.Equal(t, "not_yet_valid", token.NotYetValid.String())
	require.Equal(t, "undefined", token.State(200).String())
}
