package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/plog"
)

func (r *redactor) processLogs(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	for _, rl := range ld.ResourceLogs().All() {
		r.resource(ctx, rl.Resource())
		r.schemaURL(ctx, rl.SchemaUrl(), rl.SetSchemaUrl)
		for _, sl := range rl.ScopeLogs().All() {
			r.scope(ctx, sl.Scope())
			r.schemaURL(ctx, sl.SchemaUrl(), sl.SetSchemaUrl)
			for _, record := range sl.LogRecords().All() {
				r.try(func(r *redactor) { r.record(ctx, record) })
			}
		}
	}
	return ld, nil
}

func (r *redactor) record(ctx context.Context, record plog.LogRecord) {
	r.set(ctx, "event_name", record.EventName(), record.SetEventName)
	r.set(ctx, "severity_text", record.SeverityText(), record.SetSeverityText)
	r.value(ctx, "log_body", "", record.Body(), 0)
	r.attributes(ctx, "log_attribute", record.Attributes())
}
