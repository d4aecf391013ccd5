package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

// identifyCatalog is the catalog of these tests.
var identifyCatalog = filepath.Join("testdata", "identify", "catalog.yaml")

// runIdentify runs the command on the stored spans, or on input.
func runIdentify(t *testing.T, input string, args ...string) (string, error) {
	t.Helper()
	if input == "" {
		data, err := os.ReadFile(filepath.Join("testdata", "identify", "spans.json"))
		require.NoError(t, err)
		input = string(data)
	}
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(append([]string{"identify"}, args...))
	root.SetIn(strings.NewReader(input))
	root.SetOut(&out)
	err := root.Execute()
	return out.String(), err
}

func TestIdentifyPrintsOneLineASpan(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("testdata", "identify", "trusted.txt"))
	require.NoError(t, err)
	got, err := runIdentify(t, "", "--catalog", identifyCatalog, "--trusted")
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestIdentifyVerifiesNothingUnlessTold(t *testing.T) {
	got, err := runIdentify(t, "", "--catalog", identifyCatalog, "--output", "json")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(got), "\n")
	require.Len(t, lines, 4)
	var first, third identified
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	require.Equal(t, identified{
		TraceID: "0102030405060708090a0b0c0d0e0f10", SpanID: "0102030405060708", Name: "GET /contacts", Connector: "crm-sync", Tenant: "acme",
		Platform: "make", User: "u-7", Status: "claimed", Confidence: 0.4, Method: "gateway_consumer",
		Evidence: []string{"gateway_consumer=http.request.header.x-consumer-username"},
	}, first)
	require.NoError(t, json.Unmarshal([]byte(lines[2]), &third))
	require.Equal(t, "ambiguous", third.Reason)
	require.Equal(t, []string{"claimed=crm-sync", "claimed=order-flow"}, third.Conflict)
}

func TestIdentifyRefusesWhatItCannotRead(t *testing.T) {
	f := func(input, want string, args ...string) {
		t.Helper()
		_, err := runIdentify(t, input, args...)
		require.ErrorContains(t, err, want)
	}
	f("", "--catalog is missing")
	f("", "--output xml, expected table or json", "--catalog", identifyCatalog, "--output", "xml")
	f("", `unexpected "spans.json"`, "--catalog", identifyCatalog, "spans.json")
	f("", "cannot read the catalog", "--catalog", "no.yaml")
	f("{", "cannot read trace export 1", "--catalog", identifyCatalog)
	f(`{"resourceSpans":[]} {"resourceSpans": 7}`, "cannot read trace export 2", "--catalog", identifyCatalog)
	_, err := runIdentify(t, "", "--output", "xml")
	require.ErrorIs(t, err, cli.ErrUsage)
}
