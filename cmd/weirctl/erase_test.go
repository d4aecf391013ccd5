package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/erase"
	"github.com/weir-otel/weir/internal/lowcode"
)

func runErase(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&bytes.Buffer{})
	root.SetIn(strings.NewReader(in))
	root.SetArgs(append([]string{"erase"}, args...))
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestEraseNamesWhatIsMissing(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		_, err := runErase(t, "\n", args...)
		require.Equal(t, 2, exitCode(err))
		require.ErrorContains(t, err, want)
	}
	f("--subject is missing")
	f("--subject is missing", "--subject-file", "-")
	f("exclude each other", "--subject", "ann@example.com", "--plan", "--yes")
	f("--subject", "--subject", " ann")
	f("--config", "--subject", "ann@example.com", "--config", "none.yaml")
	f("--segments", "--subject", "ann@example.com", "--segments", "none")
	f("--output", "--subject", "ann@example.com", "--output", "xml")
	f("--reason is missing", "hold", "add", "--subject", "ann@example.com")
	f("--until", "hold", "add", "--subject", "ann@example.com", "--reason", "r", "--until", "tomorrow")
}

func TestIDsAreReadFromStandardInput(t *testing.T) {
	ids, err := readIDs("-", strings.NewReader("ann@example.com\n\n u-4711 \n"))
	require.NoError(t, err)
	require.Equal(t, []string{"ann@example.com", "u-4711"}, ids)
}

func TestTheKeyOfAnErasureIsMadeOnceWhereItIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "erase.key")
	first, err := eraseKey(file, "")
	require.NoError(t, err)
	again, err := eraseKey(file, "")
	require.NoError(t, err)
	require.Equal(t, first.ID(), again.ID())
	_, err = eraseKey("", t.TempDir())
	require.ErrorContains(t, err, "--key")
}

func TestTheReceiptIsAnAuditEventThatNamesNobody(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	done, err := receiptAct(&erase.Receipt{
		ID: "4711", Started: at, Finished: at, Operator: "root", Subjects: []string{"ab12"}, KeyID: "k", Rows: map[string]uint64{"spans": 3}, Left: []string{"a segment waits"},
	})
	require.NoError(t, err)
	record := actLogs("root", []act{done}).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	require.Equal(t, lowcode.EventErasureCompleted, record.EventName())
	attributes, err := json.Marshal(record.Attributes().AsRaw())
	require.NoError(t, err)
	require.JSONEq(t, `{"lowcode.event.id": "erasure:4711:2026-03-04T05:06:07Z", "lowcode.event.actor": "root", "lowcode.event.object": "ab12",
		"lowcode.event.new_value": "{\"spans\":3}", "lowcode.event.rationale": "receipt 4711, hashes by key k", "lowcode.policy.decision": "incomplete"}`, string(attributes))
}

func TestFoundAndReceiptAreTables(t *testing.T) {
	format := "table"
	f := &eraseFlags{output: &format}
	var out bytes.Buffer
	found := &erase.Found{
		Tables:      []erase.FoundTable{{Table: "spans", Rows: 3, Columns: map[string]uint64{"name": 1, "attributes_string": 2}}},
		DeadLetters: []erase.FoundLetter{{Path: "a.seg", Rows: map[string]int{"logs": 2}, What: "the reason"}},
		Waiting:     []erase.FoundLetter{{Path: "b.open", Rows: map[string]int{"logs": 1}}},
	}
	require.NoError(t, f.printFound(&out, found, "segments"))
	for _, want := range []string{"table spans", "attributes_string, name", "dead letter a.seg", "logs, the reason", "waiting segment b.open", "--config", "--yes"} {
		require.Contains(t, out.String(), want)
	}
	out.Reset()
	require.NoError(t, f.printFound(&out, &erase.Found{}, ""))
	require.Contains(t, out.String(), "Nothing is stored of the subject.")
	require.Contains(t, out.String(), "--segments")
	out.Reset()
	require.NoError(t, f.printReceipt(&out, &erase.Receipt{ID: "4711", Rows: map[string]uint64{"spans": 3}, Left: []string{"a segment waits"}}))
	require.Contains(t, out.String(), "LEFT      a segment waits")
}
