package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	trail "github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func runAudit(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := newAuditCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	cmd.SetOut(&out)
	cmd.SetErr(t.Output())
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestAuditKeyPrintsThePublicKey(t *testing.T) {
	directory := t.TempDir()
	key, err := trail.LoadKey(filepath.Join(directory, "audit", "signing.key"))
	require.NoError(t, err)
	public := trail.PublicKey(key.Public().(ed25519.PublicKey))
	out, err := runAudit(t, "key", "--directory", directory)
	require.NoError(t, err)
	require.Equal(t, public+"\n", out)
	out, err = runAudit(t, "key", "--file", filepath.Join(directory, "audit", "signing.key"), "-o", "json")
	require.NoError(t, err)
	require.Contains(t, out, `"public_key": "`+public+`"`)
	_, err = runAudit(t, "key", "--directory", t.TempDir())
	require.ErrorContains(t, err, "cannot read the signing key")
}

func TestAuditVerifyRefusesWrongFlags(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		_, err := runAudit(t, append([]string{"verify"}, args...)...)
		require.ErrorIs(t, err, cli.ErrUsage)
		require.ErrorContains(t, err, want)
	}
	f("--output", "--output", "xml")
	f("--public-key", "--public-key", "abc")
	f("--since", "--since", "yesterday")
}

// storedTrail is a trail of five events, three of them behind a checkpoint.
func storedTrail(t *testing.T, conn driver.Conn) (publicKey string) {
	t.Helper()
	now := time.Now()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))
	ledger, err := trail.Open(trail.Settings{Key: key, Interval: time.Minute, EventDays: 30, ChainDays: 400, Now: func() time.Time { return now }})
	require.NoError(t, err)
	for n, size := range []int{3, 2} {
		var id trail.SegmentID
		binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16|0x7000)
		id[8], id[15] = 0x80, byte(n)
		var digests []trail.Sum
		for i := range size {
			e := trail.Event{Timestamp: now.UnixNano(), ReceivedAt: now.UnixNano(), ID: string(rune('a' + 3*n + i)), Kind: "policy.denied", Source: ledger.Source()}
			salt := [trail.SaltSize]byte{byte(n), byte(i)}
			digest := new(trail.Hasher).Digest(salt, &e)
			digests = append(digests, digest)
			require.NoError(t, conn.Exec(t.Context(), "INSERT INTO events (timestamp, received_at, event_id, kind, source, salt, digest, segment_id) VALUES (fromUnixTimestamp64Nano(?), fromUnixTimestamp64Nano(?), ?, ?, ?, ?, ?, ?)",
				e.Timestamp, e.ReceivedAt, e.ID, e.Kind, e.Source, string(salt[:]), string(digest[:]), id.String()))
		}
		entries := ledger.Trailer(id, digests)
		for _, e := range entries {
			require.NoError(t, conn.Exec(t.Context(), "INSERT INTO event_chain (source, seq, digest, hash, segment_id) VALUES (?, ?, unhex(?), unhex(?), ?)",
				e.Source, e.Seq, e.Digest.String(), e.Hash.String(), e.Segment.String()))
		}
		require.NoError(t, ledger.Trailed(entries))
		if n > 0 {
			continue
		}
		due, err := ledger.Due(true)
		require.NoError(t, err)
		for _, b := range trail.EncodeStatements(due) {
			// A segment completes the last column with its id.
			body := append(bytes.Clone(b.Data), make([]byte, 16*b.Rows)...)
			require.NoError(t, conn.InsertFormat(t.Context(), "Native", "INSERT INTO "+b.Table, bytes.NewReader(body)))
		}
		require.NoError(t, ledger.Stated())
	}
	return trail.PublicKey(key.Public().(ed25519.PublicKey))
}

func TestAuditVerifyNamesWhatWasTamperedWithAndExportsWhatWasNot(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	key := storedTrail(t, conn)
	t.Setenv(passwordEnv, server.Password)
	at := []string{"verify", "--clickhouse", server.Endpoint, "--clickhouse-user", server.Username, "--grace", "0s"}

	out, err := runAudit(t, append(at, "--public-key", key)...)
	require.NoError(t, err, out)
	require.Contains(t, out, "2 entries are behind the last checkpoint")
	require.NotContains(t, out, "No key is pinned")
	out, err = runAudit(t, at...)
	require.NoError(t, err)
	require.Contains(t, out, "No key is pinned")

	folder := filepath.Join(t.TempDir(), "evidence")
	out, err = runAudit(t, "export", "--clickhouse", server.Endpoint, "--clickhouse-user", server.Username, folder)
	require.NoError(t, err, out)
	require.Regexp(t, `manifest\.json [0-9a-f]{64}`, out)
	out, err = runAudit(t, "verify", "--evidence", folder, "--public-key", key, "--grace", "0s")
	require.NoError(t, err, out)
	require.Contains(t, out, "2 entries are behind the last checkpoint")

	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE events UPDATE decision = 'allow' WHERE event_id = 'b' SETTINGS mutations_sync = 2"))
	out, err = runAudit(t, append(at, "--public-key", key)...)
	require.ErrorIs(t, err, cli.ErrFound)
	require.Regexp(t, `changed +events +weir-[0-9a-f]{16} +2 +b `, out)
	out, err = runAudit(t, append(at, "--output", "json")...)
	require.ErrorIs(t, err, cli.ErrFound)
	var report verify.Report
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Len(t, report.Problems, 1)
	require.EqualValues(t, 4, report.Sources[0].Events)
}
