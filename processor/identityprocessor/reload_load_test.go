package identityprocessor

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

const (
	reloads        = 100
	loadSenders    = 4
	tracesPerBatch = 64
	spansPerTrace  = 3
	// spansPerReload are those of a batch from each sender, and one more batch:
	// that one began after the reload before.
	spansPerReload = (loadSenders + 1) * tracesPerBatch * spansPerTrace
	wantedRate     = 50_000 // spans a second
)

// TestReloadUnderLoadLosesNothingAndMixesNoRevisions reloads the catalog a
// hundred times while senders send as fast as they can. How fast that is depends
// on the machine, so it is logged and not required.
func TestReloadUnderLoadLosesNothingAndMixesNoRevisions(t *testing.T) {
	file := newCatalogFile(t, numberedCatalog(0))
	r := run(t, func(c *Config) { c.Catalog = CatalogConfig{File: file.path, ReloadInterval: time.Hour} })
	names := map[string]string{r.resolver.Load().Revision(): numberedName(0)} // by revision
	var arrived arrivals
	next, err := consumer.NewTraces(arrived.add)
	require.NoError(t, err)
	component, err := processorhelper.NewTraces(t.Context(), processortest.NewNopSettings(metadata.Type), r.config, next, r.processTraces)
	require.NoError(t, err)

	load := newTraffic(component)
	began := time.Now()
	for sender := range byte(loadSenders) {
		load.senders.Go(func() { load.send(t, sender) })
	}
	load.await()
	for n := 1; n <= reloads; n++ {
		file.write(numberedCatalog(n))
		r.reload(t.Context())
		names[r.resolver.Load().Revision()] = numberedName(n)
		load.await()
	}
	load.stop.Store(true)
	load.senders.Wait()
	rate := float64(load.sent.Load()) / time.Since(began).Seconds()

	require.Len(t, names, reloads+1)
	require.Equal(t, int(load.sent.Load()), arrived.spans)
	require.NoError(t, arrived.check(names))
	require.Len(t, arrived.revisions(), reloads+1)
	t.Logf("%d spans under %d revisions, %.0f a second (wanted: %d, on two idle cores and without the race detector)",
		arrived.spans, len(arrived.revisions()), rate, wantedRate)
}

// numberedCatalog is a catalog whose connectors carry its number, so that a record
// of two revisions shows.
func numberedCatalog(n int) string {
	return fmt.Sprintf("version: 1\nconnectors:\n"+
		"  - {id: '%s', name: '%s', match: {jwt: [{claim: azp, value: a}]}}\n"+
		"  - {id: 'always', name: '%[2]s', match: {jwt: [{claim: azp, value: b}]}}\n", onlyIn(numberedName(n)), numberedName(n))
}

func numberedName(n int) string { return fmt.Sprintf("name %d", n) }

// onlyIn is the connector that the catalog with this name has and no other.
func onlyIn(name string) string { return strings.Replace(name, "name ", "only-", 1) }

// traffic is batches that flow until stopped.
type traffic struct {
	component consumer.Traces
	sent      atomic.Int64  // spans
	wanted    atomic.Int64  // how many of them are waited for
	enough    chan struct{} // they are sent
	stop      atomic.Bool
	senders   sync.WaitGroup
}

func newTraffic(component consumer.Traces) *traffic {
	f := &traffic{component: component, enough: make(chan struct{}, 1)}
	f.wanted.Store(math.MaxInt64)
	return f
}

// await waits for another spansPerReload. Senders wait for nobody.
func (f *traffic) await() {
	f.wanted.Store(f.sent.Load() + spansPerReload)
	<-f.enough
}

func (f *traffic) send(t *testing.T, sender byte) {
	for n := 0; !f.stop.Load(); n++ {
		batch := loadBatch(sender, n)
		spans := int64(batch.SpanCount())
		if err := f.component.ConsumeTraces(from(loopback), batch); err != nil {
			t.Error(err)
		}
		sent := f.sent.Add(spans)
		if wanted := f.wanted.Load(); sent >= wanted && f.wanted.CompareAndSwap(wanted, math.MaxInt64) {
			f.enough <- struct{}{}
		}
	}
}

