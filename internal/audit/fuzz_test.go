package audit

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzDecodeChain(f *testing.F) {
	f.Add([]byte{})
	f.Add(EncodeChain(nil).Data)
	f.Add(EncodeChain([]Entry{{Source: "a", Seq: 1, Digest: Sum{1}, Hash: Sum{2}}, {Source: "b", Seq: 1 << 60}}).Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := DecodeChain(data, SegmentID{})
		if err != nil {
			return
		}
		again, err := DecodeChain(EncodeChain(entries).Data, SegmentID{})
		require.NoError(t, err)
		require.Equal(t, entries, again)
	})
}

func FuzzParseState(f *testing.F) {
	f.Add([]byte(`{"version":1,"source":"x","seq":1,"head":"` + Sum{1}.String() + `"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseState(data)
		if err != nil {
			return
		}
		written, err := json.Marshal(s)
		require.NoError(t, err)
		again, err := parseState(written)
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte("-----BEGIN X-----\n-----END X-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := parseKey(data)
		require.Equal(t, err == nil, key != nil)
	})
}
