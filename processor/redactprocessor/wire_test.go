package redactprocessor

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of OTLP are not listed here but found: whatever text the pdata of
// this Collector version takes from the wire and gives back is planted and must
// be redacted. A version with a new field fails this test until the processor
// walks it.
//
// Fields are told apart by what the decoder makes of a payload: text comes back
// as it was, a message refuses what is no message, and what is unknown is lost.

// path is a chain of field numbers from the outermost message to a text.
type path []protowire.Number

// wrap puts a payload into the innermost field.
func (p path) wrap(payload []byte) []byte {
	for i := len(p) - 1; i >= 0; i-- {
		payload = protowire.AppendBytes(protowire.AppendTag(nil, p[i], protowire.BytesType), payload)
	}
	return payload
}

func (p path) child(n protowire.Number) path { return append(p[:len(p):len(p)], n) }

const (
	maxPath  = 10 // exemplars' attributes, and maps and lists in those of spans
	maxField = 40

	deprecatedScopes = 1000 // instrumentation libraries, which pdata still moves
)

var (
	// noMessage begins with a tag of wire type 7, which there is not; its last
	// bytes are no shortest form of a number, so that no list of numbers gives
	// them back; and it has the length of no id and no list of fixed ones.
	noMessage = []byte("golang.x\u0100\x00")
	// anyMessage is a field that no message has.
	anyMessage = protowire.AppendVarint(protowire.AppendTag(nil, protowire.MaxValidNumber, protowire.VarintType), 0)
)

// textFields finds the paths of all texts below p.
func textFields(roundTrip func([]byte) ([]byte, error), p path) []path {
	var found []path
	for n := protowire.Number(1); n <= maxField+1; n++ {
		field := p.child(n)
		if n > maxField {
			field = p.child(deprecatedScopes)
		}
		out, err := roundTrip(field.wrap(noMessage))
		if err == nil && bytes.Contains(out, noMessage) {
			found = append(found, field)
			continue
		}
		if err == nil || len(field) == maxPath {
			continue
		}
		if _, err = roundTrip(field.wrap(anyMessage)); err == nil {
			found = append(found, textFields(roundTrip, field)...)
		}
	}
	return found
}

// signalOnTheWire is what the test needs to know of a signal.
type signalOnTheWire[T any] struct {
	unmarshal func([]byte) (T, error)
	process   func(*redactor, context.Context, T) (T, error)
	proto     func(T) ([]byte, error)
	json      func(T) ([]byte, error)
	known     []path // some that must be among those found
}

func TestNoTextFieldOfTracesIsForgotten(t *testing.T) {
	checkFields(t, signalOnTheWire[ptrace.Traces]{
		new(ptrace.ProtoUnmarshaler).UnmarshalTraces, (*redactor).processTraces,
		new(ptrace.ProtoMarshaler).MarshalTraces, new(ptrace.JSONMarshaler).MarshalTraces,
		[]path{{1, 2, 2, 5}, {1, 2, 2, 3}, {1, 2, 2, 15, 2}, {1, 2, 2, 13, 4, 2, 1}, {1, 1, 3, 3}, {1, 2, 2, 9, 2, 6, 1, 2, 7}, {1, deprecatedScopes, 2, 5}},
	})
}

func TestNoTextFieldOfLogsIsForgotten(t *testing.T) {
	checkFields(t, signalOnTheWire[plog.Logs]{
		new(plog.ProtoUnmarshaler).UnmarshalLogs, (*redactor).processLogs,
		new(plog.ProtoMarshaler).MarshalLogs, new(plog.JSONMarshaler).MarshalLogs,
		[]path{{1, 2, 2, 3}, {1, 2, 2, 5, 1}, {1, 2, 2, 5, 6, 1, 1}, {1, 2, 2, 12}, {1, 3}},
	})
}

func TestNoTextFieldOfMetricsIsForgotten(t *testing.T) {
	checkFields(t, signalOnTheWire[pmetric.Metrics]{
		new(pmetric.ProtoUnmarshaler).UnmarshalMetrics, (*redactor).processMetrics,
		new(pmetric.ProtoMarshaler).MarshalMetrics, new(pmetric.JSONMarshaler).MarshalMetrics,
		[]path{{1, 2, 2, 1}, {1, 2, 2, 12, 2, 1}, {1, 2, 2, 11, 1, 7, 1}, {1, 2, 2, 10, 1, 11, 7, 2, 1}},
	})
}

func TestNoTextFieldOfProfilesIsForgotten(t *testing.T) {
	checkFields(t, signalOnTheWire[pprofile.Profiles]{
		new(pprofile.ProtoUnmarshaler).UnmarshalProfiles, (*redactor).processProfiles,
		new(pprofile.ProtoMarshaler).MarshalProfiles, new(pprofile.JSONMarshaler).MarshalProfiles,
		[]path{{2, 5}, {2, 6, 2, 1}, {1, 2, 1, 1}, {1, 1, 1, 2, 1}},
	})
}

func checkFields[T any](t *testing.T, s signalOnTheWire[T]) {
	t.Helper()
	fields := textFields(func(wire []byte) ([]byte, error) {
		batch, err := s.unmarshal(wire)
		if err != nil {
			return nil, err
		}
		return s.proto(batch)
	}, nil)
	for _, p := range s.known {
		require.Contains(t, fields, p)
	}
	on, off := newTestRedactor(t, nil), newTestRedactor(t, func(c *Config) { c.Mode = ModeDryRun })
	secret := []byte("ada.lovelace@example.com")
	survives := func(r *redactor, p path) bool {
		batch, err := s.unmarshal(p.wrap(append([]byte("go "), secret...)))
		require.NoError(t, err)
		batch, err = s.process(r, context.Background(), batch)
		require.NoError(t, err)
		protoText, err := s.proto(batch)
		require.NoError(t, err)
		jsonText, err := s.json(batch)
		require.NoError(t, err)
		inJSON := planted{in: plain}
		inJSON.Secret = string(secret)
		return bytes.Contains(protoText, secret) || inJSON.isIn(texts(jsonText))
	}
	for _, p := range fields {
		require.False(t, survives(on, p), "field %s leaks", fmt.Sprint(p))
		require.True(t, survives(off, p), "field %s: not found although redaction is off", fmt.Sprint(p))
	}
	t.Logf("%d fields", len(fields))
}
