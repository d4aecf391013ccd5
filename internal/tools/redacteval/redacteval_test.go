package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func TestCharacterPositionsAreCountedInBytes(t *testing.T) {
	f := func(text string, n, want int) {
		t.Helper()
		require.Equal(t, want, byteOffset(text, n))
	}
	f("abc", 0, 0)
	f("abc", 2, 2)
	f("abc", 3, 3)
	f("é€x", 1, 2)
	f("é€x", 2, 5)
	f("é€x", 3, 6)
	f("", 4, 0)
}

func TestScoreCountsSpansAndHits(t *testing.T) {
	var s score
	r := &report{out: &bytes.Buffer{}}
	s.add("0123456789", []span{{0, 3}, {5, 7}}, []redact.Match{
		{Detector: "card", Start: 2, End: 4}, {Detector: "card", Start: 8, End: 9}, {Detector: "email", Start: 5, End: 6},
	}, named("card"), r, "x")
	require.Equal(t, score{spans: 2, found: 1, hits: 2, right: 1}, s)
}

func TestRunFailsBelowAThresholdAndNamesAMissingSet(t *testing.T) {
	folder := t.TempDir()
	put := func(name, text string) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), b.Bytes(), 0o600))
	}
	var out bytes.Buffer
	require.ErrorContains(t, run(&out, options{data: folder, only: "secrets"}), "-data")
	require.ErrorContains(t, run(&out, options{only: "all"}), "expected secrets")

	put("secrets.jsonl.gz", `{"id":"a","positive":["password=`+"hunter"+`2hunter2!x9"],"negative":["nothing here"]}`)
	require.NoError(t, run(&out, options{data: folder, only: "secrets", verbose: true}), out.String())
	put("secrets.jsonl.gz", `{"id":"a","positive":["not found"],"negative":[]}`)
	out.Reset()
	require.ErrorIs(t, run(&out, options{data: folder, only: "secrets", verbose: true}), errMissed)
	require.Contains(t, out.String(), "MISSED")
	require.Contains(t, out.String(), `missed        a`)
}
