package main

import "github.com/weir-otel/weir/internal/redact"

// secretType is a line of secrets.jsonl: texts that hold one type of secret, and
// texts that look like it and hold none.
type secretType struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Positive []string `json:"positive"`
	Negative []string `json:"negative"`
}

// secrets measures recall over types, where every text of a type must be hit by
// a detector of secrets, and the share of near misses that any detector hits.
func (m *measure) secrets(folder string, r *report) error {
	var types, typesFound, texts, textsFound, negatives, negativesHit int
	err := decodeFile(folder, "secrets.jsonl.gz", func(t secretType) {
		missed := 0
		for _, text := range t.Positive {
			if !m.has(m.engine.Find("", text), redact.ClassSecret) {
				missed++
				r.note("missed        %-28s %s", t.ID, short(text))
			}
		}
		texts += len(t.Positive)
		textsFound += len(t.Positive) - missed
		if len(t.Positive) > 0 {
			types++
		}
		if len(t.Positive) > 0 && missed == 0 {
			typesFound++
		}
		for _, text := range t.Negative {
			negatives++
			if matches := m.engine.Find("", text); len(matches) > 0 {
				negativesHit++
				r.note("near miss hit %-28s by %s: %s", t.ID, matches[0].Detector, short(text))
			}
		}
	})
	r.share("secrets, types found in every text", typesFound, types, "≥", 0.90)
	r.share("secrets, texts", textsFound, texts, "≥", 0.90)
	r.share("secrets, near misses hit", negativesHit, negatives, "≤", 0.02)
	return err
}
