package evidence

import (
	"encoding/hex"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

// eventLine is an event as a line of JSON. Text that is no UTF-8 is in the
// fields named binary, so that the digest can be made from what was stored.
type eventLine struct {
	Time       time.Time         `json:"time"`
	ReceivedAt time.Time         `json:"received_at"`
	Columns    map[string]string `json:"columns"`
	Binary     map[string][]byte `json:"binary_columns,omitempty"`
	TraceID    string            `json:"trace_id"`
	SpanID     string            `json:"span_id"`
	Severity   uint8             `json:"severity"`
	Vouched    bool              `json:"vouched"`
	Attributes []attributeLine   `json:"attributes"`
	Salt       string            `json:"salt"`
	Digest     audit.Sum         `json:"digest"`
	Segment    audit.SegmentID   `json:"segment"`
}

type attributeLine struct {
	Key         string `json:"key,omitzero"`
	Value       string `json:"value,omitzero"`
	BinaryKey   []byte `json:"binary_key,omitempty"`
	BinaryValue []byte `json:"binary_value,omitempty"`
}

func lineOf(r *verify.Row) eventLine {
	line := eventLine{
		Time: time.Unix(0, r.Timestamp).UTC(), ReceivedAt: time.Unix(0, r.ReceivedAt).UTC(),
		Columns: map[string]string{}, Binary: map[string][]byte{},
		TraceID: hex.EncodeToString(r.TraceID[:]), SpanID: hex.EncodeToString(r.SpanID[:]), Severity: r.Severity, Vouched: r.Vouched,
		Attributes: make([]attributeLine, 0, len(r.Attributes)), Salt: hex.EncodeToString(r.Salt[:]), Digest: r.Digest, Segment: r.Segment,
	}
	for i, text := range r.Texts() {
		switch {
		case *text == "":
		case utf8.ValidString(*text):
			line.Columns[audit.TextColumns[i]] = *text
		default:
			line.Binary[audit.TextColumns[i]] = []byte(*text)
		}
	}
	for _, a := range r.Attributes {
		var attribute attributeLine
		attribute.Key, attribute.BinaryKey = split(a.Key)
		attribute.Value, attribute.BinaryValue = split(a.Value)
		line.Attributes = append(line.Attributes, attribute)
	}
	return line
}

func split(text string) (string, []byte) {
	if utf8.ValidString(text) {
		return text, nil
	}
	return "", []byte(text)
}

// row is the event that the line was made of.
func (l *eventLine) row() (*verify.Row, error) {
	r := &verify.Row{Digest: l.Digest, Segment: l.Segment}
	r.Timestamp, r.ReceivedAt, r.Severity, r.Vouched = l.Time.UnixNano(), l.ReceivedAt.UnixNano(), l.Severity, l.Vouched
	for _, field := range []struct {
		name, text string
		to         []byte
	}{{"trace_id", l.TraceID, r.TraceID[:]}, {"span_id", l.SpanID, r.SpanID[:]}, {"salt", l.Salt, r.Salt[:]}} {
		if bytes, err := hex.DecodeString(field.text); err != nil || copy(field.to, bytes) != len(bytes) || len(bytes) != len(field.to) {
			return nil, fmt.Errorf("`%s` is %q, expected %d hex digits", field.name, field.text, 2*len(field.to))
		}
	}
	for i, text := range r.Texts() {
		*text = l.Columns[audit.TextColumns[i]]
		if binary, found := l.Binary[audit.TextColumns[i]]; found {
			*text = string(binary)
		}
	}
	for _, a := range l.Attributes {
		r.Attributes = append(r.Attributes, audit.Attribute{Key: a.Key + string(a.BinaryKey), Value: a.Value + string(a.BinaryValue)})
	}
	return r, nil
}
