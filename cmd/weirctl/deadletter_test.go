package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship"
)

func TestDeadLettersAreListedWithTheirReason(t *testing.T) {
	dir := t.TempDir()
	list := func(args ...string) (string, error) {
		var out bytes.Buffer
		cmd := newDeadLetterCommand()
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		cmd.SetOut(&out)
		cmd.SetArgs(append([]string{"list", "--directory", dir}, args...))
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	out, err := list()
	require.NoError(t, err, "an empty folder is fine")
	require.Contains(t, out, "No dead letters")
	_, err = list("--output", "xml")
	require.ErrorIs(t, err, cli.ErrUsage)

	id, err := segment.ParseID("0192a3b4-5c6d-7e8f-9012-3456789abcde")
	require.NoError(t, err)
	record := segment.Record{Tables: []segment.Table{{Name: "spans", Rows: 3, Block: []byte("x")}}}
	require.NoError(t, segment.WriteLetter(dir, segment.Header{ID: id, Created: time.Unix(1_800_000_000, 0)}, []segment.Record{record}, segment.Reason{
		Segment: id.String(), At: time.Unix(1_800_000_000, 0), Tables: []segment.TableReason{{
			Table: "spans", Rows: 3, Code: 469, Key: "tenant_id=acme service_name=crm",
			Message: "insert Native: [HTTP 500] code: 469, message: Constraint `c` is violated. (VIOLATED_CONSTRAINT) (version 26.7.2.1)",
		}},
	}))

	out, err = list()
	require.ErrorIs(t, err, cli.ErrFound)
	require.Equal(t, ""+
		"LETTER                                AT                    TABLE  ROWS  CODE  KEY                              REASON\n"+
		"0192a3b4-5c6d-7e8f-9012-3456789abcde  2027-01-15T08:00:00Z  spans  3     469   tenant_id=acme service_name=crm  Constraint `c` is violated. (VIOLATED_CONSTRAINT) (version 26.7.2.1)\n", out)
	out, err = list("-o", "json")
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, `"code": 469`)
	require.Contains(t, out, `"key": "tenant_id=acme service_name=crm"`)
}

func TestADamagedDeadLetterDoesNotKeepTheOthers(t *testing.T) {
	bad := segment.DeadLetter{Reason: segment.Reason{Segment: "bad"}, Path: filepath.Join(t.TempDir(), "bad.seg")}
	require.NoError(t, os.WriteFile(bad.Path, []byte("no segment"), 0o600))
	other := bad
	other.Segment = "other"
	var out bytes.Buffer
	cmd := newDeadLetterReplay()
	cmd.SetContext(t.Context())
	cmd.SetOut(&out)
	sink := startEventSink(t)
	sender, err := sink.flags().open(t.Context(), "")
	require.NoError(t, err)
	require.ErrorIs(t, replay(cmd, &ship.Shipper{Now: time.Now}, []segment.DeadLetter{bad, other}, sender), cli.ErrFound)
	require.Len(t, sink.received(), 2, "each letter is an event")
	require.Equal(t, "other", attribute(t, sink.received()[1], lowcode.KeyEventObject))
	require.Contains(t, out.String(), "bad cannot be read")
	require.Contains(t, out.String(), "other cannot be read")
	require.FileExists(t, bad.Path)
}
