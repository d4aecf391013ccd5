package identity_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// stream is a row of batches that one collector sees.
type stream struct {
	t       *testing.T
	family  identity.Family
	catalog *catalog.Catalog
	traces  *identity.Traces
	now     time.Time
}

func newStream(t *testing.T) *stream {
	return &stream{t: t, catalog: catalogOf(t, "a", "b"), traces: identity.NewTraces(1000, time.Minute), now: noon}
}

func catalogOf(t testing.TB, ids ...string) *catalog.Catalog {
	text := "version: 1\nconnectors:\n"
	for _, id := range ids {
		text += fmt.Sprintf("  - {id: %q, platform: make}\n", id)
	}
	c, err := catalog.Parse("catalog.yaml", []byte(text))
	require.NoError(t, err)
	return c
}

// span is of a trusted peer, which vouches for a connector, or for none if that
// is empty.
func (s *stream) span(trace, span, parent byte, connector string) identity.Record {
	r := identity.Record{Trace: pcommon.TraceID{trace}, Decision: none()}
	if span != 0 {
		r.Span = pcommon.SpanID{span}
	}
	if parent != 0 {
		r.Parent = pcommon.SpanID{parent}
	}
	if connector != "" {
		r.Decision = identity.Decision{
			Status: identity.Verified, Method: identity.JWTClaim, Confidence: 0.95, Connector: s.catalog.ConnectorByID(connector), Vouched: true,
		}
	}
	return r
}

// strangers is a span of a sender who is not trusted. He claims a connector, or
// none if that is empty.
func (s *stream) strangers(trace, span, parent byte, connector string) identity.Record {
	r := s.span(trace, span, parent, connector)
	r.Decision.Vouched = false
	if connector != "" {
		r.Decision.Status, r.Decision.Confidence = identity.Claimed, 0.5
	}
	return r
}

// passedOn is a span whose connector a trusted peer passes on without checking it.
func (s *stream) passedOn(trace, span, parent byte, connector string) identity.Record {
	r := s.span(trace, span, parent, connector)
	r.Decision.Status, r.Decision.Confidence = identity.Claimed, 0.4
	return r
}

// ownToken is a span of a sender who is not trusted, with a token that Weir checked.
func (s *stream) ownToken(trace, span, parent byte, connector string) identity.Record {
	r := s.span(trace, span, parent, connector)
	r.Decision.Vouched = false
	return r
}

// none is what is found where nothing is, in what a trusted peer sent.
func none() identity.Decision {
	return identity.Decision{Status: identity.Unattributed, Reason: identity.NoSignal, Vouched: true}
}

// batch returns what became of its records: "a verified 0.95".
func (s *stream) batch(records ...identity.Record) (texts []string, counts identity.Inheritance) {
	counts = s.family.InheritAcross(records, identity.Memory{Traces: s.traces, Catalog: s.catalog, Now: s.now})
	for i := range records {
		d := &records[i].Decision
		if d.Connector == nil {
			texts = append(texts, d.Reason.String())
			continue
		}
		texts = append(texts, fmt.Sprintf("%s %s %.3g", d.Connector.ID, d.Status, d.Confidence))
	}
	return texts, counts
}

func (s *stream) requireBatch(want string, records ...identity.Record) {
	s.t.Helper()
	got, _ := s.batch(records...)
	require.Equal(s.t, want, got[len(got)-1])
}

const (
	lent       = "a inherited 0.855"
	remembered = "a inherited 0.76"
	capped     = "a inherited 0.3"
)

func TestALaterBatchInheritsFromItsTraceForLessConfidence(t *testing.T) {
	s := newStream(t)
	got, counts := s.batch(s.span(1, 1, 0, "a"), s.span(1, 2, 1, ""))
	require.Equal(t, []string{"a verified 0.95", lent}, got)
	require.Equal(t, identity.Inheritance{FromBatch: 1}, counts)

	got, counts = s.batch(s.span(1, 3, 99, ""), s.span(2, 4, 1, ""))
	require.Equal(t, []string{remembered, "no_signal"}, got)
	require.Equal(t, identity.Inheritance{Remembered: 1}, counts)
}

