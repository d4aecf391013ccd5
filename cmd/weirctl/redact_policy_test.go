package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

// policyWith writes a policy with keys made at run time.
func policyWith(t *testing.T, text string) string {
	t.Helper()
	key := redacttest.Random("abcdefghijklmnopqrstuvwxyz0123456789", 40, 7)
	path := filepath.Join(t.TempDir(), "policy.yaml")
	text += "seal_keys: [{id: k1, secret: '" + key + "'}]\ntoken_keys: [{id: k1, secret: '" + key + "'}]\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestRedactTakesAScope(t *testing.T) {
	path := policyWith(t, "rules:\n  - {tenants: [acme], signals: [logs], action: drop}\n  - {keys: [user.*], action: allow}\n")
	f := func(scope, key, want string) {
		t.Helper()
		out, err := redactWith(t, "to a@b.example", redactOptions{config: path, scope: scope, key: key})
		require.NoError(t, err)
		require.Equal(t, want, out)
	}
	f("", "", "to <EMAIL>")
	f("tenant=acme, signal=logs,connector=crm", "", "to ")
	f("tenant=acme,signal=traces", "", "to <EMAIL>")
	f("tenant=acme", "user.mail", "to a@b.example")
}

func TestRedactReadsThePolicyFileOfAProcessor(t *testing.T) {
	policy := policyWith(t, "action: mask\n")
	config := filepath.Join(t.TempDir(), "weir.yaml")
	require.NoError(t, os.WriteFile(config, []byte("processors:\n  redact:\n    action: drop\n    mask: '###'\n    policy_file: "+policy+"\n"), 0o600))
	out, err := redactWith(t, "to a@b.example", redactOptions{config: config})
	require.NoError(t, err)
	require.Equal(t, "to ###", out)
}

func TestRedactDeniesKeys(t *testing.T) {
	path := policyWith(t, "allowed_keys: [http.*]\n")
	out, err := redactWith(t, `{"key":"http.route","text":"/a"}`+"\n"+`{"key":"note","text":"hello"}`+"\n"+`{"text":"hello"}`, redactOptions{config: path, format: "jsonl"})
	require.NoError(t, err)
	require.Equal(t, `{"text":"/a","matches":[]}
{"text":"<UNLISTED>","matches":[{"detector":"unlisted_key","start":0,"end":5,"action":"placeholder"}]}
{"text":"hello","matches":[]}
`, out)
}

func TestRedactExplains(t *testing.T) {
	secret := "ada.lovelace@example.com"
	out, err := redactWith(t, "to "+secret+" "+redacttest.Card("4", 16, 1), redactOptions{explain: true})
	require.NoError(t, err)
	require.NotContains(t, out, secret)
	require.Regexp(t, `(?m)^3-27 +email +pii +medium +placeholder +E-mail`, out)
	require.Regexp(t, `(?m)^28-44 +card +financial +critical`, out)

	out, err = redactWith(t, `{"key":"db.password","text":"x1y2z3"}`, redactOptions{explain: true, format: "jsonl", output: "json"})
	require.NoError(t, err)
	require.NotContains(t, out, "x1y2z3")
	var found []explained
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	require.Len(t, found, 1)
	require.Equal(t, 1, found[0].Line)
	require.Equal(t, "sensitive_key", found[0].Detector)

	out, err = redactWith(t, "fine", redactOptions{explain: true})
	require.NoError(t, err)
	require.Equal(t, "nothing found\n", out)
}

func TestRedactDescribesADetectorWithExamples(t *testing.T) {
	out, err := redactWith(t, "", redactOptions{list: true, name: "email"})
	require.NoError(t, err)
	require.Contains(t, out, "RFC 5321")
	require.Regexp(t, `(?m)^example +.*@`, out)
	out, err = redactWith(t, "", redactOptions{list: true, name: "email", output: "json"})
	require.NoError(t, err)
	var page detectorPage
	require.NoError(t, json.Unmarshal([]byte(out), &page))
	require.NotEmpty(t, page.Finds)
	require.Equal(t, "placeholder", page.Action)
}

func TestRedactCutsLongTextBetweenLines(t *testing.T) {
	line := strings.Repeat("ordinary words ", 70) + "for a@b.example\n"
	in := strings.Repeat(line, 2*redactBlock/len(line)) + redacttest.PrivateKey(1) + "\nend"
	out, err := redactWith(t, in, redactOptions{})
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(strings.Replace(in, redacttest.PrivateKey(1), "<PRIVATE_KEY>", 1), "a@b.example", "<EMAIL>"), out)

	key := redacttest.PrivateKey(1)
	require.Equal(t, len("a\nb\n"), blockEnd([]byte("a\nb\n"+key[:40])))
	require.Equal(t, len("a\n"+key+"\n"), blockEnd([]byte("a\n"+key+"\nb")))
	require.Zero(t, blockEnd([]byte("no line")))
}

