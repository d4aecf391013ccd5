package evidence_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/evidence"
	"github.com/weir-otel/weir/internal/audit/verify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// trail has two days with two events each, and a checkpoint.
type trail struct {
	events     map[time.Time][]verify.Row
	chain      []audit.Entry
	statements []audit.Statement
}

var firstDay = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func newTrail(t *testing.T) *trail {
	t.Helper()
	clock := firstDay.Add(time.Hour)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	ledger, err := audit.Open(audit.Settings{Key: key, Interval: time.Minute, EventDays: 30, ChainDays: 400, Now: func() time.Time { return clock }})
	require.NoError(t, err)
	all := &trail{events: map[time.Time][]verify.Row{}}
	for day := range 2 {
		clock = firstDay.AddDate(0, 0, day).Add(time.Hour)
		var id audit.SegmentID
		binary.BigEndian.PutUint64(id[:8], uint64(clock.UnixMilli())<<16)
		var digests []audit.Sum
		for i := range 2 {
			r := verify.Row{Segment: id, Salt: [16]byte{byte(day), byte(i)}}
			r.Event = audit.Event{
				Timestamp: clock.UnixNano() + 7, ReceivedAt: clock.UnixNano(), ID: "e", Source: ledger.Source(), Actor: "not utf-8: \xff", Body: "naïve <\x00>",
				TraceID: [16]byte{1}, SpanID: [8]byte{2}, Severity: 9, Vouched: true, Attributes: []audit.Attribute{{Key: "k", Value: "\xfe"}, {Key: "\xfd", Value: "v"}},
			}
			r.Digest = new(audit.Hasher).Digest(r.Salt, &r.Event)
			digests = append(digests, r.Digest)
			day := clock.Truncate(24 * time.Hour)
			all.events[day] = append(all.events[day], r)
		}
		entries := ledger.Trailer(id, digests)
		all.chain = append(all.chain, entries...)
		require.NoError(t, ledger.Trailed(entries))
		due, err := ledger.Due(true)
		require.NoError(t, err)
		all.statements = append(all.statements, due...)
		require.NoError(t, ledger.Stated())
	}
	return all
}

func (t *trail) Statements(context.Context) ([]audit.Statement, error) { return t.statements, nil }

func (t *trail) Sources(context.Context) ([]string, error) { return []string{t.chain[0].Source}, nil }

func (t *trail) Chain(_ context.Context, _ string, _ uint64, each func(audit.Entry) error) error {
	for _, e := range t.chain {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func (t *trail) Days(context.Context) ([]time.Time, error) {
	return []time.Time{firstDay, firstDay.AddDate(0, 0, 1)}, nil
}

func (t *trail) DayEntries(ctx context.Context, day time.Time, each func(audit.Entry) error) error {
	return t.Chain(ctx, "", 0, func(e audit.Entry) error {
		if time.UnixMilli(e.Segment.UnixMilli()).UTC().Truncate(24 * time.Hour).Equal(day) {
			return each(e)
		}
		return nil
	})
}

func (t *trail) DayEvents(_ context.Context, day time.Time, each func(*verify.Row) error) error {
	for _, r := range t.events[day] {
		if err := each(&r); err != nil {
			return err
		}
	}
	return nil
}

var now = firstDay.AddDate(0, 0, 2)

func export(t *testing.T, since time.Time) (*trail, string) {
	t.Helper()
	all, folder := newTrail(t), filepath.Join(t.TempDir(), "evidence")
	manifest, sum, err := evidence.Write(t.Context(), all, folder, since, now)
	require.NoError(t, err)
	require.Len(t, sum, 64)
	require.NotEmpty(t, manifest.Files)
	return all, folder
}

func TestEvidenceVerifiesAsTheDatabaseDoes(t *testing.T) {
	all, folder := export(t, time.Time{})
	opened, err := evidence.Open(folder)
	require.NoError(t, err)
	o := verify.Options{Now: now}
	want, err := verify.Run(t.Context(), all, o)
	require.NoError(t, err)
	require.Empty(t, want.Problems)
	require.EqualValues(t, 4, want.Sources[0].Events)
	got, err := verify.Run(t.Context(), opened, o)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestEvidenceSinceADayVerifiesFromThatDayOn(t *testing.T) {
	_, folder := export(t, firstDay.AddDate(0, 0, 1))
	opened, err := evidence.Open(folder)
	require.NoError(t, err)
	report, err := verify.Run(t.Context(), opened, verify.Options{Now: now, Since: opened.Since})
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	require.EqualValues(t, 2, report.Sources[0].Events)
}

func TestEvidenceThatIsAlteredIsRefusedOrNamed(t *testing.T) {
	_, folder := export(t, time.Time{})
	path := filepath.Join(folder, "2026-03-01.events.jsonl")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	altered := strings.Replace(string(data), `"severity":9`, `"severity":5`, 1)
	require.NotEqual(t, string(data), altered)
	require.NoError(t, os.WriteFile(path, []byte(altered), 0o600))
	_, err = evidence.Open(folder)
	require.ErrorContains(t, err, "2026-03-01.events.jsonl")
	require.ErrorContains(t, err, "changed after the export")

	// Somebody who writes the manifest anew does not get past the chain.
	all := newTrail(t)
	all.events[firstDay][0].Severity = 5
	folder = t.TempDir()
	_, _, err = evidence.Write(t.Context(), all, folder, time.Time{}, now)
	require.NoError(t, err)
	opened, err := evidence.Open(folder)
	require.NoError(t, err)
	report, err := verify.Run(t.Context(), opened, verify.Options{Now: now})
	require.NoError(t, err)
	require.Len(t, report.Problems, 1)
	require.Equal(t, verify.Changed, report.Problems[0].Kind)
}

func TestEvidenceIsNotMixedWithOtherFiles(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x"), nil, 0o600))
	_, _, err := evidence.Write(t.Context(), newTrail(t), folder, time.Time{}, now)
	require.ErrorContains(t, err, "expected an empty folder")
}
