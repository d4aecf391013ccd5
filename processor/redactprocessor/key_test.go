package redactprocessor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
