package finding

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/internal/lowcode"
)

// The semantic conventions' keys for the rule that fired.
const (
	keyRuleName     = "security_rule.name"
	keyRuleCategory = "security_rule.category"
)

// ErrNotFinding marks a log record that carries something else.
var ErrNotFinding = errors.New("log record is no " + lowcode.EventFinding)

// ToLog writes f into lr: the summary is the body, everything else attributes.
// lr is expected to be empty.
func (f Finding) ToLog(lr plog.LogRecord) {
	lr.SetEventName(lowcode.EventFinding)
	lr.SetTimestamp(pcommon.NewTimestampFromTime(f.UpdatedAt))
	lr.SetObservedTimestamp(pcommon.NewTimestampFromTime(f.UpdatedAt))
	lr.SetSeverityNumber(severityNumber(f.Severity))
	lr.SetSeverityText(f.Severity)
	lr.Body().SetStr(f.Summary)

	attrs := lr.Attributes()
	attrs.EnsureCapacity(32)
	for _, field := range f.stringFields() {
		if *field.value != "" {
			attrs.PutStr(field.key, *field.value)
		}
	}
	for _, field := range f.floatFields() {
		attrs.PutDouble(field.key, *field.value)
	}
	for _, field := range f.timeFields() {
		if !field.value.IsZero() {
			attrs.PutStr(field.key, field.value.UTC().Format(time.RFC3339Nano))
		}
	}
	attrs.PutInt(lowcode.KeyFindingBaselineBuckets, int64(f.BaselineBuckets))
	if len(f.Contributors) > 0 {
		attrs.PutStr(lowcode.KeyFindingContributors, EncodeContributors(f.Contributors))
	}
	if len(f.TraceIDs) > 0 {
		ids := attrs.PutEmptySlice(lowcode.KeyFindingTraceIDs)
		for _, id := range f.TraceIDs {
			ids.AppendEmpty().SetStr(id)
		}
	}
}

// FromLog reads a record that ToLog wrote. It returns ErrNotFinding for any
// other event.
func FromLog(lr plog.LogRecord) (Finding, error) {
	if lr.EventName() != lowcode.EventFinding {
		return Finding{}, ErrNotFinding
	}
	f := Finding{Summary: lr.Body().AsString(), Severity: severityText(lr)}
	attrs := lr.Attributes()
	for _, field := range f.stringFields() {
		if v, ok := attrs.Get(field.key); ok {
			*field.value = v.AsString()
		}
	}
	for _, field := range f.floatFields() {
		v, ok := attrs.Get(field.key)
		switch {
		case !ok:
		case v.Type() == pcommon.ValueTypeDouble:
			*field.value = v.Double()
		case v.Type() == pcommon.ValueTypeInt: // some senders drop the decimal point
			*field.value = float64(v.Int())
		default:
			return Finding{}, fmt.Errorf("cannot read finding: attribute %q is %s, expected a number", field.key, v.Type())
		}
	}
	for _, field := range f.timeFields() {
		v, ok := attrs.Get(field.key)
		if !ok {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, v.AsString())
		if err != nil {
			return Finding{}, fmt.Errorf("cannot read finding: attribute %q is no RFC 3339 time: %w", field.key, err)
		}
		*field.value = t.UTC()
	}
	if v, ok := attrs.Get(lowcode.KeyFindingBaselineBuckets); ok {
		f.BaselineBuckets = int(v.Int())
	}
	return f, f.readLists(attrs)
}

func (f *Finding) readLists(attrs pcommon.Map) error {
	if v, ok := attrs.Get(lowcode.KeyFindingContributors); ok {
		contributors, err := DecodeContributors(v.AsString())
		if err != nil {
			return err
		}
		f.Contributors = contributors
	}
	if v, ok := attrs.Get(lowcode.KeyFindingTraceIDs); ok && v.Type() == pcommon.ValueTypeSlice {
		for _, id := range v.Slice().All() {
			f.TraceIDs = append(f.TraceIDs, id.AsString())
		}
	}
	switch f.Status {
	case Pending, Firing, Resolved, Lapsed, Released:
	default:
		return fmt.Errorf("cannot read finding: attribute %q is %q, expected pending, firing, resolved, lapsed or released", lowcode.KeyFindingStatus, f.Status)
	}
	if f.Fingerprint == "" {
		return fmt.Errorf("cannot read finding: attribute %q is missing", lowcode.KeyFindingFingerprint)
	}
	return nil
}

