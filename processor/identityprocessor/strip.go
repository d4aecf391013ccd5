package identityprocessor

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
)

// strip removes attributes in Weir's own namespace, which only Weir may set.
func strip(attributes pcommon.Map) (stripped bool) {
	if !holdsOwn(attributes) {
		return false
	}
	attributes.RemoveIf(func(key string, _ pcommon.Value) bool { return strings.HasPrefix(key, lowcode.Prefix) })
	return true
}

func holdsOwn(attributes pcommon.Map) bool {
	for key := range attributes.All() {
		if strings.HasPrefix(key, lowcode.Prefix) {
			return true
		}
	}
	return false
}

// stripSpan does the same for a span and what hangs on it. hasOwn says that the
// span itself has such attributes.
func stripSpan(span ptrace.Span, hasOwn bool) (stripped bool) {
	if hasOwn {
		stripped = strip(span.Attributes())
	}
	for _, event := range span.Events().All() {
		stripped = strip(event.Attributes()) || stripped
	}
	for _, link := range span.Links().All() {
		stripped = strip(link.Attributes()) || stripped
	}
	return stripped
}

// stripPoint does the same for a data point and its exemplars.
func stripPoint(p point, exemplars pmetric.ExemplarSlice, hasOwn bool) (stripped bool) {
	if hasOwn {
		stripped = strip(p.Attributes())
	}
	for _, exemplar := range exemplars.All() {
		stripped = strip(exemplar.FilteredAttributes()) || stripped
	}
	return stripped
}
