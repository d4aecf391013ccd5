// Package auditlog makes log records of what identity providers, policy engines
// and automation platforms tell of connectors: tokens granted and exchanged,
// configurations changed, quotas used up, requests denied. What one sender calls
// the things is a Format, in a file of its own; everything else is here.
//
// A record that is one of Weir's audit events (package lowcode) has its name and
// attributes, and goes to table events; any other keeps the sender's name for
// it, "okta.user.session.start", and goes to logs. Either way the whole record
// is the body, so nothing is lost that nobody thought of; redact cleans it.
package auditlog

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// scopePrefix and a format's name are the instrumentation scope of its records.
const scopePrefix = "github.com/weir-otel/weir/receiver/intakereceiver/"

// Options say what the records themselves do not.
type Options struct {
	ServiceName string    // resource attribute service.name
	Environment string    // resource attribute deployment.environment.name; empty = none
	Now         time.Time // time of arrival
}

// Format is how one sender writes its events.
type Format struct {
	Name     string // e.g. "okta"; the first part of names that are not Weir's
	Expected string // what a record is, for what is none: "one Okta event hook"

	// unwrap returns the events of a record that may be an envelope.
	unwrap func(record fields.Object) []fields.Object
	// read fills in the event, or says what is wrong with it.
	read func(*event) *jsonbody.Refusal
	// text turns a body that is no JSON into records; nil where there is none.
	text func(body []byte) []fields.Object
}

// Decode returns a log record for every usable event of body, in order, and why
// the others were refused. The error is not nil only if nothing could be read.
func (f *Format) Decode(body []byte, opts Options) (plog.Logs, []jsonbody.Refusal, error) {
	ld := plog.NewLogs()
	records, refused, err := f.records(body)
	if err != nil {
		return ld, nil, err
	}
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", opts.ServiceName)
	if opts.Environment != "" {
		rl.Resource().Attributes().PutStr("deployment.environment.name", opts.Environment)
	}
	scope := rl.ScopeLogs().AppendEmpty()
	scope.Scope().SetName(scopePrefix + f.Name)
	for _, r := range records {
		e := event{Object: r.object, record: plog.NewLogRecord(), format: f.Name}
		if refusal := f.read(&e); refusal != nil {
			refusal.Index = r.index
			refused = append(refused, *refusal)
			continue
		}
		e.finish(opts.Now)
		e.record.MoveTo(scope.LogRecords().AppendEmpty())
	}
	return ld, refused, nil
}

// indexed is an event and where in the body it is.
type indexed struct {
	index  int
	object fields.Object
}

func (f *Format) records(body []byte) (all []indexed, refused []jsonbody.Refusal, err error) {
	if f.text != nil && !startsJSON(body) {
		for i, object := range f.text(body) {
			all = append(all, indexed{i, object})
		}
		if len(all) > jsonbody.MaxRecords {
			return nil, nil, jsonbody.ErrTooMany
		}
		if len(all) > 0 {
			return all, nil, nil
		}
	}
	records, refused, err := jsonbody.Split(body)
	if err != nil {
		return nil, nil, err
	}
	for _, record := range records {
		object, ok := fields.Parse(record.Raw)
		if !ok {
			refused = append(refused, jsonbody.Refusal{Index: record.Index, Reason: "is not a JSON object", Expected: f.Expected})
			continue
		}
		objects := []fields.Object{object}
		if f.unwrap != nil {
			objects = f.unwrap(object)
		}
		for i, inner := range objects {
			all = append(all, indexed{record.Index + i, inner})
		}
		if len(all)+len(refused) > jsonbody.MaxRecords {
			return nil, nil, jsonbody.ErrTooMany
		}
	}
	return all, refused, nil
}

func startsJSON(body []byte) bool {
	text := strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n\ufeff")
	return text == "" || text[0] == '{' || text[0] == '['
}

