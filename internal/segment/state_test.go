package segment

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sick is a store on a disk that a test makes ill.
func sick(t *testing.T) (*Store, *simulated, *time.Time) {
	t.Helper()
	d := newSimulated(rand.New(rand.NewPCG(1, 1)))
	now := time.Unix(1740830400, 0)
	s, err := openFiles(Settings{Directory: simulatedFolder, MaxAge: 5 * time.Second, MaxDiskBytes: 1000, Now: func() time.Time { return now }}, d.process())
	require.NoError(t, err)
	return s, d, &now
}

func rowsOf(n int) *Record {
	return &Record{Tables: []Table{{Name: "spans", Rows: 1, Block: []byte(strings.Repeat("x", n))}}}
}

func TestAStoreLeavesEachStateByItself(t *testing.T) {
	f := func(name string, ill, well func(*simulated), state State, want error) {
		t.Run(name, func(t *testing.T) {
			s, d, now := sick(t)
			require.NoError(t, s.Append(t.Context(), rowsOf(10)))
			ill(d)
			since := *now
			require.ErrorIs(t, s.Append(t.Context(), rowsOf(10)), want)
			*now = now.Add(time.Second)
			require.ErrorIs(t, s.Append(t.Context(), rowsOf(10)), want)
			got := s.Stats()
			require.Equal(t, state, got.State)
			require.True(t, since.Equal(got.Since))
			require.ErrorIs(t, got.Cause, want)

			well(d)
			*now = now.Add(time.Second)
			require.NoError(t, s.Append(t.Context(), rowsOf(10)))
			require.Equal(t, Condition{}, s.Stats().Condition)
		})
		t.Run(name+", seen by the clock", func(t *testing.T) {
			s, d, now := sick(t)
			ill(d)
			require.ErrorIs(t, s.Append(t.Context(), rowsOf(10)), want)
			*now = now.Add(time.Second)
			s.SealExpired()
			require.Equal(t, state, s.Stats().State)
			well(d)
			*now = now.Add(time.Second)
			s.SealExpired()
			require.Equal(t, StateOK, s.Stats().State)
		})
	}
	f("no_space", func(d *simulated) { d.space = 0 }, func(d *simulated) { d.space = -1 }, StateNoSpace, ErrNoSpace)
	f("read_only", func(d *simulated) { d.readOnly = true }, func(d *simulated) { d.readOnly = false }, StateReadOnly, ErrReadOnly)
	f("failed", func(d *simulated) { d.breakage = 1 }, func(d *simulated) { d.breakage = 0 }, StateFailed, syscall.EIO)
}

// What fills the disk must be able to go.
func TestOnAFullDiskDeliveredSegmentsAreRemoved(t *testing.T) {
	s, d, _ := sick(t)
	told := ""
	s.settings.Trailer = func(_ Header, digests [][]byte) (*Record, error) { return &Record{Meta: digests[0]}, nil }
	s.settings.Trailed = func(_ Header, trailer *Record) error { told = string(trailer.Meta); return nil }
	event := rowsOf(10)
	event.Digests = []byte("digest")
	for i, r := range []*Record{rowsOf(10), event} {
		r.Request[0] = byte(i + 1)
		require.NoError(t, s.Append(t.Context(), r))
		s.Seal()
	}
	d.space = 0
	for range 2 {
		sealed, err := s.Next(t.Context())
		require.NoError(t, err)
		require.NoError(t, s.Delivered(sealed))
	}
	require.Zero(t, s.Stats().Segments)

	told = ""
	d.kill()
	_, err := openFiles(s.settings, d.process())
	require.NoError(t, err)
	require.Equal(t, "digest", told, "the chain's end is kept all the same")
}