func TestARememberedIdentityHasThePlatformAndSaysHowItCame(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	records := []identity.Record{s.span(1, 2, 1, "")}
	s.family.InheritAcross(records, identity.Memory{Traces: s.traces, Catalog: s.catalog, Now: s.now})
	d := &records[0].Decision
	require.Equal(t, identity.TraceParent, d.Method)
	require.Equal(t, "make", d.Platform)
	require.Equal(t, []string{"trace_parent=trace_id"}, d.Evidence())
}

func TestTheBestEvidenceOfATraceIsRemembered(t *testing.T) {
	s := newStream(t)
	weak := s.passedOn(1, 1, 0, "a")
	s.batch(weak)
	s.requireBatch("a inherited 0.32", s.span(1, 2, 1, ""))
	s.batch(s.span(1, 3, 0, "a"))
	s.batch(weak)
	s.requireBatch(remembered, s.span(1, 4, 1, ""))
}

func TestATraceOfSeveralConnectorsLendsNothingAcrossBatches(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.batch(s.span(1, 2, 0, "b"))
	s.requireBatch("no_signal", s.span(1, 3, 99, ""))
	s.batch(s.span(1, 4, 0, "a"))
	s.requireBatch("no_signal", s.span(1, 5, 99, ""))
}

func TestAnEarlierConnectorKeepsABatchsTraceFromLending(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "b"))
	s.requireBatch("no_signal", s.span(1, 2, 0, "a"), s.span(1, 3, 99, ""))
	s.requireBatch(lent, s.span(1, 4, 0, "a"), s.span(1, 5, 4, ""))
}

func TestWhatWasInheritedOrContestedTeachesNothing(t *testing.T) {
	s := newStream(t)
	for _, status := range []identity.Status{identity.Inherited, identity.Conflicting} {
		record := s.span(1, 1, 0, "a")
		record.Decision.Status = status
		s.batch(record)
		s.requireBatch("no_signal", s.span(1, 2, 99, ""))
	}
	s.batch(s.span(0, 1, 0, "a"))
	s.requireBatch("no_signal", s.span(0, 2, 0, ""))
}

func TestOnlyRecordsWithoutASignalThatCountsInherit(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	for _, reason := range []identity.Reason{identity.UnknownKey, identity.Ambiguous, identity.Expired, identity.InvalidToken} {
		other := s.span(1, 2, 1, "")
		other.Decision.Reason = reason
		s.requireBatch(reason.String(), other)
	}
	disabled := s.span(1, 2, 1, "")
	disabled.Decision.Reason = identity.Disabled
	s.requireBatch(remembered, disabled)
}

func TestATraceIsForgottenSomeTimeAfterItsLastEvidence(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.now = noon.Add(59 * time.Second)
	s.requireBatch(remembered, s.span(1, 2, 1, ""))
	s.now = noon.Add(60 * time.Second)
	s.requireBatch("no_signal", s.span(1, 3, 1, ""))

	s.batch(s.span(1, 4, 0, "b"))
	s.requireBatch("b inherited 0.76", s.span(1, 5, 1, ""))
}

func TestABatchThatWasOvertakenByTheClockOfAnotherStillFindsItsTrace(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.now = noon.Add(-10 * time.Second)
	s.requireBatch(remembered, s.span(1, 2, 1, ""))
}

func TestAConnectorThatLeftTheCatalogIsNotLent(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.catalog = catalogOf(t, "b")
	s.requireBatch("no_signal", s.span(1, 2, 1, ""))
}

func TestWhatIsLentIsOfTheCatalogInForce(t *testing.T) {
	s := newStream(t)
	s.batch(s.span(1, 1, 0, "a"))
	s.catalog = catalogOf(t, "a", "c")
	records := []identity.Record{s.span(1, 2, 1, "")}
	s.family.InheritAcross(records, identity.Memory{Traces: s.traces, Catalog: s.catalog, Now: s.now})
	require.Same(t, s.catalog.ConnectorByID("a"), records[0].Decision.Connector)
}

func TestWithoutAMemoryOnlyTheBatchCounts(t *testing.T) {
	s := newStream(t)
	s.traces = identity.NewTraces(0, time.Minute)
	s.batch(s.span(1, 1, 0, "a"))
	s.requireBatch("no_signal", s.span(1, 2, 1, ""))
}

