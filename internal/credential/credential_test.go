package credential_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/credential"
)

var (
	oldKey = credential.Key{ID: "v1", Secret: []byte(strings.Repeat("old!", 8))}
	newKey = credential.Key{ID: "v2", Secret: []byte(strings.Repeat("new!", 8))}
)

func hasher(tb testing.TB, keys ...credential.Key) *credential.Hasher {
	tb.Helper()
	h, err := credential.New(keys)
	require.NoError(tb, err)
	return h
}

func TestHashIsAKeyedMACUnderAVersion(t *testing.T) {
	derived := macOf(oldKey.Secret, "weir credential hash 1")
	want := "v1:" + hex.EncodeToString(macOf(derived, "some key"))[:32]
	require.Equal(t, want, hasher(t, oldKey).Hash("some key"))
}

func TestHashIsNotThatOfTheBareSecret(t *testing.T) {
	bare := hex.EncodeToString(macOf(oldKey.Secret, "some key"))
	require.NotContains(t, hasher(t, oldKey).Hash("some key"), bare[:32])
}

func macOf(secret []byte, text string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func TestRotationFindsWhatTheOldKeyHashed(t *testing.T) {
	rotated := hasher(t, newKey, oldKey)
	all := rotated.All("some key")
	require.Equal(t, []string{rotated.Hash("some key"), hasher(t, oldKey).Hash("some key")}, all)
	require.True(t, strings.HasPrefix(all[0], "v2:"))
}

func TestHashesAgreeOnlyForEqualCredentials(t *testing.T) {
	h, other := hasher(t, newKey, oldKey), hasher(t, oldKey)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		require.Equal(t, a == b, h.Hash(a) == h.Hash(b))
		require.Equal(t, h.Hash(a), h.All(a)[0])
		require.Equal(t, other.Hash(a), h.All(a)[1])
		require.Regexp(t, `^v2:[0-9a-f]{32}$`, h.Hash(a))
	})
}

func TestHasherServesManyGoroutines(t *testing.T) {
	h := hasher(t, newKey)
	want := map[string]string{}
	for _, raw := range []string{"a", "bb", strings.Repeat("c", 4000)} {
		want[raw] = h.Hash(raw)
	}
	got := make(chan bool, 64)
	for range cap(got) {
		go func() {
			same := true
			for raw, hash := range want {
				same = same && h.Hash(raw) == hash
			}
			got <- same
		}()
	}
	for range cap(got) {
		require.True(t, <-got)
	}
}

func TestNewKeepsItsOwnCopyOfTheSecret(t *testing.T) {
	key := credential.Key{ID: "v1", Secret: []byte(strings.Repeat("old!", 8))}
	h := hasher(t, key)
	want := hasher(t, oldKey).Hash("x")
	clear(key.Secret)
	require.Equal(t, want, h.Hash("x"))
}

func TestNewRefusesBadKeys(t *testing.T) {
	f := func(want string, keys ...credential.Key) {
		t.Helper()
		_, err := credential.New(keys)
		require.ErrorContains(t, err, want)
	}
	secret := []byte(strings.Repeat("x", 16))
	f("credentials.keys: missing")
	f("credentials.keys[0].id: 0 characters", credential.Key{Secret: secret})
	f("credentials.keys[0].id: 9 characters", credential.Key{ID: "version12", Secret: secret})
	f(`credentials.keys[0].id: "v:1"`, credential.Key{ID: "v:1", Secret: secret})
	f("credentials.keys[0].secret: 15 bytes", credential.Key{ID: "v1", Secret: secret[1:]})
	f(`credentials.keys[1].id: "v1" occurs twice`, credential.Key{ID: "v1", Secret: secret}, credential.Key{ID: "v1", Secret: secret})
}

func TestSplit(t *testing.T) {
	f := func(header, value, wantType, want string) {
		t.Helper()
		gotType, got := credential.Split(header, value)
		require.Equal(t, [2]string{wantType, want}, [2]string{gotType, got}, "%s: %s", header, value)
	}
	f("authorization", "Bearer abc.def.ghi", "bearer", "abc.def.ghi")
	f("authorization", "bearer  abc ", "bearer", "abc")
	f("proxy-authorization", "Basic dTpw", "basic", "dTpw")
	f("authorization", "DPoP abc", "bearer", "abc")
	f("authorization", "ApiKey abc", "api_key", "abc")
	f("authorization", "Token abc", "api_key", "abc")
	f("authorization", "abc", "api_key", "abc")
	f("x-api-key", "abc", "api_key", "abc")
	f("x-api-key", "two words", "api_key", "two words")
	f("x-api-key", "Bearer abc", "bearer", "abc")
	f("authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260801/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=ab", "hmac", "AKID")

	f("authorization", "", "", "")
	f("authorization", "Bearer", "", "")
	f("authorization", "Bearer ", "", "")
	f("authorization", "AWS4-HMAC-SHA256 Signature=ab", "", "")
	f("authorization", `Digest username="u", nonce="n"`, "", "")
	f("authorization", "Negotiate abc", "", "")
	f("x-api-key", " ", "", "")
}

func FuzzSplit(f *testing.F) {
	f.Add("authorization", "Bearer abc")
	f.Add("x-api-key", "abc def")
	f.Fuzz(func(t *testing.T, header, value string) {
		credentialType, raw := credential.Split(header, value)
		require.Equal(t, credentialType == "", raw == "")
		require.Contains(t, value, raw)
	})
}

func BenchmarkHash(b *testing.B) {
	h := hasher(b, newKey)
	raw := strings.Repeat("k", 40)
	b.ReportAllocs()
	for b.Loop() {
		h.Hash(raw)
	}
}
