package book

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
)

var (
	start        = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	alertmanager = Policy{Interval: time.Minute, Resolves: 3}
	webhook      = Policy{Resolves: 1}
)

// scene is a book with a clock and one destination that is always told.
type scene struct {
	*testing.T
	book   *Book
	policy Policy
}

func newScene(t *testing.T, p Policy) *scene {
	t.Helper()
	b, err := Open(Options{MaxEpisodes: 10, StaleAfter: 24 * time.Hour})
	require.NoError(t, err)
	return &scene{T: t, book: b, policy: p}
}

func at(minutes float64) time.Time { return start.Add(time.Duration(minutes * float64(time.Minute))) }

func episode(fingerprint string, status finding.Status, started, updated float64) finding.Finding {
	f := finding.Finding{Fingerprint: fingerprint, Status: status, StartedAt: at(started), UpdatedAt: at(updated)}
	if status == finding.Resolved {
		f.ResolvedAt = at(updated)
	}
	return f
}

func (s *scene) record(fingerprint string, status finding.Status, started, updated float64, want Outcome) {
	s.Helper()
	outcomes, err := s.book.Accept([]finding.Finding{episode(fingerprint, status, started, updated)}, at(updated))
	require.NoError(s, err)
	require.Equal(s, map[Outcome]int{want: 1}, outcomes)
}

// told says what the destination hears at a time, e.g. "a firing, b resolved".
func (s *scene) told(minute float64, want string) {
	s.Helper()
	due, _ := s.book.Due("d", s.policy, at(minute))
	var heard []string
	for _, notice := range due {
		heard = append(heard, notice.Finding.Fingerprint+" "+string(notice.Finding.Status))
	}
	require.Equal(s, want, strings.Join(heard, ", "), "at minute %v", minute)
	s.book.Told("d", due, at(minute))
	require.NoError(s, s.book.Save())
}

func TestAlertmanagersAreToldAgainUntilTheEnd(t *testing.T) {
	s := newScene(t, alertmanager)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing")
	s.told(0.5, "")
	s.told(1, "a firing")
	s.told(2, "a firing")
	s.record("a", finding.Resolved, 0, 2.5, Accepted)
	s.told(2.5, "a resolved")
	s.told(3, "")
	s.told(3.5, "a resolved")
	s.told(4.5, "a resolved")
	s.told(100, "")
}

func TestWebhooksAreToldOnceOfEachChange(t *testing.T) {
	s := newScene(t, webhook)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing")
	s.record("a", finding.Firing, 0, 5, Accepted) // observed has grown
	s.told(60, "")
	s.record("a", finding.Resolved, 0, 61, Accepted)
	s.told(61, "a resolved")
	s.told(600, "")
}

func TestWhatWasOverBeforeAnybodyWasToldIsToldAll(t *testing.T) {
	s := newScene(t, alertmanager)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.record("a", finding.Resolved, 0, 3, Accepted)
	s.told(3, "a firing")
	s.told(3.5, "") // long enough for Alertmanager to group and notify
	s.told(4, "a resolved")

	s = newScene(t, webhook)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.record("a", finding.Resolved, 0, 3, Accepted)
	s.told(3, "a firing")
	s.told(3, "a resolved")
}

func TestANewerEpisodeSpeaksForTheOlderInAlertmanager(t *testing.T) {
	for _, c := range []struct {
		policy Policy
		want   string
	}{{alertmanager, "a firing"}, {webhook, "a resolved, a firing"}} {
		s := newScene(t, c.policy)
		s.record("a", finding.Firing, 0, 0, Accepted)
		s.told(0, "a firing")
		s.record("a", finding.Resolved, 0, 5, Accepted)
		s.record("a", finding.Firing, 6, 6, Accepted)
		s.told(6, c.want)
	}
}

func TestAnEpisodeThatFiresAgainIsToldAgain(t *testing.T) {
	s := newScene(t, webhook)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing")
	s.record("a", finding.Resolved, 0, 5, Accepted)
	s.told(5, "a resolved")
	s.record("a", finding.Firing, 0, 7, Accepted)
	s.told(7, "a firing")
}

// TestWhatLateDataLetsLapseIsTakenBack: it fired as the data was then.
func TestWhatLateDataLetsLapseIsTakenBack(t *testing.T) {
	s := newScene(t, webhook)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing")
	s.record("a", finding.Lapsed, 0, 5, Accepted)
	s.told(5, "a resolved")
}

func TestRecordsThatTellNobodyAnything(t *testing.T) {
	s := newScene(t, webhook)
	s.record("a", finding.Pending, 0, 0, Pending)
	s.record("a", finding.Resolved, 0, 1, Unknown)
	s.record("a", finding.Lapsed, 0, 1, Unknown)
	s.told(1, "")
	s.record("b", finding.Firing, 0, 2, Accepted)
	s.told(2, "b firing")
	s.record("b", finding.Firing, 0, 1, Stale)
	s.record("b", finding.Resolved, 0, 3, Accepted)
	s.told(3, "b resolved")
	// the same records once more, as after a retry further up
	s.record("b", finding.Firing, 0, 2, Stale)
	s.record("b", finding.Firing, 0, 3, Stale)
	s.record("b", finding.Resolved, 0, 3, Accepted)
	s.told(4, "")
}

