package redactprocessor

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pprofile"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/weir-otel/weir/internal/redact"
)

// carrier is what the leak test needs to know of a signal.
type carrier[T any] struct {
	resources string // the list of resources in OTLP/JSON
	fresh     func() T
	append    func(to, one T) // moves the resources
	process   func(*redactor, context.Context, T) (T, error)
	proto     func(T) ([]byte, error)
	json      func(T) ([]byte, error)
}

// spot is one place where a text can stand. Where it has a name of its own, key
// is the name.
type spot[T any] struct {
	name  string
	named bool
	plant func(carrier T, key, text string)
}

func TestNoSecretLeavesAnyPlaceOfTraces(t *testing.T) {
	checkSpots(t, carrier[ptrace.Traces]{
		"resourceSpans", newTraces, func(to, one ptrace.Traces) { one.ResourceSpans().MoveAndAppendTo(to.ResourceSpans()) },
		(*redactor).processTraces, new(ptrace.ProtoMarshaler).MarshalTraces, new(ptrace.JSONMarshaler).MarshalTraces,
	}, traceSpots())
}

func TestNoSecretLeavesAnyPlaceOfLogs(t *testing.T) {
	checkSpots(t, carrier[plog.Logs]{
		"resourceLogs", newLogs, func(to, one plog.Logs) { one.ResourceLogs().MoveAndAppendTo(to.ResourceLogs()) },
		(*redactor).processLogs, new(plog.ProtoMarshaler).MarshalLogs, new(plog.JSONMarshaler).MarshalLogs,
	}, logSpots())
}

func TestNoSecretLeavesAnyPlaceOfMetrics(t *testing.T) {
	checkSpots(t, carrier[pmetric.Metrics]{
		"resourceMetrics", newMetrics, func(to, one pmetric.Metrics) { one.ResourceMetrics().MoveAndAppendTo(to.ResourceMetrics()) },
		(*redactor).processMetrics, new(pmetric.ProtoMarshaler).MarshalMetrics, new(pmetric.JSONMarshaler).MarshalMetrics,
	}, metricSpots())
}

func TestNoSecretLeavesAnyPlaceOfProfiles(t *testing.T) {
	checkSpots(t, carrier[pprofile.Profiles]{
		"", newProfiles, nil, // the dictionary belongs to all resources: one batch for each text
		(*redactor).processProfiles, new(pprofile.ProtoMarshaler).MarshalProfiles, new(pprofile.JSONMarshaler).MarshalProfiles,
	}, profileSpots())
}

// planted is one text on its way.
type planted struct {
	redact.Vector
	in   encoding
	text string
}

// vectors are made once: those with check digits are searched for.
var vectors = sync.OnceValue(redact.Vectors)

// positives are the vectors of each detector, in the order of detectors.
var positives = sync.OnceValue(func() (list [][]redact.Vector) {
	at := map[string]int{}
	for _, v := range vectors() {
		if v.Secret == "" {
			continue
		}
		name := v.Detector
		if v.Key != "" {
			name += " by key"
		}
		if _, found := at[name]; !found {
			at[name] = len(list)
			list = append(list, nil)
		}
		list[at[name]] = append(list[at[name]], v)
	}
	return list
})

// plants gives a vector of every detector as it is, and of every fourth one in
// an encoding: other vectors, detectors and encodings at each place, so that
// any two of detector, place and encoding meet.
func plants(named bool, turn int) []planted {
	var list []planted
	for i, of := range positives() {
		v := of[turn%len(of)]
		if v.Key != "" && !named {
			continue
		}
		list = append(list, planted{v, plain, v.Text})
		if (i+turn)%4 == 0 && !plainOnly[v.Detector] {
			e := encodings[(i/4+turn)%len(encodings)]
			list = append(list, planted{v, e, e.encode(v)})
		}
	}
	return list
}

// checkSpots plants the vectors at every spot. The same search must find each
// of them when redaction is off, or a green leak test would mean nothing.
func checkSpots[T any](t *testing.T, c carrier[T], spots []spot[T]) {
	r := newTestRedactor(t, nil)
	for turn, s := range spots {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			all := plants(s.named, turn)
			leaked, _ := c.leaks(t, s, all, func(batch T) (T, error) { return c.process(r, context.Background(), batch) })
			require.Empty(t, leaked, "survived")
			_, hidden := c.leaks(t, s, all, func(batch T) (T, error) { return batch, nil })
			require.Empty(t, hidden, "positive control: not found although redaction is off")
		})
	}
}

// leaks plants the texts at the spot and names those found in the output, and
// those not found.
func (c carrier[T]) leaks(t *testing.T, s spot[T], all []planted, process func(T) (T, error)) (found, hidden []string) {
	t.Helper()
	add := func(p planted, protoText, jsonText []byte) {
		if p.isIn(texts(jsonText)) || bytes.Contains(protoText, []byte(p.Secret)) {
			found = append(found, p.String())
		} else {
			hidden = append(hidden, p.String())
		}
	}
	if c.append == nil {
		for _, p := range all {
			one := c.fresh()
			s.plant(one, p.key(), p.text)
			protoText, jsonText := c.run(t, one, process)
			add(p, protoText, jsonText)
		}
		return found, hidden
	}
	batch := c.fresh()
	for _, p := range all {
		one := c.fresh()
		s.plant(one, p.key(), p.text)
		c.append(batch, one)
	}
	protoText, jsonText := c.run(t, batch, process)
	var parsed map[string][]json.RawMessage
	require.NoError(t, json.Unmarshal(jsonText, &parsed))
	resources := parsed[c.resources]
	require.Len(t, resources, len(all)+1) // one is what batch had at first
	for i, jsonText := range resources {
		_, _, tag := protowire.ConsumeTag(protoText)
		wire, size := protowire.ConsumeBytes(protoText[tag:])
		protoText = protoText[tag+size:]
		if i > 0 {
			add(all[i-1], wire, jsonText)
		}
	}
	require.Empty(t, protoText)
	return found, hidden
}

func (c carrier[T]) run(t *testing.T, batch T, process func(T) (T, error)) (protoText, jsonText []byte) {
	t.Helper()
	batch, err := process(batch)
	require.NoError(t, err)
	protoText, err = c.proto(batch)
	require.NoError(t, err)
	jsonText, err = c.json(batch)
	require.NoError(t, err)
	return protoText, jsonText
}

func (p planted) key() string {
	if p.Key == "" {
		return "note"
	}
	return p.Key
}

func (p planted) String() string { return p.Detector + ", " + p.in.name }

// isIn searches the texts as they are, and decoded; bytes are base64 in JSON.
func (p planted) isIn(texts []string) bool {
	for _, text := range texts {
		if strings.Contains(text, p.Secret) || strings.Contains(p.in.decode(text), p.Secret) {
			return true
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err == nil && (bytes.Contains(raw, []byte(p.Secret)) || strings.Contains(p.in.decode(string(raw)), p.Secret)) {
			return true
		}
	}
	return false
}

// texts returns all strings of a JSON document, also the names.
func texts(jsonText []byte) []string {
	var list []string
	for {
		start := bytes.IndexByte(jsonText, '"')
		if start < 0 {
			return list
		}
		end := start + 1
		for jsonText[end] != '"' {
			if jsonText[end] == '\\' {
				end++
			}
			end++
		}
		quoted := jsonText[start : end+1]
		text := string(quoted[1 : len(quoted)-1])
		if strings.ContainsRune(text, '\\') {
			_ = json.Unmarshal(quoted, &text) // pdata wrote it
		}
		list = append(list, text)
		jsonText = jsonText[end+1:]
	}
}
