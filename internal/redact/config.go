package redact

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
)

// Actions say what is put in place of a match.
const (
	ActionPlaceholder = "placeholder" // <EMAIL>, <CARD>, …
	ActionMask        = "mask"        // Config.Mask
	ActionDrop        = "drop"        // nothing
	ActionKeepLast    = "keep_last"   // Config.Mask and the last Config.KeepLast characters
)

// Failed is put in place of a value that could not be scanned to its end.
const Failed = "<REDACTION_FAILED>"

// Config chooses detectors and actions. The zero value means: all detectors,
// placeholders.
type Config struct {
	// Detectors are names or classes of detectors (secret, financial, pii), or
	// all. Empty means all.
	Detectors []string `mapstructure:"detectors"`
	// Exclude takes detectors or classes out again.
	Exclude []string `mapstructure:"exclude"`
	// Action is placeholder (default), mask, drop or keep_last.
	Action string `mapstructure:"action"`
	// Actions overrides Action for a detector or a class.
	Actions map[string]string `mapstructure:"actions"`
	// Mask is what mask and keep_last write. Default "****".
	Mask string `mapstructure:"mask"`
	// KeepLast is how many characters keep_last leaves. Default 4.
	KeepLast int `mapstructure:"keep_last"`
	// BlockedKeys are patterns (path.Match, without case) of keys whose whole
	// value goes, besides the built-in ones such as password and authorization.
	BlockedKeys []string `mapstructure:"blocked_keys"`
	// IgnoredKeys are patterns of keys whose values are left as they are.
	IgnoredKeys []string `mapstructure:"ignored_keys"`
	// AllowedValues are matches that are left as they are, compared exactly with
	// the matched text: noreply@example.com.
	AllowedValues []string `mapstructure:"allowed_values"`
}

// maxKeepLast bounds what keep_last shows of a match.
const maxKeepLast = 8

// Validate reports the first wrong key, what was expected, and what to do.
func (c *Config) Validate() error {
	for _, list := range []struct {
		key   string
		names []string
	}{{"detectors", c.Detectors}, {"exclude", c.Exclude}} {
		for _, name := range list.names {
			if !known(name) {
				return unknownDetector(list.key, name)
			}
		}
	}
	if err := checkAction("action", c.Action); err != nil {
		return err
	}
	for _, name := range sortedKeys(c.Actions) {
		if !known(name) {
			return unknownDetector("actions", name)
		}
		if err := checkAction("actions::"+name, c.Actions[name]); err != nil {
			return err
		}
	}
	if c.KeepLast < 0 || c.KeepLast > maxKeepLast {
		return fmt.Errorf("\"keep_last\" is %d: expected 0 to %d; 0 means 4", c.KeepLast, maxKeepLast)
	}
	if err := checkPatterns("blocked_keys", c.BlockedKeys); err != nil {
		return err
	}
	return checkPatterns("ignored_keys", c.IgnoredKeys)
}

func checkAction(key, action string) error {
	switch action {
	case "", ActionPlaceholder, ActionMask, ActionDrop, ActionKeepLast:
		return nil
	}
	return fmt.Errorf("%q is %q: expected placeholder, mask, drop or keep_last", key, action)
}

func checkPatterns(key string, patterns []string) error {
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("%q has the pattern %q: %w; expected a key with * and ?, such as *.internal_note", key, p, err)
		}
	}
	return nil
}

func unknownDetector(key, name string) error {
	return fmt.Errorf("%q names %q: expected all, a class (secret, financial, pii) or a detector; `weirctl redact --list` prints them", key, name)
}

func known(name string) bool {
	return name == "all" || slices.ContainsFunc(detectors, func(d Detector) bool { return d.Name == name || d.Class == name })
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// keyPattern matches keys without case; a pattern without wildcards is compared.
type keyPattern struct {
	pattern string
	literal bool
}

func compilePatterns(patterns []string) []keyPattern {
	var compiled []keyPattern
	for _, p := range patterns {
		compiled = append(compiled, keyPattern{pattern: strings.ToLower(p), literal: !strings.ContainsAny(p, "*?[\\")})
	}
	return compiled
}

func matchesAny(patterns []keyPattern, key string) bool {
	for _, p := range patterns {
		if p.literal {
			if strings.EqualFold(p.pattern, key) {
				return true
			}
			continue
		}
		if ok, err := path.Match(p.pattern, strings.ToLower(key)); ok && err == nil {
			return true
		}
	}
	return false
}
