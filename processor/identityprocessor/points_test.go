package identityprocessor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// fivePoints are metrics with one data point of each type; change sees all but
// the exemplars of a summary, which has none.
func fivePoints(change func(point, pmetric.ExemplarSlice)) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	all := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	gauge := all.AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty()
	change(gauge, gauge.Exemplars())
	sum := all.AppendEmpty().SetEmptySum().DataPoints().AppendEmpty()
	change(sum, sum.Exemplars())
	histogram := all.AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty()
	change(histogram, histogram.Exemplars())
	exponential := all.AppendEmpty().SetEmptyExponentialHistogram().DataPoints().AppendEmpty()
	change(exponential, exponential.Exemplars())
	change(all.AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty(), pmetric.NewExemplarSlice())
	return metrics
}

// eachPoint runs a data point of each type and looks at what became of it.
func (r running) eachPoint(ctx context.Context, change, check func(point, pmetric.ExemplarSlice)) {
	r.t.Helper()
	type pair struct {
		point
		exemplars pmetric.ExemplarSlice
	}
	var points []pair
	metrics := fivePoints(func(p point, exemplars pmetric.ExemplarSlice) {
		change(p, exemplars)
		points = append(points, pair{p, exemplars})
	})
	_, err := r.processMetrics(ctx, metrics)
	require.NoError(r.t, err)
	require.Len(r.t, points, 5)
	for _, p := range points {
		check(p.point, p.exemplars)
	}
}

func TestDataPointsOfEveryTypeAreAttributedWithLittle(t *testing.T) {
	run(t, nil).eachPoint(from(loopback),
		func(p point, _ pmetric.ExemplarSlice) {
			require.NoError(t, p.Attributes().FromRaw(map[string]any{"jwt.claims.azp": "crm-sync", "http.request.method": "GET", "url.path": "/contacts/7"}))
		},
		func(p point, _ pmetric.ExemplarSlice) {
			require.Equal(t, map[string]any{
				"jwt.claims.azp": "crm-sync", "http.request.method": "GET", "url.path": "/contacts/7",
				"lowcode.identity.status": "verified", "lowcode.identity.method": "jwt_claim",
				"lowcode.connector.id": "crm-sync", "lowcode.tenant.id": "acme",
			}, p.Attributes().AsRaw())
		})
}

func TestADataPointWithoutEvidenceIsUnattributed(t *testing.T) {
	require.Equal(t, map[string]any{"lowcode.identity.status": "unattributed"}, run(t, nil).gauge(from(loopback), nil))
}

func TestDataPointsAreStrippedUnlessAnotherWeirSentThem(t *testing.T) {
	spoofed := map[string]any{"lowcode.connector.id": "crm-sync", "lowcode.identity.status": "verified", "lowcode.made.up": "x"}
	spoof := func(p point, exemplars pmetric.ExemplarSlice) {
		require.NoError(t, p.Attributes().FromRaw(spoofed))
		require.NoError(t, exemplars.AppendEmpty().FilteredAttributes().FromRaw(spoofed))
	}
	r := run(t, nil)
	r.eachPoint(from(stranger), spoof, func(p point, exemplars pmetric.ExemplarSlice) {
		require.Equal(t, map[string]any{"lowcode.identity.status": "unattributed"}, p.Attributes().AsRaw())
		if _, isSummary := p.(pmetric.SummaryDataPoint); !isSummary {
			require.Empty(t, exemplars.At(0).FilteredAttributes().AsRaw())
		}
	})
	declared := client.NewContext(t.Context(), client.Info{Auth: authData{"subject": "weir-2"}})
	r.eachPoint(declared, spoof, func(p point, exemplars pmetric.ExemplarSlice) {
		require.Equal(t, spoofed, p.Attributes().AsRaw())
		require.Equal(t, spoofed, exemplars.At(0).FilteredAttributes().AsRaw())
	})
}

func TestWhatIsAroundDataPointsIsStripped(t *testing.T) {
	r := run(t, nil)
	metrics := pmetric.NewMetrics()
	resource := metrics.ResourceMetrics().AppendEmpty()
	scope := resource.ScopeMetrics().AppendEmpty()
	metric := scope.Metrics().AppendEmpty()
	around := []pcommon.Map{resource.Resource().Attributes(), scope.Scope().Attributes(), metric.Metadata()}
	for _, attributes := range around {
		attributes.PutStr("lowcode.tenant.id", "spoofed")
	}
	_, err := r.processMetrics(from(loopback), metrics)
	require.NoError(t, err)
	for _, attributes := range around {
		require.Zero(t, attributes.Len())
	}
}

func TestDataPointsFarFromTheirArrivalGetIt(t *testing.T) {
	r := run(t, nil)
	f := func(start, timestamp, wantStart, wantTimestamp pcommon.Timestamp) {
		t.Helper()
		r.eachPoint(t.Context(),
			func(p point, exemplars pmetric.ExemplarSlice) {
				p.SetStartTimestamp(start)
				p.SetTimestamp(timestamp)
				exemplars.AppendEmpty().SetTimestamp(timestamp)
			},
			func(p point, exemplars pmetric.ExemplarSlice) {
				require.Equal(t, wantStart, p.StartTimestamp(), "start")
				require.Equal(t, wantTimestamp, p.Timestamp())
				if _, isSummary := p.(pmetric.SummaryDataPoint); !isSummary {
					require.Equal(t, wantTimestamp, exemplars.At(0).Timestamp())
				}
				_, clamped := p.Attributes().Get("lowcode.time.clamped")
				require.Equal(t, start != wantStart || timestamp != wantTimestamp, clamped)
			})
	}
	day := 24 * time.Hour
	f(at(-30*day), at(-time.Second), at(-30*day), at(-time.Second))
	f(0, 0, 0, 0)
	f(at(day), at(day+time.Minute), at(0), at(0))
	f(at(time.Minute), at(day), at(0), at(0))
	f(at(-30*day), at(day), at(-30*day), at(0))
	f(at(-2*day), at(-day), at(-2*day), at(0))
	f(at(day), at(-time.Second), at(-time.Second), at(-time.Second))
}