func TestAFullFolderTakesAuditEventsLast(t *testing.T) {
	s, _, _ := sick(t)
	require.NoError(t, s.Append(t.Context(), rowsOf(850)))
	require.ErrorIs(t, s.Append(t.Context(), rowsOf(40)), ErrFull)
	event := rowsOf(20)
	event.Audit = true
	require.NoError(t, s.Append(t.Context(), event))
	require.Equal(t, StateFull, s.Stats().State, "the event's room is not for others")
	require.ErrorIs(t, s.Append(t.Context(), event), ErrFull)

	s.Seal()
	sealed, err := s.Next(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Delivered(sealed))
	require.Equal(t, StateOK, s.Stats().State)
	require.NoError(t, s.Append(t.Context(), rowsOf(40)))
}

func TestAfterAFailedSyncWhatWasSyncedBeforeIsSent(t *testing.T) {
	s, d, _ := sick(t)
	require.NoError(t, s.Append(t.Context(), rowsOf(10)))
	d.flaw = func(f *flaw) {
		if f.call == "Sync" && strings.HasSuffix(f.path, openSuffix) {
			f.err = syscall.EIO
		}
	}
	require.ErrorIs(t, s.Append(t.Context(), rowsOf(20)), syscall.EIO)
	d.flaw = nil
	require.NoError(t, s.Append(t.Context(), rowsOf(30)), "in a new segment")
	sealed, err := s.Next(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{"spans": 1}, sealed.Rows)
	s.Seal()
	sealed, err = s.Next(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{"spans": 1}, sealed.Rows)
}

func TestAReadOnlyDiskStillGivesWhatIsSealed(t *testing.T) {
	s, d, now := sick(t)
	require.NoError(t, s.Append(t.Context(), rowsOf(10)))
	s.Seal()
	require.NoError(t, s.Append(t.Context(), rowsOf(10)))
	d.kill()
	d.readOnly = true
	s, err := openFiles(s.settings, d.process())
	require.NoError(t, err)
	require.Equal(t, StateReadOnly, s.Stats().State)
	sealed, err := s.Next(t.Context())
	require.NoError(t, err)
	r, err := s.OpenReader(sealed)
	require.NoError(t, err)
	require.Equal(t, 1, r.Rows("spans"))
	require.ErrorIs(t, s.Append(t.Context(), rowsOf(10)), ErrReadOnly)

	d.readOnly = false
	*now = now.Add(time.Second)
	require.NoError(t, s.Append(t.Context(), rowsOf(10)))
	require.Equal(t, 3, s.Stats().Segments)
}

func TestWhoSendsTheSameRequestMeanwhileWaitsForItsOutcome(t *testing.T) {
	s, d, _ := sick(t)
	r := rowsOf(10)
	r.Request[0] = 1
	outcome := func(ill bool) error {
		d.readOnly = ill
		first := &pending{record: r, framed: mustFrame(r), done: make(chan struct{})}
		_, err := s.tryEnqueue(first)
		require.NoError(t, err)
		second := make(chan error)
		go func() {
			second <- s.enqueue(t.Context(), &pending{record: r, framed: mustFrame(r), done: make(chan struct{})})
		}()
		select {
		case err := <-second:
			t.Fatalf("the second did not wait: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
		s.commitQueue()
		require.NoError(t, <-second)
		d.readOnly = false
		s.mu.Lock()
		p := s.inFlight[r.Request]
		s.mu.Unlock()
		s.commitQueue()
		<-p.done
		return p.err
	}
	require.NoError(t, outcome(true), "the first was refused, the second is stored")
	require.ErrorIs(t, outcome(false), ErrDuplicate)
}

func mustFrame(r *Record) []byte {
	framed, err := appendRecord(nil, r, false)
	if err != nil {
		panic(err)
	}
	return framed
}

func TestAWindowForgetsByAgeAndKeepsItsSize(t *testing.T) {
	now := time.Unix(1740830400, 0)
	w := newWindow(time.Minute, now)
	for i := range byte(200) {
		w.add([16]byte{i + 1}, now)
		now = now.Add(time.Second)
	}
	require.True(t, w.has([16]byte{200}, now))
	require.True(t, w.has([16]byte{142}, now))
	require.False(t, w.has([16]byte{140}, now))
	require.LessOrEqual(t, len(w.recent)+len(w.older), 120)
}
