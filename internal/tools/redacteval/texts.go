package main

import (
	"slices"
	"strings"

	"github.com/weir-otel/weir/internal/redact"
)

// labelled is a text of pii_texts.json. Positions count characters.
type labelled struct {
	Text  string `json:"full_text"`
	Spans []struct {
		Type  string `json:"entity_type"`
		Start int    `json:"start_position"`
		End   int    `json:"end_position"`
	} `json:"spans"`
}

// span is a labelled piece, in bytes.
type span struct{ start, end int }

func (s span) overlaps(m redact.Match) bool { return m.Start < s.end && s.start < m.End }

// entity is one type of label, the detectors that answer for it, and what is
// wanted of their precision and recall.
type entity struct {
	label     string
	detectors func(name string) bool
	limit     float64
}

var entities = []entity{
	{"CREDIT_CARD", named("card"), 0.97},
	{"EMAIL_ADDRESS", named("email"), 0.97},
	{"IBAN_CODE", named("iban"), 0.97},
	{"IP_ADDRESS", isAddress, 0.97},
	{"US_SSN", named("us_ssn", "us_itin"), 0.90},
	{"PHONE_NUMBER", isPhone, 0.90},
}

func named(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

func isAddress(name string) bool { return strings.HasPrefix(name, "ip") }

func isPhone(name string) bool { return strings.HasPrefix(name, "phone") }

// score counts spans that were found and hits that were right.
type score struct{ spans, found, hits, right int }

func (s score) report(r *report, what string, limit float64) {
	r.share(what+", recall", s.found, s.spans, "≥", limit)
	r.share(what+", precision", s.right, s.hits, "≥", limit)
}

// add scores one text: which of the spans a wanted detector hits, and which of
// its hits are on a span.
func (s *score) add(text string, spans []span, matches []redact.Match, wanted func(string) bool, r *report, what string) {
	hit := make([]bool, len(spans))
	for _, match := range matches {
		if !wanted(match.Detector) {
			continue
		}
		s.hits++
		right := false
		for i, sp := range spans {
			if sp.overlaps(match) {
				right, hit[i] = true, true
			}
		}
		if right {
			s.right++
		} else {
			r.note("false hit     %-28s by %s %q: %s", what, match.Detector, text[match.Start:match.End], short(text))
		}
	}
	for i, sp := range spans {
		s.spans++
		if hit[i] {
			s.found++
		} else {
			r.note("missed        %-28s %q: %s", what, text[sp.start:sp.end], short(text))
		}
	}
}

// texts measures precision and recall by overlap with labelled spans.
func (m *measure) texts(folder string, r *report) error {
	scores := make([]score, len(entities))
	err := decodeFile(folder, "pii_texts.json.gz", func(all []labelled) {
		for _, l := range all {
			matches := m.engine.Find("", l.Text)
			for i, e := range entities {
				scores[i].add(l.Text, l.of(e.label), matches, e.detectors, r, e.label)
			}
		}
	})
	for i, e := range entities {
		scores[i].report(r, e.label, e.limit)
	}
	return err
}

// of returns the spans of one type, with characters counted as bytes.
func (l labelled) of(label string) []span {
	var found []span
	for _, s := range l.Spans {
		if s.Type == label {
			found = append(found, span{byteOffset(l.Text, s.Start), byteOffset(l.Text, s.End)})
		}
	}
	return found
}

// byteOffset is where character n of text begins.
func byteOffset(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}