// EncodeContributors is the JSON form kept in attributes and in the table.
func EncodeContributors(c []Contributor) string {
	if len(c) == 0 {
		return "[]"
	}
	data, err := json.Marshal(c)
	if err != nil { // only NaN or an infinity, which no measure has
		return "[]"
	}
	return string(data)
}

// DecodeContributors reads what EncodeContributors wrote; "" is none.
func DecodeContributors(s string) ([]Contributor, error) {
	if s == "" || s == "[]" {
		return nil, nil
	}
	var c []Contributor
	if err := json.Unmarshal([]byte(s), &c); err != nil {
		return nil, fmt.Errorf("cannot read the contributors of a finding: %w", err)
	}
	return c, nil
}

type field[T any] struct {
	key   string
	value *T
}

func (f *Finding) stringFields() []field[string] {
	return []field[string]{
		{lowcode.KeyFindingFingerprint, &f.Fingerprint},
		{lowcode.KeyFindingStatus, (*string)(&f.Status)},
		{keyRuleName, &f.Rule},
		{keyRuleCategory, &f.Category},
		{lowcode.KeyFindingFamily, &f.Family},
		{lowcode.KeyTenantID, &f.TenantID},
		{lowcode.KeyConnectorID, &f.ConnectorID},
		{lowcode.KeyConnectorName, &f.ConnectorName},
		{lowcode.KeyFindingEntity, &f.Entity},
		{lowcode.KeyFindingEndpoint, &f.Endpoint},
		{lowcode.KeyFindingMeasure, &f.Measure},
		{lowcode.KeyFindingEvidenceSQL, &f.EvidenceSQL},
		{lowcode.KeyFindingRunbookURL, &f.RunbookURL},
		{lowcode.KeyFindingDashboardURL, &f.DashboardURL},
		{lowcode.KeyFindingRuleRevision, &f.RuleRevision},
		{lowcode.KeyFindingCatalogRevision, &f.CatalogRevision},
	}
}

func (f *Finding) floatFields() []field[float64] {
	return []field[float64]{
		{lowcode.KeyFindingObserved, &f.Observed},
		{lowcode.KeyFindingExpected, &f.Expected},
		{lowcode.KeyFindingLower, &f.Lower},
		{lowcode.KeyFindingUpper, &f.Upper},
		{lowcode.KeyFindingScore, &f.Score},
		{lowcode.KeyFindingEffect, &f.Effect},
		{lowcode.KeyFindingPValue, &f.PValue},
		{lowcode.KeyFindingBaselineDays, &f.BaselineDays},
	}
}

func (f *Finding) timeFields() []field[time.Time] {
	return []field[time.Time]{
		{lowcode.KeyFindingWindowStart, &f.WindowStart},
		{lowcode.KeyFindingWindowEnd, &f.WindowEnd},
		{lowcode.KeyFindingStartedAt, &f.StartedAt},
		{lowcode.KeyFindingUpdatedAt, &f.UpdatedAt},
		{lowcode.KeyFindingResolvedAt, &f.ResolvedAt},
	}
}

// severityNumber follows the logs data model's mapping of syslog levels.
func severityNumber(severity string) plog.SeverityNumber {
	switch severity {
	case "critical":
		return plog.SeverityNumberError2
	case "warning":
		return plog.SeverityNumberWarn
	default:
		return plog.SeverityNumberInfo
	}
}

// severityText falls back to the number: processors may rewrite the text.
func severityText(lr plog.LogRecord) string {
	switch text := strings.ToLower(lr.SeverityText()); text {
	case "critical", "warning", "info":
		return text
	}
	switch n := lr.SeverityNumber(); {
	case n >= plog.SeverityNumberError:
		return "critical"
	case n >= plog.SeverityNumberWarn:
		return "warning"
	default:
		return "info"
	}
}
