package redact

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unsafe"
)

// Match is one finding in a value, in bytes of that value.
type Match struct {
	Detector string `json:"detector"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Action   string `json:"action"`

	// Token and Alias are set while two token keys are valid: what was written,
	// and what the older key would have written.
	Token string `json:"-"`
	Alias string `json:"-"`
}

// hit is a Match inside the engine: the detector is an index of its table.
type hit struct {
	start, end int
	detector   int
}

// Engine is immutable but for what it remembers, and safe for concurrent use.
type Engine struct {
	clean  *memo  // of all engines of a policy
	number uint64 // of this one among them

	detectors []Detector  // the table, then the patterns of the policy
	enabled   []bool      // by detector
	meant     []bool      // by detector: the policy names it, its class, or the key for an action
	replacers []replacer  // by detector
	patterns  *patternSet // nil without any
	tokens    []*tokenWriter
	seals     sealKeys

	blocked, ignored, listed keySet
	blocks                   bool // there are blocked_keys
	denies                   bool // there are allowed_keys

	allowed         map[string]struct{}
	allowedPatterns []*regexp.Regexp
	queryKeys       map[string]struct{} // nil without any
	statements      bool
	settledMasks    []settledMask

	byKey []keyEngine // rules that ask for a key; the first that matches decides
}

// keyEngine is the engine of a rule for the keys it names.
type keyEngine struct {
	keys   keySet
	engine *Engine
}

// New compiles a configuration without rules.
func New(cfg Config) (*Engine, error) {
	p, err := NewPolicy(PolicyConfig{Config: cfg})
	if err != nil {
		return nil, err
	}
	return p.For(Scope{}), nil
}

// under returns the engine that decides on values under key.
func (e *Engine) under(key string) *Engine {
	if key != "" {
		for i := range e.byKey {
			if e.byKey[i].keys.has(key) {
				return e.byKey[i].engine
			}
		}
	}
	return e
}

// Find returns the matches in value, in order and without overlaps. key is the
// name the value stands under, or empty.
func (e *Engine) Find(key, value string) []Match {
	if len(e.byKey) > 0 {
		e = e.under(key)
	}
	return e.matches(e.find(key, value))
}

func (e *Engine) matches(hits []hit) []Match {
	if len(hits) == 0 {
		return nil
	}
	matches := make([]Match, len(hits))
	for i, h := range hits {
		r := &e.replacers[h.detector]
		matches[i] = Match{Detector: r.detector, Start: h.start, End: h.end, Action: r.action}
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
	if len(e.byKey) > 0 {
		e = e.under(key)
	}
	if len(value) < memoLeast {
		if hits := e.find(key, value); len(hits) > 0 {
			return e.redact(key, value, hits)
		}
		return value, nil
	}
	hash := e.clean.hash(e.number, key, value)
	if e.clean.has(hash) {
		return value, nil
	}
	if hits := e.find(key, value); len(hits) > 0 {
		return e.redact(key, value, hits)
	}
	e.clean.add(hash)
	return value, nil
}

// redact is Redact for a value with hits.
func (e *Engine) redact(key, value string, hits []hit) (string, []Match) {
	matches := e.matches(hits)
	out := e.replace(value, hits, matches)
	for round := 0; ; round++ {
		rest := e.find(key, out)
		if len(rest) == 0 {
			return out, matches
		}
		if round == maxRounds {
			for i := range matches {
				matches[i].Action = ActionFailed
			}
			return Failed, matches
		}
		out = e.replace(out, rest, e.matches(rest))
	}
}

// find applies the key's rules, then scans.
func (e *Engine) find(key, value string) []hit {
	if value == "" || (!e.ignored.empty() && e.ignored.has(key)) {
		return nil
	}
	if (e.blocks || len(key) < 4 || secretEndings.has(key)) && e.blocksValue(key, value) {
		if e.settled(value) || e.allows(value) {
			return nil
		}
		return []hit{{0, len(value), detSensitiveKey}}
	}
	if len(value) < minValue || value == Failed {
		return nil
	}
	if isDigit(value[0]) && e.patterns == nil && isWholeIPv4(value) && e.sparesAddress(key, detIPv4) {
		return nil
	}
	hits := e.scan(value, key, 0, nil)
	if e.statements && isStatementKey(key) {
		hits = e.statementHits(key, "", value, hits)
	}
	if len(hits) == 0 {
		return nil
	}
	return e.tidy(value, hits)
}

// minValue is the shortest value that a detector can match: a@b.co, pwd=x.
const minValue = 5

func (e *Engine) blocksValue(key, value string) bool {
	if key == "" {
		return false
	}
	if e.enabled[detSensitiveKey] && attributeEndings.endsAt(key, len(key)) && hides(key, value) {
		return true
	}
	return e.blocks && e.blocked.has(key)
}

// tidy sorts hits, drops those of disabled detectors and allowed values, and
// joins what overlaps; the more specific detector gives its name.
func (e *Engine) tidy(value string, hits []hit) []hit {
	kept := hits[:0]
	for _, h := range hits {
		if h.start >= h.end || !e.enabled[h.detector] {
			continue
		}
		if match := value[h.start:h.end]; e.replacers[h.detector].keeps(match) || e.allows(match) || e.insideEncodedMark(value, h) {
			continue
		}
		kept = append(kept, h)
	}
	if len(kept) < 2 {
		return kept
	}
	if byStart := func(a, b hit) int { return a.start - b.start }; !slices.IsSortedFunc(kept, byStart) {
		slices.SortStableFunc(kept, byStart)
	}
	joined := kept[:1]
	for _, h := range kept[1:] {
		last := &joined[len(joined)-1]
		if h.start >= last.end {
			joined = append(joined, h)
			continue
		}
		last.detector = e.moreSpecific(last.detector, h.detector)
		last.end = max(last.end, h.end)
	}
	return joined
}

// moreSpecific says which of two detectors names what they have found together.
// A part of it is shown only if neither calls it a secret: ada@example.com may
// be a password.
func (e *Engine) moreSpecific(a, b int) int {
	if e.detectors[b].specificity > e.detectors[a].specificity {
		a, b = b, a
	}
	if e.detectors[b].Class == ClassSecret && e.detectors[a].Class != ClassSecret && e.replacers[a].showsPart() {
		return b
	}
	return a
}

// allows reports whether an allow-list names the match.
func (e *Engine) allows(match string) bool {
	if len(e.allowed) == 0 && len(e.allowedPatterns) == 0 {
		return false
	}
	plain := plainText(match)
	if _, ok := e.allowed[plain]; ok {
		return true
	}
	for _, p := range e.allowedPatterns {
		if p.MatchString(plain) {
			return true
		}
	}
	return false
}

// replace writes the value with every hit replaced.
func (e *Engine) replace(value string, hits []hit, matches []Match) string {
	out := make([]byte, 0, len(value)+32*len(hits))
	at := 0
	for i, h := range hits {
		out = append(out, value[at:h.start]...)
		out = e.put(out, &e.replacers[h.detector], value[h.start:h.end], &matches[i])
		at = h.end
	}
	out = append(out, value[at:]...)
	return unsafe.String(unsafe.SliceData(out), len(out)) // out is not written again
}

// settledMask is what mask and keep_last write.
type settledMask struct {
	text   string
	tail   int // the most that a keep_last with this mask leaves behind it
	secret int // the most that one of a secret does
}

// settled recognises what an earlier redaction, of Weir or of others, has left
// of a secret, so that it is stable.
func (e *Engine) settled(v string) bool {
	if v == "" || e.isMark(v) || isFiller(v) {
		return true
	}
	for i := range e.settledMasks {
		if m := &e.settledMasks[i]; m.endAt(v, 0, m.secret) == len(v) {
			return true
		}
	}
	return false
}

// isMark knows what no action but mask and keep_last leaves.
func (e *Engine) isMark(v string) bool {
	switch v[0] {
	case '<':
		return e.markEnd(v, 0) == len(v)
	case '\\', '%', '&': // \u003cEMAIL\u003e of a mark that was put into JSON
		plain := plainText(v)
		return plain != "" && plain[0] == '<' && e.markEnd(plain, 0) == len(plain)
	case 'R':
		return v == "REDACTED" || v == "REDACTED:REDACTED"
	}
	return false
}

// maskEnd returns the end of a mask at i, with what keep_last left behind it,
// or 0.
func (e *Engine) maskEnd(s string, i int) (end int) {
	for j := range e.settledMasks {
		m := &e.settledMasks[j]
		end = max(end, m.endAt(s, i, m.tail))
	}
	return end
}

// endAt returns where the mask at i ends, with at most tail letters and digits
// behind it, or 0.
func (m *settledMask) endAt(s string, i, tail int) int {
	if !strings.HasPrefix(s[i:], m.text) {
		return 0
	}
	end := i + len(m.text)
	for n := 0; end < len(s) && n < tail && isAlnum(s[end]); n++ {
		end++
	}
	return end
}

// noteMask collects what a replacer may write.
func (e *Engine) noteMask(r *replacer) {
	if r.action != ActionMask && r.action != ActionKeepLast {
		return
	}
	i := slices.IndexFunc(e.settledMasks, func(m settledMask) bool { return m.text == r.mask })
	if i < 0 {
		i = len(e.settledMasks)
		e.settledMasks = append(e.settledMasks, settledMask{text: r.mask})
	}
	if m := &e.settledMasks[i]; r.action == ActionKeepLast {
		m.tail = max(m.tail, r.keepLast)
		if r.secret {
			m.secret = max(m.secret, r.keepLast)
		}
	}
}

// isFiller knows what others write for a secret: ****, xxxx.
func isFiller(v string) bool {
	c := v[0]
	if c != '*' && (c|0x20 != 'x' || len(v) < 4) {
		return false
	}
	for i := range len(v) {
		if v[i] != c && v[i]|0x20 != c|0x20 {
			return false
		}
	}
	return true
}

// isQueryKey reports whether the policy names a URL's parameter.
func (e *Engine) isQueryKey(name string) bool {
	_, ok := e.queryKeys[name]
	return ok
}

// checkMasks refuses masks that the engine would redact again and again.
func (e *Engine) checkMasks() error {
	for i := range e.settledMasks {
		mask := e.settledMasks[i].text
		if matches := e.Find("", mask); len(matches) > 0 {
			return fmt.Errorf("\"mask\" %q would itself be redacted as %s: expected a text that no detector finds, such as ****", mask, matches[0].Detector)
		}
	}
	return nil
}
