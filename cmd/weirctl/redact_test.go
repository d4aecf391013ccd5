package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func redactWith(t *testing.T, in string, opts redactOptions) (string, error) {
	t.Helper()
	var out bytes.Buffer
	if opts.format == "" {
		opts.format = "text"
	}
	if opts.events == nil {
		opts.events = &eventFlags{endpoint: noCollector}
	}
	err := runRedact(t.Context(), strings.NewReader(in), &out, opts)
	return out.String(), err
}

func TestRedactText(t *testing.T) {
	out, err := redactWith(t, "mail a@b.example\n"+redacttest.PrivateKey(1)+"\nbye\n", redactOptions{})
	require.NoError(t, err)
	require.Equal(t, "mail <EMAIL>\n<PRIVATE_KEY>\nbye\n", out)
}

func TestRedactLinesGiveByteOffsetsOfTheInput(t *testing.T) {
	in := `{"text":"ä a@b.example"}` + "\n\n" + `{"key":"db.password","text":"x<1>"}` + "\n" + `{"text":"fine"}` + "\n"
	out, err := redactWith(t, in, redactOptions{format: "jsonl"})
	require.NoError(t, err)
	require.Equal(t, `{"text":"ä <EMAIL>","matches":[{"detector":"email","start":3,"end":14,"action":"placeholder"}]}
{"text":"<SECRET>","matches":[{"detector":"sensitive_key","start":0,"end":4,"action":"placeholder"}]}
{"text":"fine","matches":[]}
`, out)
}

func TestRedactReadsTheProcessorsSettings(t *testing.T) {
	for _, text := range []string{
		"mode: dry_run\naction: mask\n",
		"processors:\n  redact:\n    action: mask\n    max_value_mib: 8\n",
		"processors:\n  redact/strict:\n    action: mask\n",
		"policy_reload_interval: 1m\nsummary: false\naudit: true\nself_check: {sample_ratio: 0}\naction: mask\n",
	} {
		path := filepath.Join(t.TempDir(), "redact.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		out, err := redactWith(t, "mail a@b.example", redactOptions{config: path})
		require.NoError(t, err)
		require.Equal(t, "mail ****", out, text)
	}
}

func TestRedactTakesAProcessorWithoutSettingsAsItsDefaults(t *testing.T) {
	for _, text := range []string{"processors:\n  redact:\n", "redact:\n", "processors:\n  batch:\n  redact/a:\n", ""} {
		path := filepath.Join(t.TempDir(), "redact.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		out, err := redactWith(t, "mail a@b.example", redactOptions{config: path})
		require.NoError(t, err, text)
		require.Equal(t, "mail <EMAIL>", out, text)
	}
}

func TestRedactListsDetectors(t *testing.T) {
	out, err := redactWith(t, "", redactOptions{list: true, output: "table"})
	require.NoError(t, err)
	require.Contains(t, out, "github_token")
	out, err = redactWith(t, "", redactOptions{list: true, output: "json"})
	require.NoError(t, err)
	require.Contains(t, out, `"name": "card"`)
}

func TestRedactUsageErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "redact.yaml")
	require.NoError(t, os.WriteFile(path, []byte("detectors: [nonsense]\n"), 0o600))
	unknown := filepath.Join(t.TempDir(), "unknown.yaml")
	require.NoError(t, os.WriteFile(unknown, []byte("detector: [email]\n"), 0o600))
	without := filepath.Join(t.TempDir(), "without.yaml")
	require.NoError(t, os.WriteFile(without, []byte("processors:\n  batch:\n"), 0o600))
	for _, c := range []struct {
		in   string
		opts redactOptions
		want string
	}{
		{"", redactOptions{config: without}, "has no redact processor"},
		{"", redactOptions{format: "xml"}, `--format is "xml"`},
		{"no json\n", redactOptions{format: "jsonl"}, "line 1 is not"},
		{`{"key":"a"}`, redactOptions{format: "jsonl"}, "line 1 is not"},
		{"", redactOptions{config: path}, `"detectors" names "nonsense"`},
		{"", redactOptions{config: unknown}, `unknown.yaml:1: unknown key "detector"`},
		{"", redactOptions{config: "/nowhere"}, "cannot read --config"},
		{"", redactOptions{list: true, output: "xml"}, `--output is "xml"`},
		{"", redactOptions{list: true, name: "no_such_card"}, `there is no detector "no_such_card"`},
		{"", redactOptions{list: true, name: "CAR"}, "did you mean card"},
		{"", redactOptions{scope: "acme"}, `--scope has "acme": expected tenant=…, connector=… or signal=…`},
		{"", redactOptions{scope: "signal=log"}, `--scope has the signal "log"`},
		{"", redactOptions{reveal: true}, "--reveal needs --audit-log or --otlp"},
		{"", redactOptions{reveal: true, auditLog: "x"}, `--reveal needs the policy's "seal_keys"`},
		{"", redactOptions{reveal: true, format: "jsonl"}, "--reveal takes --format text"},
	} {
		_, err := redactWith(t, c.in, c.opts)
		require.ErrorContains(t, err, c.want)
		require.ErrorIs(t, err, cli.ErrUsage)
	}
}
