package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/identity"
)

// record is a span with an azp claim, or with nothing where client is empty.
func record(t *testing.T, trace, span, parent byte, client string) identity.Record {
	attributes := map[string]any{}
	if client != "" {
		attributes["jwt.claims.azp"] = client
	}
	r := identity.Record{Trace: pcommon.TraceID{trace}, Decision: *decide(t, true, attributes)}
	if span != 0 {
		r.Span = pcommon.SpanID{span}
	}
	if parent != 0 {
		r.Parent = pcommon.SpanID{parent}
	}
	return r
}

func inherit(records ...identity.Record) []string {
	var family identity.Family
	family.Inherit(records)
	var texts []string
	for i := range records {
		texts = append(texts, text(&records[i].Decision))
	}
	return texts
}

const (
	crm     = "crm-sync verified jwt_claim 0.95"
	heir    = "crm-sync inherited trace_parent 0.855"
	nobody  = "unattributed no_signal"
	unknown = "unattributed unknown_key"
)

func TestSpansInheritFromTheirNearestAncestor(t *testing.T) {
	require.Equal(t, []string{crm, heir, heir}, inherit(
		record(t, 1, 1, 0, "crm-sync"), record(t, 1, 2, 1, ""), record(t, 1, 3, 2, "")))
	require.Equal(t, []string{heir, heir, crm}, inherit(
		record(t, 1, 3, 2, ""), record(t, 1, 2, 1, ""), record(t, 1, 1, 0, "crm-sync")), "children first")
}

func TestSpansInheritFromTheirTraceWhereTheParentWasNeverExported(t *testing.T) {
	require.Equal(t, []string{crm, heir, heir}, inherit(
		record(t, 1, 1, 0, "crm-sync"), record(t, 1, 2, 99, ""), record(t, 1, 3, 0, "")))
}

func TestATraceOfSeveralConnectorsLendsNoneButTheAncestorDoes(t *testing.T) {
	records := []identity.Record{
		record(t, 1, 1, 0, "crm-sync"), record(t, 1, 2, 1, ""), record(t, 1, 3, 99, ""), record(t, 1, 4, 0, "crm-sync"),
	}
	other := decide(t, true, map[string]any{headerKey + "x-consumer-username": "flow-orders"})
	records[3].Decision = *other
	require.Equal(t, []string{crm, heir, nobody, text(other)}, inherit(records...))
}

func TestNothingIsInheritedAcrossTracesOrOverAnUnknownKey(t *testing.T) {
	require.Equal(t, []string{crm, nobody, unknown, nobody}, inherit(
		record(t, 1, 1, 0, "crm-sync"), record(t, 2, 2, 1, ""), record(t, 1, 3, 1, "stranger"), record(t, 0, 0, 0, "")))
}

func TestParentsInACircleEnd(t *testing.T) {
	require.Equal(t, []string{nobody, nobody, crm, nobody}, inherit(
		record(t, 1, 1, 2, ""), record(t, 1, 2, 1, ""), record(t, 2, 3, 0, "crm-sync"), record(t, 1, 4, 4, "")))
}

func TestAFamilyForgetsBetweenBatches(t *testing.T) {
	var family identity.Family
	family.Inherit([]identity.Record{record(t, 1, 1, 0, "crm-sync"), record(t, 1, 2, 1, "")})
	second := []identity.Record{record(t, 2, 1, 0, "crm-sync"), record(t, 1, 3, 1, "")}
	family.Inherit(second)
	require.Equal(t, nobody, text(&second[1].Decision))
}
