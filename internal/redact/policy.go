package redact

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
)

// Scope is where a value comes from.
type Scope struct {
	Signal    string // traces, logs, metrics or profiles
	Tenant    string
	Connector string
}

// Policy is a compiled PolicyConfig. It is immutable but for its cache, and safe
// for concurrent use.
type Policy struct {
	base   *Engine
	rules  []rule
	scoped bool

	cache atomic.Pointer[map[Scope]*Engine]
	mu    sync.Mutex // serialises writers of cache
}

// rule is a compiled Rule. An empty set means any.
type rule struct {
	connectors, tenants, keys keySet
	signals                   []string
	engine                    *Engine // the base with the rule merged over it
}

// maxScopes bounds the cache: tenants and connectors come from outside.
const maxScopes = 512

// foundation is what all engines of a policy share.
type foundation struct {
	detectors []Detector
	patterns  *patternSet
	tokens    []*tokenWriter
	seals     sealKeys
	clean     *memo
	engines   uint64
}

// NewPolicy compiles a configuration.
func NewPolicy(cfg PolicyConfig) (*Policy, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("cannot build the redaction policy: %w", err)
	}
	f, err := newFoundation(&cfg.Config)
	if err != nil {
		return nil, fmt.Errorf("cannot build the redaction policy: %w", err)
	}
	p := &Policy{}
	if p.base, err = f.compile(&cfg.Config, nil); err != nil {
		return nil, fmt.Errorf("cannot build the redaction policy: %w", err)
	}
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		engine, err := f.compile(&cfg.Config, r)
		if err != nil {
			return nil, fmt.Errorf("cannot build the redaction policy: \"rules[%d]\": %w", i, err)
		}
		p.rules = append(p.rules, rule{
			connectors: newKeySet(r.Connectors, false), tenants: newKeySet(r.Tenants, false), keys: newKeySet(r.Keys, true),
			signals: r.Signals, engine: engine,
		})
		p.scoped = p.scoped || len(r.Connectors) > 0 || len(r.Tenants) > 0
	}
	p.cache.Store(&map[Scope]*Engine{})
	return p, nil
}

func newFoundation(cfg *Config) (*foundation, error) {
	f := &foundation{detectors: detectors, clean: newMemo()}
	var err error
	if len(cfg.Patterns) > 0 {
		f.detectors = slices.Clone(detectors)
		for _, p := range cfg.Patterns {
			f.detectors = append(f.detectors, p.detector())
		}
		if f.patterns, err = newPatternSet(cfg.Patterns); err != nil {
			return nil, err
		}
	}
	if f.tokens, err = newTokenWriters(cfg.TokenKeys); err != nil {
		return nil, err
	}
	if f.seals, err = newSealKeys(cfg.SealKeys); err != nil {
		return nil, err
	}
	return f, nil
}

// Scoped reports whether a rule asks for a connector or a tenant, so that a
// Scope needs them.
func (p *Policy) Scoped() bool { return p.scoped }

// Warnings says what is allowed and costs time, such as a pattern that has to be
// tried on every value.
func (p *Policy) Warnings() []string {
	if p.base.patterns == nil {
		return nil
	}
	return p.base.patterns.warnings
}

// For returns the engine for what comes from a scope. A scope seen before costs
// no allocation.
func (p *Policy) For(s Scope) *Engine {
	if len(p.rules) == 0 {
		return p.base
	}
	if e, ok := (*p.cache.Load())[s]; ok {
		return e
	}
	e := p.build(s)
	p.mu.Lock()
	defer p.mu.Unlock()
	old := *p.cache.Load()
	next := make(map[Scope]*Engine, len(old)+1)
	if len(old) < maxScopes { // a full cache begins anew
		maps.Copy(next, old)
	}
	next[s] = e
	p.cache.Store(&next)
	return e
}

