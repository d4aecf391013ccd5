package redactprocessor

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func TestPlainKeys(t *testing.T) {
	f := func(key string, want bool) {
		t.Helper()
		require.Equal(t, want, isPlainKey(key), key)
	}
	f("", true)
	f("url.full", true)
	f("http.request.header.x-consumer-username", true)
	f("http.request.header.X-Api-Key", false)
	f("a@b.co", false)
	f("ada.lovelace@example.com", false)
	f("k8s.pod.name", false)
	f("größe", false)
}

// Every byte at every place of keys of every length up to three words.
func TestPlainKeysByteByByte(t *testing.T) {
	for length := 1; length <= 24; length++ {
		for at := range length {
			for c := range 256 {
				key := strings.Repeat("z", at) + string([]byte{byte(c)}) + strings.Repeat("a", length-at-1)
				want := strings.IndexByte("abcdefghijklmnopqrstuvwxyz_`{|}~\x7f-./", byte(c)) >= 0
				if isPlainKey(key) != want {
					t.Fatalf("%q: %v", key, !want)
				}
			}
		}
	}
}

func TestKeysWithAFewDigits(t *testing.T) {
	f := func(key string, want bool) {
		t.Helper()
		require.Equal(t, want, isNumberedKey(key), key)
	}
	f("k8s.pod.name", true)
	f("k8s.container.restart_count", true)
	f("gen_ai.prompt.0.content", true)
	f("aws.s3.bucket", true)
	f("http.request.header.x-b3-traceid", false) // eight bytes and more with a digit
	f("k8s.pod.label.abcdefghijklmnop", false)   // a token may be so long
	f("gb82.west.1234.5698.7654.32", false)      // an IBAN begins so
	f("1.2.3.4", false)                          // an address
	f("--p4ss.x", false)                         // an option
	f("k8s.pod.Name", false)
	f("k8s pod", false)
	f("s3.größe", false)
}

// What no detector looks at must be what none can match: here, keys made of
// the words and digits that detectors like most.
func TestTheEngineFindsNothingInAKeyWithAFewDigits(t *testing.T) {
	e, err := redact.New(redact.Config{})
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{
		"password", "token", "api_key", "secret", "key", "p", "a", "auth0", "n8n", "stripe", "twilio", "phone", "ssn", "card", "bearer", "basic", "login", "iban", "gb8", "de8", "x7k2p", "abcdefghijkl",
		"mysql", "sshpass", "k8s", "s3", "id", "mac", "0", "1", "42", "777", "_", "-", "z", "passport", "vat", "mrn",
	}
	marks := []string{".", "/", "_", "-", "./", ""}
	known := 0
	for range 400_000 {
		var key strings.Builder
		for range 1 + random.IntN(7) {
			key.WriteString(parts[random.IntN(len(parts))] + marks[random.IntN(len(marks))])
		}
		if !isNumberedKey(key.String()) {
			continue
		}
		known++
		out, changed := e.String("", key.String())
		require.False(t, changed, "%s became %s", key.String(), out)
	}
	require.Greater(t, known, 10_000)
}
