package redact

import (
	"fmt"
	"strings"
)

// Match is one finding in a value, in bytes of that value.
type Match struct {
	Detector string `json:"detector"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Action   string `json:"action"`
}

// hit is a Match inside the engine: the detector is an index of detectors.
type hit struct {
	start, end int
	detector   int
}

// Engine is immutable and safe for concurrent use.
type Engine struct {
	enabled  []bool   // by detector
	actions  []string // by detector
	mask     string
	keepLast int
	blocked  []keyPattern
	ignored  []keyPattern
	allowed  map[string]bool
}

// New compiles a configuration.
func New(cfg Config) (*Engine, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("cannot build the redaction engine: %w", err)
	}
	e := &Engine{
		enabled:  make([]bool, len(detectors)),
		actions:  make([]string, len(detectors)),
		mask:     cfg.Mask,
		keepLast: cfg.KeepLast,
		blocked:  compilePatterns(cfg.BlockedKeys),
		ignored:  compilePatterns(cfg.IgnoredKeys),
		allowed:  map[string]bool{},
	}
	if e.mask == "" {
		e.mask = "****"
	}
	if e.keepLast == 0 {
		e.keepLast = 4
	}
	for _, v := range cfg.AllowedValues {
		e.allowed[v] = true
	}
	for i, d := range detectors {
		e.enabled[i] = d.chosen(cfg.Detectors, len(cfg.Detectors) == 0) && !d.chosen(cfg.Exclude, false)
		e.actions[i] = d.action(cfg)
	}
	return e, nil
}

// chosen reports whether a list names the detector, its class or all.
func (d Detector) chosen(names []string, otherwise bool) bool {
	for _, n := range names {
		if n == "all" || n == d.Name || n == d.Class {
			return true
		}
	}
	return otherwise
}

func (d Detector) action(cfg Config) string {
	for _, name := range []string{d.Name, d.Class, "all"} {
		if a := cfg.Actions[name]; a != "" {
			return a
		}
	}
	if cfg.Action != "" {
		return cfg.Action
	}
	return ActionPlaceholder
}

// Find returns the matches in value, in order and without overlaps. key is the
// name the value stands under, or empty.
func (e *Engine) Find(key, value string) []Match {
	hits := e.find(key, value)
	if len(hits) == 0 {
		return nil
	}
	matches := make([]Match, len(hits))
	for i, h := range hits {
		matches[i] = Match{Detector: detectors[h.detector].Name, Start: h.start, End: h.end, Action: e.actions[h.detector]}
	}
	return matches
}

// String returns value with every match replaced, and whether there was one. A
// clean value is returned as it is, without an allocation.
func (e *Engine) String(key, value string) (out string, changed bool) {
	out, matches := e.Redact(key, value)
	return out, len(matches) > 0
}

// maxRounds bounds how often a result is scanned again: a replacement can, in
// odd texts, complete another match.
const maxRounds = 4

// Redact is String with the matches, whose offsets are those in value.
func (e *Engine) Redact(key, value string) (string, []Match) {
	hits := e.find(key, value)
	if len(hits) == 0 {
		return value, nil
	}
	matches := make([]Match, len(hits))
	for i, h := range hits {
		matches[i] = Match{Detector: detectors[h.detector].Name, Start: h.start, End: h.end, Action: e.actions[h.detector]}
	}
	out := e.replace(value, hits)
	for round := 0; ; round++ {
		rest := e.find(key, out)
		if len(rest) == 0 {
			return out, matches
		}
		if round == maxRounds {
			return Failed, matches
		}
		out = e.replace(out, rest)
	}
}

// find applies the key's rules, then scans.
func (e *Engine) find(key, value string) []hit {
	if len(value) == 0 {
		return nil
	}
	if len(e.ignored) > 0 && matchesAny(e.ignored, key) {
		return nil
	}
	if e.blocksKey(key, value) {
		if e.settled(value) {
			return nil
		}
		return []hit{{0, len(value), detSensitiveKey}}
	}
	if len(value) < minValue || value == Failed {
		return nil
	}
	return e.tidy(value, e.scan(value, key, 0, nil))
}

// minValue is the shortest value that a detector can match: a@b.co, pwd=x.
const minValue = 5

func (e *Engine) blocksKey(key, value string) bool {
	if e.enabled[detSensitiveKey] && keyKindOf(key).blocksValue() && !isNonSecretWord(value) {
		return true
	}
	return len(e.blocked) > 0 && e.enabled[detSensitiveKey] && matchesAny(e.blocked, key)
}

// tidy sorts hits, drops those of disabled detectors and allowed values, and
// joins what overlaps; the more specific detector gives its name.
func (e *Engine) tidy(value string, hits []hit) []hit {
	if len(hits) == 0 {
		return nil
	}
	kept := hits[:0]
	for _, h := range hits {
		if h.start >= h.end || !e.enabled[h.detector] || (len(e.allowed) > 0 && e.allowed[value[h.start:h.end]]) {
			continue
		}
		kept = append(kept, h)
	}
	if len(kept) < 2 {
		return kept
	}
	for i := 1; i < len(kept); i++ { // few, and nearly sorted
		for j := i; j > 0 && kept[j].start < kept[j-1].start; j-- {
			kept[j], kept[j-1] = kept[j-1], kept[j]
		}
	}
	joined := kept[:1]
	for _, h := range kept[1:] {
		last := &joined[len(joined)-1]
		if h.start >= last.end {
			joined = append(joined, h)
			continue
		}
		if detectors[h.detector].specificity > detectors[last.detector].specificity {
			last.detector = h.detector
		}
		last.end = max(last.end, h.end)
	}
	return joined
}

// replace writes the value with every hit replaced.
func (e *Engine) replace(value string, hits []hit) string {
	var b strings.Builder
	b.Grow(len(value) + 16*len(hits))
	at := 0
	for _, h := range hits {
		b.WriteString(value[at:h.start])
		b.WriteString(e.replacement(value[h.start:h.end], h.detector))
		at = h.end
	}
	b.WriteString(value[at:])
	return b.String()
}

func (e *Engine) replacement(match string, detector int) string {
	switch e.actions[detector] {
	case ActionMask:
		return e.mask
	case ActionDrop:
		return ""
	case ActionKeepLast:
		if len(match) < 2*e.keepLast {
			return e.mask
		}
		return e.mask + lastBytes(match, e.keepLast)
	}
	return detectors[detector].Placeholder
}

// lastBytes returns about n bytes from the end, cut between characters and only
// ASCII letters and digits, so that they can be neither quote nor delimiter.
func lastBytes(s string, n int) string {
	at := len(s) - n
	for at < len(s) && !isAlnum(s[at]) {
		at++
	}
	for i := at; i < len(s); i++ {
		if !isAlnum(s[i]) {
			return s[at:i]
		}
	}
	return s[at:]
}

// settled recognises what an earlier redaction has left, so that it is stable.
func (e *Engine) settled(v string) bool {
	if v == "" || v == e.mask || v == "REDACTED" || v == "REDACTED:REDACTED" {
		return true
	}
	if v[0] == '<' && len(v) > 2 && v[len(v)-1] == '>' {
		for i := 1; i < len(v)-1; i++ {
			if !isUpper(v[i]) && v[i] != '_' {
				return false
			}
		}
		return true
	}
	if rest, ok := strings.CutPrefix(v, e.mask); ok && len(rest) <= e.keepLast {
		return true
	}
	return strings.Trim(v, "*") == "" || (len(v) > 3 && strings.Trim(v, "xX") == "")
}

// BlocksKey reports whether the whole value under this key goes, whatever it is.
func (e *Engine) BlocksKey(key string) bool {
	if !e.enabled[detSensitiveKey] || (len(e.ignored) > 0 && matchesAny(e.ignored, key)) {
		return false
	}
	return keyKindOf(key).blocksValue() || matchesAny(e.blocked, key)
}