// loadBatch has traces that go on over two batches: with evidence of both
// connectors, and spans that inherit from this batch or the one before.
func loadBatch(sender byte, n int) ptrace.Traces {
	batch := ptrace.NewTraces()
	spans := batch.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i := range byte(tracesPerBatch) {
		for span := range byte(spansPerTrace) {
			s := spans.AppendEmpty()
			s.SetKind(ptrace.SpanKindServer)
			s.SetTraceID(pcommon.TraceID{sender + 1, byte(n / 2), byte(n >> 9), byte(n >> 17), i})
			s.SetSpanID(pcommon.SpanID{byte(n%2) + 1, span})
			if span == 0 && n%2 == 0 {
				s.Attributes().PutStr("jwt.claims.azp", string('a'+rune(i%2)))
			}
		}
	}
	return batch
}

// arrivals is what came out of the component.
type arrivals struct {
	mu     sync.Mutex // guards everything below
	spans  int
	stamps map[stamp]int // spans by what they are stamped with
	mixed  int           // batches of two revisions
}

// stamp is what of a report depends on the revision of the catalog.
type stamp struct{ revision, connector, name, reason string }

func (a *arrivals) add(_ context.Context, traces ptrace.Traces) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stamps == nil {
		a.stamps = map[stamp]int{}
	}
	first := ""
	for i, span := range traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		s := stampOf(span.Attributes())
		a.spans++
		a.stamps[s]++
		if i == 0 {
			first = s.revision
		}
		if s.revision != first {
			a.mixed++
			break
		}
	}
	return nil
}

func stampOf(attributes pcommon.Map) (s stamp) {
	for key, value := range attributes.All() {
		switch key {
		case lowcode.KeyIdentityCatalogRevision:
			s.revision = value.Str()
		case lowcode.KeyConnectorID:
			s.connector = value.Str()
		case lowcode.KeyConnectorName:
			s.name = value.Str()
		case lowcode.KeyIdentityUnattributedReason:
			s.reason = value.Str()
		}
	}
	return s
}

// check holds what arrived against the names of the revisions.
func (a *arrivals) check(names map[string]string) error {
	if a.mixed > 0 {
		return fmt.Errorf("%d batches of two revisions, expected none", a.mixed)
	}
	for s := range a.stamps {
		name, known := names[s.revision]
		switch {
		case !known:
			return fmt.Errorf("%+v, expected one of the revisions that were in force", s)
		case s.connector == "" && s.reason == lowcode.ReasonNoSignal:
		case s.name != name || s.connector != "always" && s.connector != onlyIn(name):
			return fmt.Errorf("%+v, expected a connector with %q", s, name)
		}
	}
	return nil
}

func (a *arrivals) revisions() map[string]bool {
	all := map[string]bool{}
	for s := range a.stamps {
		all[s.revision] = true
	}
	return all
}

// TestArrivalsShowALossAndAMixture is what the test above relies on.
func TestArrivalsShowALossAndAMixture(t *testing.T) {
	names := map[string]string{"r1": "name 1", "r2": "name 2"}
	arrive := func(stamps ...stamp) *arrivals {
		traces := ptrace.NewTraces()
		spans := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
		for _, s := range stamps {
			attributes := spans.AppendEmpty().Attributes()
			attributes.PutStr(lowcode.KeyIdentityCatalogRevision, s.revision)
			attributes.PutStr(lowcode.KeyConnectorID, s.connector)
			attributes.PutStr(lowcode.KeyConnectorName, s.name)
		}
		var a arrivals
		require.NoError(t, a.add(t.Context(), traces))
		return &a
	}
	good := stamp{revision: "r1", connector: "only-1", name: "name 1"}
	require.NoError(t, arrive(good, good).check(names))
	require.Equal(t, 1, arrive(good).spans, "of two")
	require.ErrorContains(t, arrive(good, stamp{revision: "r2", connector: "always", name: "name 2"}).check(names), "batches of two revisions")
	require.ErrorContains(t, arrive(stamp{revision: "r1", connector: "only-2", name: "name 2"}).check(names), "expected a connector with")
	require.ErrorContains(t, arrive(stamp{revision: "r1", connector: "always", name: "name 2"}).check(names), "expected a connector with")
	require.ErrorContains(t, arrive(stamp{revision: "r3", connector: "always", name: "name 1"}).check(names), "in force")
}
