package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
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
	_, err := list()
	require.NoError(t, err, "an empty folder is fine")
	_, err = list("--output", "xml")
	require.ErrorIs(t, err, cli.ErrUsage)

	store, err := segment.Open(segment.Settings{Directory: dir, Now: time.Now})
	require.NoError(t, err)
	record := &segment.Record{Tables: []segment.Table{{Name: "spans", Rows: 3, Block: []byte("x")}}}
	require.NoError(t, store.Append(t.Context(), record))
	store.Seal()
	sealed, err := store.Next(context.Background())
	require.NoError(t, err)
	require.NoError(t, store.Bury(sealed, segment.Reason{
		Segment: sealed.ID.String(), Tables: []segment.TableReason{{Table: "spans", Rows: 3, Code: 469, Message: "VIOLATED_CONSTRAINT"}},
	}))
	require.NoError(t, store.Close())

	out, err := list()
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, sealed.ID.String())
	require.Contains(t, out, "VIOLATED_CONSTRAINT")
	out, err = list("-o", "json")
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, `"code": 469`)
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
	require.ErrorIs(t, replay(cmd, &ship.Shipper{Now: time.Now}, []segment.DeadLetter{bad, other}), cli.ErrFound)
	require.Contains(t, out.String(), "bad cannot be read")
	require.Contains(t, out.String(), "other cannot be read")
	require.FileExists(t, bad.Path)
}
