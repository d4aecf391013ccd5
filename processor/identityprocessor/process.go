package identityprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func (p *identityProcessor) processTraces(ctx context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
	b := p.newBatch(p.senders.of(ctx))
	defer p.release(b)
	for _, resource := range traces.ResourceSpans().All() {
		b.strip(resource.Resource().Attributes())
		source := p.senders.reportSource(b.from, serviceOf(resource.Resource()))
		for _, scope := range resource.ScopeSpans().All() {
			b.strip(scope.Scope().Attributes())
			for _, span := range scope.Spans().All() {
				b.addSpan(span, source)
			}
		}
	}
	b.stampSpans()
	p.counters.add(ctx, &b.counts)
	return traces, nil
}

func (p *identityProcessor) processLogs(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
	b := p.newBatch(p.senders.of(ctx))
	defer p.release(b)
	for _, resource := range logs.ResourceLogs().All() {
		b.strip(resource.Resource().Attributes())
		for _, scope := range resource.ScopeLogs().All() {
			b.strip(scope.Scope().Attributes())
			for _, record := range scope.LogRecords().All() {
				b.addLog(record)
			}
		}
	}
	b.stampLogs()
	p.counters.add(ctx, &b.counts)
	return logs, nil
}

func serviceOf(resource pcommon.Resource) string {
	if service, found := resource.Attributes().Get("service.name"); found {
		return service.Str()
	}
	return ""
}
