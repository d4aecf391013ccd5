// Package jsonbody takes an HTTP body apart into JSON records. Senders of
// access logs post one object, an array of them, or one object a line
// (NDJSON), often the same sender in all three forms depending on its batch
// size, so every decoder takes them all.
//
// One bad record does not cost the others: it is reported as a Refusal, and
// the rest is returned. The work is linear in the size of the body, whatever
// is in it.
package jsonbody

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxRecords is the largest number of records taken from one body. Gateways
// batch a few hundred; more than this is a mistake or an attack on memory.
const MaxRecords = 10_000

// ErrTooMany says that a body holds more than MaxRecords records.
var ErrTooMany = fmt.Errorf("more than %d records in one request", MaxRecords)

// Refusal says why one record was not taken. It never holds a value of the record.
type Refusal struct {
	Index    int    `json:"index"`              // position in the body, from 0
	Reason   string `json:"error"`              // what is wrong, e.g. "is not a number"
	Field    string `json:"field,omitempty"`    // e.g. "response.status"; empty when the record is no JSON
	Expected string `json:"expected,omitempty"` // what would have been taken
}

// Record is one JSON value of the body and its position in it.
type Record struct {
	Index int
	Raw   json.RawMessage
}

// Split returns the records of body in order, and what could not be read.
//
//	{"a":1}              → 1 record
//	[{"a":1},{"a":2}]    → 2 records
//	{"a":1}\n{"a":2}\n   → 2 records
func Split(body []byte) ([]Record, []Refusal, error) {
	s := splitter{}
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
		s.refuse("the body is empty")
	case trimmed[0] == '[':
		// Read element by element even when it is broken further on: the
		// elements before the break are good.
		s.lines(trimmed[s.array(trimmed):])
	case json.Valid(trimmed): // one object over several lines
		s.add(trimmed)
	default:
		s.lines(trimmed)
	}
	if s.next > MaxRecords {
		return nil, nil, ErrTooMany
	}
	return s.records, s.refused, nil
}

type splitter struct {
	records []Record
	refused []Refusal
	next    int
}

func (s *splitter) lines(body []byte) {
	for line := range bytes.Lines(body) {
		s.line(bytes.TrimSpace(line))
	}
}

// line reads the values of one line; usually there is one.
func (s *splitter) line(line []byte) {
	dec := json.NewDecoder(bytes.NewReader(line))
	for len(line) > 0 && s.next <= MaxRecords {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			s.refuse("is not JSON")
			return
		}
		if raw[0] == '[' {
			s.array(raw)
			continue
		}
		s.add(raw)
	}
}

// array adds the elements of the array that raw begins with, and returns the
// number of bytes it took: all of them when the array is broken.
func (s *splitter) array(raw []byte) int {
	dec := json.NewDecoder(bytes.NewReader(raw))
	_, _ = dec.Token() // the bracket that was just seen
	for dec.More() {
		var element json.RawMessage
		if s.next > MaxRecords {
			return len(raw)
		}
		if err := dec.Decode(&element); err != nil {
			s.refuse("is not JSON; nothing after it could be read")
			return len(raw)
		}
		s.add(element)
	}
	if _, err := dec.Token(); err != nil {
		s.refuse("the array is not closed; nothing after it could be read")
		return len(raw)
	}
	return int(dec.InputOffset())
}

func (s *splitter) add(raw []byte) {
	s.records = append(s.records, Record{Index: s.next, Raw: bytes.Clone(raw)})
	s.next++
}

func (s *splitter) refuse(reason string) {
	s.refused = append(s.refused, Refusal{Index: s.next, Reason: reason, Expected: "a JSON object, an array of objects, or one object a line"})
	s.next++
}