func TestSeenSaysWhetherTheParentIsInTheBatchOrAnotherRecordHadEvidence(t *testing.T) {
	s := newStream(t)
	seen := func(records ...identity.Record) (answers []bool) {
		s.batch(records...)
		for i := range records {
			answers = append(answers, s.family.Seen(records, i))
		}
		return answers
	}
	for _, own := range []string{"", "a"} {
		require.Equal(t, []bool{false, true, false, false, false},
			seen(s.span(1, 1, 0, own), s.span(1, 2, 1, ""), s.span(2, 3, 99, ""), s.span(2, 4, 1, ""), s.span(3, 5, 0, "")))
	}
	require.Equal(t, []bool{true, true, false}, seen(s.span(1, 6, 99, ""), s.span(1, 7, 99, "b"), s.span(2, 8, 99, "b")))
	require.Equal(t, []bool{true, true}, seen(s.span(1, 9, 99, ""), s.span(2, 9, 99, "a")), "of several connectors")
}

func (s *stream) remembers(trace pcommon.TraceID) bool {
	_, counts := s.batch(identity.Record{Trace: trace, Decision: none()})
	return counts.Remembered == 1
}

func randomTrace(rng *rand.Rand) (id pcommon.TraceID) {
	binary.NativeEndian.PutUint64(id[:8], rng.Uint64())
	binary.NativeEndian.PutUint64(id[8:], rng.Uint64())
	return id
}

func randomTraces(n int, c *catalog.Connector) []identity.Record {
	rng := rand.New(rand.NewPCG(1, 2))
	records := make([]identity.Record, n)
	for i := range records {
		records[i] = identity.Record{
			Trace: randomTrace(rng), Span: pcommon.SpanID{1},
			Decision: identity.Decision{Status: identity.Verified, Confidence: 0.9, Connector: c},
		}
	}
	return records
}

func TestAFullMemoryForgetsTheOldestAndCountsThem(t *testing.T) {
	s := newStream(t)
	records := randomTraces(20_000, s.catalog.ConnectorByID("a"))
	evicted := 0
	for i := range records { // a thousand in a second
		s.now = noon.Add(time.Duration(i) * time.Millisecond)
		_, counts := s.batch(records[i])
		evicted += counts.Evicted
	}
	known := 0
	for i := range records {
		if s.remembers(records[i].Trace) {
			known++
			require.Greater(t, i, 10_000, "an old one in place of a new one")
		}
	}
	require.Equal(t, 1000, known)
	require.Equal(t, len(records)-known, evicted)
}

func TestExpiredTracesMakeRoomWithoutBeingCounted(t *testing.T) {
	s := newStream(t)
	s.traces = identity.NewTraces(8, time.Minute)
	records := randomTraces(16, s.catalog.ConnectorByID("a"))
	s.batch(records[:8]...)
	s.now = noon.Add(time.Hour)
	_, counts := s.batch(records[8:]...)
	require.Zero(t, counts.Evicted)
	for i := 8; i < 16; i++ {
		require.True(t, s.remembers(records[i].Trace))
	}
}

// TestMemoryOfATraceIsBounded holds what the README says: 28 bytes a trace, all
// of it taken at once.
func TestMemoryOfATraceIsBounded(t *testing.T) {
	const size = 100_000
	records := randomTraces(2*size, catalogOf(t, "a").ConnectorByID("a"))
	var family identity.Family
	before := heap()
	traces := identity.NewTraces(size, time.Minute)
	family.InheritAcross(records, identity.Memory{Traces: traces, Now: noon})
	perTrace := float64(heap()-before) / size
	require.InDelta(t, 28, perTrace, 1.5)
	runtime.KeepAlive(traces)
	runtime.KeepAlive(records)
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestManyGoroutinesShareAMemory(t *testing.T) {
	c := catalogOf(t, "a")
	traces := identity.NewTraces(64, time.Minute)
	records := randomTraces(500, c.ConnectorByID("a"))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var family identity.Family
			for i := range records {
				batch := []identity.Record{records[i], {Trace: records[i].Trace, Span: pcommon.SpanID{2}, Decision: none()}}
				family.InheritAcross(batch[:1], identity.Memory{Traces: traces, Catalog: c, Now: noon})
				family.InheritAcross(batch[1:], identity.Memory{Traces: traces, Catalog: c, Now: noon})
				if d := &batch[1].Decision; d.Connector != nil && d.Connector.ID != "a" {
					t.Errorf("trace %d was lent %s", i, d.Connector.ID)
				}
			}
		})
	}
	wg.Wait()
}