// children are the objects of a list, or the one object, under key.
func children(o fields.Object, key string) []fields.Object {
	list, ok := o[key].([]any)
	if !ok {
		if child := o.Child(key); child != nil {
			return []fields.Object{child}
		}
		return nil
	}
	var all []fields.Object
	for _, element := range list {
		if object, ok := element.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

// event is one event while it is being read.
type event struct {
	fields.Object
	record plog.LogRecord
	format string
}

// name says what it is: one of Weir's names, or else the sender's own.
func (e *event) name(weirs, sender string) {
	if weirs == "" {
		weirs = e.format + "." + sender
	}
	e.record.SetEventName(weirs)
}

// failed says that what was tried did not work.
func (e *event) failed(reason string) {
	e.record.SetSeverityNumber(plog.SeverityNumberWarn)
	e.put("error.type", reason)
}

// put sets an attribute to the first value that is something.
func (e *event) put(key string, values ...string) {
	for _, value := range values {
		if value != "" {
			e.record.Attributes().PutStr(key, value)
			return
		}
	}
}

func (e *event) putTexts(key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := e.record.Attributes().PutEmptySlice(key)
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}

// client is the client of a token, for which its issuer vouches. Where the token
// was refused nobody does: anybody could have named the client.
func (e *event) client(id string) {
	if e.record.SeverityNumber() == plog.SeverityNumberWarn {
		return
	}
	e.put(lowcode.KeyTokenClientID, id)
	e.put("jwt.claims.client_id", id)
}

// scopes of a token: a list, or one text with blanks.
func (e *event) scopes(values []string) {
	var all []string
	for _, value := range values {
		all = append(all, strings.Fields(value)...)
	}
	e.putTexts(lowcode.KeyTokenScopes, all)
}

// at reads when it happened.
func (e *event) at(keys ...string) *jsonbody.Refusal {
	t, present, refusal := e.Time(keys...)
	if present {
		e.record.SetTimestamp(pcommon.NewTimestampFromTime(t))
	}
	return refusal
}

// traceparent is a W3C trace context.
func (e *event) traceparent(text string) {
	if parts := strings.Split(text, "-"); len(parts) == 4 {
		e.trace(parts[1], parts[2])
	}
}

func (e *event) trace(traceID, spanID string) {
	if id, err := hex.DecodeString(traceID); err == nil && len(id) == 16 {
		e.record.SetTraceID(pcommon.TraceID(id))
	}
	if id, err := hex.DecodeString(spanID); err == nil && len(id) == 8 {
		e.record.SetSpanID(pcommon.SpanID(id))
	}
}

// finish puts the whole record into the body.
func (e *event) finish(now time.Time) {
	e.record.SetObservedTimestamp(pcommon.NewTimestampFromTime(now))
	if e.record.SeverityNumber() == plog.SeverityNumberUnspecified {
		e.record.SetSeverityNumber(plog.SeverityNumberInfo)
	}
	setValue(e.record.Body(), map[string]any(e.Object))
}

// jsonText is a value as JSON; a text as it is.
func jsonText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, _ := json.Marshal(value) // was parsed from JSON
	return string(text)
}

func setValue(dst pcommon.Value, value any) {
	switch v := value.(type) {
	case string:
		dst.SetStr(v)
	case bool:
		dst.SetBool(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			dst.SetInt(n)
		} else if f, err := v.Float64(); err == nil {
			dst.SetDouble(f)
		} else {
			dst.SetStr(v.String())
		}
	case []any:
		list := dst.SetEmptySlice()
		for _, element := range v {
			setValue(list.AppendEmpty(), element)
		}
	case map[string]any:
		m := dst.SetEmptyMap()
		for key, element := range v {
			setValue(m.PutEmpty(key), element)
		}
	}
}

func missing(field, expected string) *jsonbody.Refusal {
	return &jsonbody.Refusal{Field: field, Reason: "is missing", Expected: expected}
}
