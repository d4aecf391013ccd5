package redactprocessor

import (
	"context"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

func (r *redactor) processLogs(ctx context.Context, ld plog.Logs) (_ plog.Logs, err error) {
	w := r.walker()
	defer w.finish(ctx, &err)
	w.begin(signalLogs)
	if ld, err = r.upToDateLogs(ld); err != nil {
		return ld, errUnwalkable
	}
	if r.audit {
		w.batch.records = ld.LogRecordCount()
	}
	for _, rl := range ld.ResourceLogs().All() {
		w.enterResource(rl.Resource().Attributes())
		attempt(w, (*walker).resource, rl.Resource())
		attempt(w, schemaURL, rl)
		for _, sl := range rl.ScopeLogs().All() {
			w.leaveScope()
			attempt(w, (*walker).scope, sl.Scope())
			attempt(w, schemaURL, sl)
			w.record.reset()
			for _, record := range sl.LogRecords().All() {
				w.enter(record.Attributes())
				attempt(w, (*walker).logRecord, record)
				if !w.record.empty() {
					w.leave(record.Attributes())
				}
			}
		}
	}
	return ld, nil
}

func (w *walker) logRecord(record plog.LogRecord) {
	w.set(placeEventName, record.EventName(), record.SetEventName)
	w.set(placeSeverity, record.SeverityText(), record.SetSeverityText)
	if body := record.Body(); body.Type() == pcommon.ValueTypeMap {
		w.attributes(placeBody, body.Map()) // its fields are to the record what attributes are
	} else {
		w.value(placeBody, "", body, 0)
	}
	w.attributes(placeLog, record.Attributes())
}
