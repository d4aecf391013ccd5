package redact

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// PolicyConfig is a Config with rules for connectors, tenants, signals and keys.
type PolicyConfig struct {
	Config `mapstructure:",squash" yaml:",inline"`
	// Rules are tried in order for each value; the first whose conditions all hold
	// is merged over the rest of the policy.
	Rules []Rule `mapstructure:"rules" yaml:"rules"`
}

// Settings are the keys of a Config inside a rule: checked with the policy, not
// alone.
type Settings Config

// Rule has settings for some values. Its lists are added to the policy's, but
// detectors, which replace them; single values replace; what it says of an
// action comes before all the policy says.
type Rule struct {
	// Connectors, Tenants (with case) and Keys (without) are patterns with * and
	// ?; empty means any.
	Connectors []string `mapstructure:"connectors" yaml:"connectors"`
	Tenants    []string `mapstructure:"tenants" yaml:"tenants"`
	// Signals are traces, logs, metrics and profiles.
	Signals []string `mapstructure:"signals" yaml:"signals"`
	Keys    []string `mapstructure:"keys" yaml:"keys"`

	Settings `mapstructure:",squash" yaml:",inline"`
}

var signalNames = []string{"traces", "logs", "metrics", "profiles"}

// maxRules bounds what each new scope and each key is compared with.
const maxRules = 256

// Validate reports the first wrong key, what was expected, and what to do.
func (c *PolicyConfig) Validate() error {
	if err := c.Config.Validate(); err != nil {
		return err
	}
	if len(c.Rules) > maxRules {
		return fmt.Errorf("\"rules\" has %d: expected at most %d; patterns with * join many into one", len(c.Rules), maxRules)
	}
	for i := range c.Rules {
		if err := c.Rules[i].validate(&c.Config); err != nil {
			return fmt.Errorf("\"rules[%d]\": %w", i, err)
		}
	}
	return nil
}

func (r *Rule) validate(root *Config) error {
	if len(r.TokenKeys) > 0 || len(r.SealKeys) > 0 || len(r.Patterns) > 0 {
		return fmt.Errorf("\"token_keys\", \"seal_keys\" and \"patterns\" are of the whole policy: expected them beside \"rules\"")
	}
	if len(r.Connectors)+len(r.Tenants)+len(r.Signals)+len(r.Keys) == 0 {
		return fmt.Errorf("expected \"connectors\", \"tenants\", \"signals\" or \"keys\": a rule for everything is the policy itself")
	}
	for _, s := range r.Signals {
		if !slices.Contains(signalNames, s) {
			return fmt.Errorf("\"signals\" names %q: expected %s", s, oneOf(signalNames))
		}
	}
	for _, list := range []struct {
		key      string
		patterns []string
	}{{"connectors", r.Connectors}, {"tenants", r.Tenants}, {"keys", r.Keys}} {
		if err := checkPatterns(list.key, list.patterns); err != nil {
			return err
		}
	}
	return (*Config)(&r.Settings).validateSettings(root)
}

// mergedOver returns what the rule's engine is compiled from.
func (r *Rule) mergedOver(base *Config) Config {
	cfg := *base
	if len(r.Detectors) > 0 {
		cfg.Detectors = r.Detectors
	}
	if r.Mask != "" {
		cfg.Mask = r.Mask
	}
	if r.KeepLast != 0 {
		cfg.KeepLast = r.KeepLast
	}
	if r.Statements != "" {
		cfg.Statements = r.Statements
	}
	cfg.Exclude = slices.Concat(base.Exclude, r.Exclude)
	cfg.BlockedKeys = slices.Concat(base.BlockedKeys, r.BlockedKeys)
	cfg.IgnoredKeys = slices.Concat(base.IgnoredKeys, r.IgnoredKeys)
	cfg.AllowedKeys = slices.Concat(base.AllowedKeys, r.AllowedKeys)
	cfg.AllowedValues = slices.Concat(base.AllowedValues, r.AllowedValues)
	cfg.AllowedPatterns = slices.Concat(base.AllowedPatterns, r.AllowedPatterns)
	cfg.URLQueryKeys = slices.Concat(base.URLQueryKeys, r.URLQueryKeys)
	return cfg
}

// naming says how closely a policy names a detector for an action.
type naming int

const (
	namedNot naming = iota
	namedAll        // action, or all
	namedClass
	namedItself
)

// actionOf finds the action of a detector, and whether the policy means it:
// names it, its class, or a key. What a rule says comes before the policy; in
// each, the detector's name before its class, before all, before action.
func (c *Config) actionOf(d Detector, over *Rule) (a Action, meant bool) {
	how := namedNot
	if over != nil {
		a, how = (*Config)(&over.Settings).ownAction(d)
		meant = how != namedNot && len(over.Keys) > 0
	}
	if how == namedNot {
		a, how = c.ownAction(d)
	}
	// A statement is read by people: only its own name puts tokens into it.
	if how == namedNot || (d.Name == builtInDetectors[detStatement].Name && how != namedItself && a.Do != ActionAllow) {
		a = Action{Do: ActionPlaceholder}
	}
	a.Mask = cmp.Or(a.Mask, c.Mask, defaultMask)
	a.KeepLast = cmp.Or(a.KeepLast, c.KeepLast, defaultKeepLast)
	return a, meant || how >= namedClass
}

func (c *Config) ownAction(d Detector) (Action, naming) {
	if a := c.Actions[d.Name].inferred(); a.Do != "" {
		return a, namedItself
	}
	for _, p := range c.Patterns {
		if p.Name == d.Name && p.Action != "" {
			return Action{Do: p.Action}, namedItself
		}
	}
	if a := c.Actions[d.Class].inferred(); a.Do != "" {
		return a, namedClass
	}
	if a := c.Actions["all"].inferred(); a.Do != "" {
		return a, namedAll
	}
	if c.Action != "" {
		return Action{Do: c.Action}, namedAll
	}
	return Action{}, namedNot
}

// WithFile returns the configuration with a policy file over it: what the file
// says replaces the same key. Keys of tokens and seals may so stay where the
// Collector reads them from, and the policy in a file that changes.
func (c PolicyConfig) WithFile(file PolicyConfig) PolicyConfig {
	out := c
	replace(&out.Detectors, file.Detectors)
	replace(&out.Exclude, file.Exclude)
	replace(&out.BlockedKeys, file.BlockedKeys)
	replace(&out.IgnoredKeys, file.IgnoredKeys)
	replace(&out.AllowedKeys, file.AllowedKeys)
	replace(&out.AllowedValues, file.AllowedValues)
	replace(&out.AllowedPatterns, file.AllowedPatterns)
	replace(&out.URLQueryKeys, file.URLQueryKeys)
	replace(&out.TokenKeys, file.TokenKeys)
	replace(&out.SealKeys, file.SealKeys)
	replace(&out.Patterns, file.Patterns)
	replace(&out.Rules, file.Rules)
	if file.Actions != nil {
		out.Actions = maps.Clone(file.Actions)
	}
	if file.Action != "" {
		out.Action = file.Action
	}
	if file.Mask != "" {
		out.Mask = file.Mask
	}
	if file.KeepLast != 0 {
		out.KeepLast = file.KeepLast
	}
	if file.Statements != "" {
		out.Statements = file.Statements
	}
	return out
}

func replace[T any](list *[]T, with []T) {
	if with != nil {
		*list = slices.Clone(with)
	}
}