// build finds the rules for a scope: those that ask for keys, up to the first
// that does not, which is the engine for all other keys.
func (p *Policy) build(s Scope) *Engine {
	base := p.base
	var byKey []keyEngine
	for i := range p.rules {
		r := &p.rules[i]
		if !r.asksFor(s) {
			continue
		}
		if r.keys.empty() {
			base = r.engine
			break
		}
		byKey = append(byKey, keyEngine{keys: r.keys, engine: r.engine})
	}
	if len(byKey) == 0 {
		return base
	}
	e := *base
	e.byKey = byKey
	return &e
}

func (r *rule) asksFor(s Scope) bool {
	return (r.connectors.empty() || r.connectors.has(s.Connector)) && (r.tenants.empty() || r.tenants.has(s.Tenant)) &&
		(len(r.signals) == 0 || slices.Contains(r.signals, s.Signal))
}

// compile makes the engine of the base, or of a rule over it.
func (f *foundation) compile(base *Config, over *Rule) (*Engine, error) {
	cfg := *base
	if over != nil {
		cfg = over.mergedOver(base)
	}
	f.engines++
	e := &Engine{
		clean: f.clean, number: f.engines,
		detectors: f.detectors, patterns: f.patterns, tokens: f.tokens, seals: f.seals,
		enabled: make([]bool, len(f.detectors)), meant: make([]bool, len(f.detectors)), replacers: make([]replacer, len(f.detectors)),
		blocked: newKeySet(cfg.BlockedKeys, true), ignored: newKeySet(cfg.IgnoredKeys, true), listed: newKeySet(cfg.AllowedKeys, true),
		denies: len(cfg.AllowedKeys) > 0, allowed: nameSet(cfg.AllowedValues), queryKeys: nameSet(cfg.URLQueryKeys), statements: cfg.Statements != "off",
	}
	for _, p := range cfg.AllowedPatterns {
		compiled, err := regexp.Compile(`^(?s:` + p + `)$`)
		if err != nil {
			return nil, fmt.Errorf("\"allowed_patterns\" has %q: %w", p, err)
		}
		e.allowedPatterns = append(e.allowedPatterns, compiled)
	}
	for i, d := range f.detectors {
		action, meant := cfg.actionOf(d, over)
		e.replacers[i] = d.replacer(action, i)
		e.meant[i] = meant
		e.enabled[i] = action.Do != ActionAllow && d.chosen(cfg.Detectors, len(cfg.Detectors) == 0) && !d.chosen(cfg.Exclude, false)
		e.noteMask(&e.replacers[i])
	}
	e.enabled[detUnlistedKey] = e.denies && e.replacers[detUnlistedKey].action != ActionAllow
	e.blocks = !e.blocked.empty() && e.replacers[detSensitiveKey].action != ActionAllow
	return e, e.checkMasks()
}

func nameSet(names []string) map[string]struct{} {
	if len(names) == 0 {
		return nil
	}
	set := make(map[string]struct{}, len(names))
	for _, n := range names {
		set[n] = struct{}{}
	}
	return set
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

// replacer compiles an action for the detector of an index.
func (d Detector) replacer(a Action, index int) replacer {
	switch {
	case a.Do == ActionKeepDomain && index != detEmail, a.Do == ActionTruncateIP && index != detIPv4 && index != detIPv6:
		a.Do = ActionPlaceholder // a password may look like an address
	}
	r := replacer{
		action: a.Do, mask: a.Mask, keepLast: a.KeepLast,
		placeholder: d.Placeholder, label: d.label(), tokenLabel: d.label(), domain: d.domain(), detector: d.Name, grouped: d.grouped, decode: true,
	}
	switch index {
	case detEmail:
		r.canonical = canonicalEmail
	case detIPv6:
		r.canonical = canonicalIPv6
	}
	if d.Class == ClassSecret {
		r.secret = true
		r.tokenLabel = "SECRET"
		r.decode = d.specificity >= 3 // of a password, %41 may be three characters
	}
	return r
}