func TestRevealIsAuditedBeforeItIsShown(t *testing.T) {
	path := policyWith(t, "action: encrypt\n")
	text := "from ada@example.com to bob@example.com\n"
	sealed, err := redactWith(t, text, redactOptions{config: path})
	require.NoError(t, err)
	require.NotContains(t, sealed, "ada")

	log := filepath.Join(t.TempDir(), "audit.jsonl")
	opts := redactOptions{config: path, reveal: true, auditLog: log}
	out, err := redactWith(t, sealed, opts)
	require.NoError(t, err)
	require.Equal(t, text, out)
	_, err = redactWith(t, sealed, opts)
	require.NoError(t, err)

	lines, err := os.ReadFile(log)
	require.NoError(t, err)
	require.NotContains(t, string(lines), "example.com")
	records := strings.Split(strings.TrimSpace(string(lines)), "\n")
	require.Len(t, records, 4, "it is appended to")
	var first, third revealRecord
	require.NoError(t, json.Unmarshal([]byte(records[0]), &first))
	require.NoError(t, json.Unmarshal([]byte(records[2]), &third))
	require.Equal(t, "email", first.Detector)
	require.Equal(t, "k1", first.KeyID)
	require.NotEmpty(t, first.User)
	require.Equal(t, first.Sealed, third.Sealed, "the same value has the same fingerprint")
	info, err := os.Stat(log)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestRevealIsAnEventBeforeItIsShown(t *testing.T) {
	path := policyWith(t, "action: encrypt\n")
	text := "from ada@example.com to bob@example.com\n"
	sealed, err := redactWith(t, text, redactOptions{config: path})
	require.NoError(t, err)
	sink := startEventSink(t)
	opts := redactOptions{config: path, reveal: true, events: sink.flags()}
	out, err := redactWith(t, sealed, opts)
	require.NoError(t, err)
	require.Equal(t, text, out)
	records := sink.received()
	require.Len(t, records, 2)
	require.Equal(t, lowcode.EventRedactionRevealed, records[0].EventName())
	require.Equal(t, "email", attribute(t, records[0], lowcode.KeyEventNewValue))
	require.NotEqual(t, attribute(t, records[0], lowcode.KeyEventID), attribute(t, records[1], lowcode.KeyEventID))
	for _, record := range records {
		require.NotContains(t, fmt.Sprint(record.Attributes().AsRaw()), "example.com")
	}

	opts.auditLog = os.DevNull // which is refused
	out, err = redactWith(t, sealed, opts)
	require.ErrorContains(t, err, "nothing is revealed")
	require.Empty(t, out)
	require.Len(t, sink.received(), 2, "what is not shown is no event")

	opts.auditLog, sink.refuses = "", true
	out, err = redactWith(t, sealed, opts)
	require.ErrorContains(t, err, "nothing is revealed")
	require.Empty(t, out)
}

func TestWithoutAnAuditLineNothingIsRevealed(t *testing.T) {
	path := policyWith(t, "action: encrypt\n")
	sealed, err := redactWith(t, "from ada@example.com", redactOptions{config: path})
	require.NoError(t, err)
	for _, log := range []string{filepath.Join(t.TempDir(), "missing", "audit.jsonl"), os.DevNull, t.TempDir()} {
		out, err := redactWith(t, sealed, redactOptions{config: path, reveal: true, auditLog: log})
		require.ErrorContains(t, err, "nothing is revealed", log)
		require.Empty(t, out)
	}
}

func TestWhatDoesNotOpenStaysSealed(t *testing.T) {
	path := policyWith(t, "action: encrypt\n")
	sealed, err := redactWith(t, "from ada@example.com", redactOptions{config: path})
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "other.yaml")
	key := redacttest.Random("abcdefghijklmnopqrstuvwxyz0123456789", 40, 8)
	require.NoError(t, os.WriteFile(other, []byte("seal_keys: [{id: k1, secret: '"+key+"'}]\n"), 0o600))
	out, err := redactWith(t, sealed, redactOptions{config: other, reveal: true, auditLog: filepath.Join(t.TempDir(), "a")})
	require.ErrorContains(t, err, "cannot open <EMAIL:enc:k1:…> at byte 5: the seal is broken")
	require.Equal(t, sealed, out)
}
