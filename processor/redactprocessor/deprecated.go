package redactprocessor

import (
	"reflect"
	"sync"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// OTLP once had its records in a field that pdata still reads and writes, and
// shows to nobody. OTLP receivers move them to where they belong; what was read
// with a ProtoUnmarshaler, from a message queue say, may carry them past every
// processor. The field can only be seen by reflection, once a resource, and
// only be moved by writing the batch and reading it as a receiver does.

// hides reports whether a resource of a batch has records in its old field.
func hides[T any](resource T, field *oldField) bool {
	orig := reflect.ValueOf(resource).Field(0).Elem()
	return orig.FieldByIndex(field.index(orig.Type())).Len() > 0
}

// oldField is the old field of one signal.
type oldField struct {
	name string
	once sync.Once
	at   []int
}

// index finds the field. A version of pdata without it has to be looked at: the
// panic refuses every batch, and a test fails before that.
func (f *oldField) index(orig reflect.Type) []int {
	f.once.Do(func() {
		field, ok := orig.FieldByName(f.name)
		if !ok {
			panic("pdata has no field " + f.name)
		}
		f.at = field.Index
	})
	return f.at
}

// upToDateTraces moves hidden spans to where the processor sees them.
func (r *redactor) upToDateTraces(td ptrace.Traces) (ptrace.Traces, error) {
	for _, rs := range td.ResourceSpans().All() {
		if !hides(rs, &r.oldSpans) {
			continue
		}
		moved := ptraceotlp.NewExportRequest()
		wire, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
		if err == nil {
			err = moved.UnmarshalProto(wire)
		}
		return moved.Traces(), err
	}
	return td, nil
}

func (r *redactor) upToDateLogs(ld plog.Logs) (plog.Logs, error) {
	for _, rl := range ld.ResourceLogs().All() {
		if !hides(rl, &r.oldRecords) {
			continue
		}
		moved := plogotlp.NewExportRequest()
		wire, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
		if err == nil {
			err = moved.UnmarshalProto(wire)
		}
		return moved.Logs(), err
	}
	return ld, nil
}

func (r *redactor) upToDateMetrics(md pmetric.Metrics) (pmetric.Metrics, error) {
	for _, rm := range md.ResourceMetrics().All() {
		if !hides(rm, &r.oldMetrics) {
			continue
		}
		moved := pmetricotlp.NewExportRequest()
		wire, err := pmetricotlp.NewExportRequestFromMetrics(md).MarshalProto()
		if err == nil {
			err = moved.UnmarshalProto(wire)
		}
		return moved.Metrics(), err
	}
	return md, nil
}