func TestWhatAnotherCollectorTellsOfIsForgotten(t *testing.T) {
	s := newScene(t, alertmanager)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.record("b", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing, b firing")
	s.record("a", finding.Released, 0, 1, Released)
	s.record("c", finding.Released, 0, 1, Released)
	s.told(5, "b firing")

	s.record("a", finding.Firing, 0, 6, Accepted) // it comes back
	s.told(6, "a firing, b firing")
}

func TestTheBookHasALimit(t *testing.T) {
	s := newScene(t, webhook)
	for _, fingerprint := range strings.Split("0123456789", "") {
		s.record(fingerprint, finding.Firing, 0, 0, Accepted)
	}
	s.record("x", finding.Firing, 0, 0, Full)
	s.record("3", finding.Resolved, 0, 1, Accepted)
}

func TestWhatFailedGoesLast(t *testing.T) {
	s := newScene(t, webhook)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.record("b", finding.Firing, 1, 1, Accepted)
	due, _ := s.book.Due("d", webhook, at(1))
	s.book.Failed("d", due[:1])
	s.told(2, "b firing, a firing")
}

func TestDueSaysWhenThereIsMore(t *testing.T) {
	s := newScene(t, alertmanager)
	_, next := s.book.Due("d", alertmanager, at(0))
	require.True(t, next.IsZero())
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing")
	_, next = s.book.Due("d", alertmanager, at(0.2))
	require.Equal(t, at(1), next)
}

func TestEpisodesNobodySpeaksOfEnd(t *testing.T) {
	s := newScene(t, webhook)
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.told(0, "a firing")
	stale, err := s.book.Tidy(at(23 * 60))
	require.NoError(t, err)
	require.Empty(t, stale)
	stale, err = s.book.Tidy(at(25 * 60))
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, stale)
	require.Zero(t, s.book.Firing())
	s.told(25*60, "a resolved")

	_, err = s.book.Tidy(at(50 * 60))
	require.NoError(t, err)
	require.Empty(t, s.book.episodes)
	require.Empty(t, s.book.latest)
}

func TestARestartNeitherForgetsNorRepeats(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alert.json")
	reopen := func() *scene {
		b, err := Open(Options{Path: path})
		require.NoError(t, err)
		return &scene{T: t, book: b, policy: webhook}
	}
	s := reopen()
	s.record("a", finding.Firing, 0, 0, Accepted)
	s.record("b", finding.Firing, 1, 1, Accepted)
	s = reopen() // before anybody was told
	s.told(1, "a firing, b firing")
	s = reopen()
	require.Equal(t, 2, s.book.Firing())
	s.told(2, "")
	s.record("a", finding.Resolved, 0, 3, Accepted)
	s = reopen()
	s.told(3, "a resolved")
	s = reopen()
	s.told(4, "")

	// an Alertmanager is told at once what still fires: it may have been restarted too
	due, _ := s.book.Due("am", alertmanager, at(4))
	s.book.Told("am", due, at(4))
	require.NoError(t, s.book.Save())
	s = reopen()
	s.policy = alertmanager
	due, _ = s.book.Due("am", alertmanager, at(4.1))
	require.Len(t, due, 1)
	require.Equal(t, "b", due[0].Finding.Fingerprint)
}

func TestTheStateFileIsWrittenOnSaveAndNotForEveryNotice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "alert.json")
	b, err := Open(Options{Path: path})
	require.NoError(t, err)
	_, err = b.Accept([]finding.Finding{episode("a", finding.Firing, 0, 0)}, at(0))
	require.NoError(t, err)
	accepted, err := os.ReadFile(path)
	require.NoError(t, err)
	due, _ := b.Due("d", webhook, at(0))
	b.Told("d", due, at(0))
	told, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(accepted), string(told))
	require.NoError(t, b.Save())
	saved, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(saved), `"firing_at"`)
	require.NoError(t, os.Remove(path))
	require.NoError(t, b.Save())
	require.NoFileExists(t, path, "nothing new to write")
}

func TestAnUnreadableStateFileIsSetAside(t *testing.T) {
	for _, content := range []string{"{", `{"version":9}`, ""} {
		path := filepath.Join(t.TempDir(), "alert.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		b, err := Open(Options{Path: path})
		require.ErrorIs(t, err, ErrUnreadable)
		require.NotNil(t, b)
		require.FileExists(t, path+".unreadable")
		_, err = b.Accept([]finding.Finding{episode("a", finding.Firing, 0, 0)}, at(0))
		require.NoError(t, err)
	}
}

func TestAcceptSaysWhenTheStateCannotBeWritten(t *testing.T) {
	b, err := Open(Options{Path: filepath.Join(t.TempDir(), "gone", "alert.json")})
	require.NoError(t, err)
	_, err = b.Accept([]finding.Finding{episode("a", finding.Firing, 0, 0)}, at(0))
	require.ErrorContains(t, err, "cannot write the state of 1 episodes")
	require.ErrorIs(t, err, os.ErrNotExist)
}
