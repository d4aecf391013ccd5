package evidence

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/audit/verify"
)

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(`{"version":1,"created":"2026-03-01T00:00:00Z","files":[{"name":"a.jsonl","rows":1,"sha256":"00"}]}`))
	f.Add([]byte(`{"version":1,"files":[{"name":"../a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			return
		}
		for _, file := range m.Files {
			require.NotContains(t, file.Name, "/")
		}
	})
}

func FuzzEventLine(f *testing.F) {
	whole, err := json.Marshal(lineOf(&verify.Row{}))
	require.NoError(f, err)
	f.Add(whole)
	f.Add([]byte(`{"trace_id":"0"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var line eventLine
		if json.Unmarshal(data, &line) != nil {
			return
		}
		row, err := line.row()
		if err != nil {
			return
		}
		again := lineOf(row)
		same, err := again.row()
		require.NoError(t, err)
		require.Equal(t, row, same)
	})
}
