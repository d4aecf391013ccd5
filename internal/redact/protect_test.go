package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTimestampsArePassedOver(t *testing.T) {
	f := func(s string, want int) {
		t.Helper()
		require.Equal(t, want, timestampEnd(s, 0), s)
	}
	f("2024-05-06T12:30:45.123Z rest", 24)
	f("2024-05-06T12:30:45.123456789+02:00", 35)
	f("2024-05-06 12:30:45,123 INFO", 23)
	f("2024/05/06 12:30:45 main.go", 19)
	f("2024-05-06T12:30", 16)
	f("2024-05-06T12:30:45-0700", 24)
	f("2024-05-06", 0)
	f("2024-05-06 on", 0)
	f("1979-05-06T00:00:00Z", 0) // a birthday in JSON
	f("9024-05-06T12:30", 0)
	f("2024-99-06T12:30", 0)
	f("2024-05-06T12:3x", 0)
}

func TestIDsAreKnownByTheirShape(t *testing.T) {
	uuid := "b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11"
	require.Equal(t, 36, uuidEnd(uuid, 0))
	require.Equal(t, 0, uuidEnd(uuid[:35], 0))
	require.Equal(t, 0, uuidEnd("g"+uuid[1:], 0))
	require.True(t, isWholeID(uuid, "user.id"))
	require.False(t, isWholeID(uuid, "api.key"))
	require.True(t, isWholeID("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "http.request.header.traceparent"))
	require.False(t, isWholeID("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "note"))
	require.False(t, isWholeID("00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01", "traceparent"))
	for _, epoch := range []string{"1740989648", "1740989648015", "1740989648015123", "1740989648015123456"} {
		require.True(t, isEpoch(epoch), epoch)
	}
	for _, other := range []string{"9740989648", "174098964", "17409896480a5", ""} {
		require.False(t, isEpoch(other), other)
	}
	for _, key := range []string{"trace_id", "dd.span_id", "traceparent", "container.id", "http.response.header.etag", "x-b3", "git.commit"} {
		require.True(t, isIDKey(key), key)
	}
	for _, key := range []string{"", "id", "user.id", "card", "message"} {
		require.False(t, isIDKey(key), key)
	}
}

func TestHashesAreKnownByTheirName(t *testing.T) {
	f := func(text, key string, want bool) {
		t.Helper()
		sc := scanner{s: text + "e3b0c44298fc1c149afbf4c8996fb924", key: key}
		require.Equal(t, want, sc.isNamedHash(len(text)), "%s %s", key, text)
	}
	f("sha256:", "", true)
	f(`etag: W/"`, "", false) // W stands between
	f(`"etag":"`, "", true)
	f("commit ", "", true)
	f("", "file.hash", true)
	f("", "api_key", false)
	f("token ", "", false)
}

func TestATimeWithABadDigitIsNone(t *testing.T) {
	const text = "2024-05-06T12:30"
	require.Equal(t, len(text), timestampEnd(text, 0))
	for i := range len(text) {
		for c := range 256 {
			bad := text[:i] + string([]byte{byte(c)}) + text[i+1:]
			if isDigit(text[i]) && !isDigit(byte(c)) {
				require.Zero(t, timestampEnd(bad, 0), "%q", bad)
			}
		}
	}
}
