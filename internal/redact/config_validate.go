package redact

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minMask = 3  // characters
	maxMask = 64 // bytes: it may be written a million times
)

// isMask refuses what a value could well be, or begin with.
func isMask(mask string) bool {
	return utf8.RuneCountInString(mask) >= minMask && strings.ContainsFunc(mask, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	})
}

// validateSettings checks what a rule may say too; root has the keys and the
// patterns.
func (c *Config) validateSettings(root *Config) error {
	for _, list := range []struct {
		key   string
		names []string
	}{{"detectors", c.Detectors}, {"exclude", c.Exclude}} {
		for _, name := range list.names {
			if !root.known(name) {
				return unknownDetector(list.key, name)
			}
		}
	}
	if err := c.validateActions(root); err != nil {
		return err
	}
	for _, list := range []struct {
		key      string
		patterns []string
	}{{"blocked_keys", c.BlockedKeys}, {"ignored_keys", c.IgnoredKeys}, {"allowed_keys", c.AllowedKeys}} {
		if err := checkPatterns(list.key, list.patterns); err != nil {
			return err
		}
	}
	for _, p := range c.AllowedPatterns {
		if _, err := regexp.Compile(p); err != nil {
			return fmt.Errorf("\"allowed_patterns\" has %q: expected an RE2 expression that covers a whole match: %w", p, err)
		}
	}
	if c.Statements != "" && c.Statements != "on" && c.Statements != "off" {
		return fmt.Errorf("\"statements\" is %q: expected on or off", c.Statements)
	}
	return nil
}

func (c *Config) validateActions(root *Config) error {
	if err := root.checkAction("", "action", Action{Do: c.Action, Mask: c.Mask, KeepLast: c.KeepLast}); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(c.Actions)) {
		if !root.known(name) {
			return unknownDetector("actions", name)
		}
		if err := root.checkAction("actions::"+name+"::", "actions::"+name, c.Actions[name]); err != nil {
			return err
		}
	}
	return nil
}

// checkAction knows what an action needs. prefix stands before the keys mask
// and keep_last in an error, key is that of the action's name.
func (c *Config) checkAction(prefix, key string, a Action) error {
	if a.Do != "" && !slices.Contains(actionNames, a.Do) {
		return fmt.Errorf("%q is %q: expected %s", key, a.Do, oneOf(actionNames))
	}
	if a.KeepLast < 0 || a.KeepLast > maxKeepLast {
		return fmt.Errorf("%q is %d: expected 0 to %d; 0 means %d", prefix+"keep_last", a.KeepLast, maxKeepLast, defaultKeepLast)
	}
	if len(a.Mask) > maxMask || strings.ContainsFunc(a.Mask, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) {
		return fmt.Errorf("%q has %d bytes: expected at most %d, all printable", prefix+"mask", len(a.Mask), maxMask)
	}
	if a.Mask != "" && !isMask(a.Mask) {
		return fmt.Errorf("%q is %q: expected at least %d characters, one of them no letter, digit, _ or -, as in ****: a shorter or plainer mask may be the beginning of a value, which would then pass as masked", prefix+"mask", a.Mask, minMask)
	}
	if a.Do == ActionToken && len(c.TokenKeys) == 0 {
		return fmt.Errorf("%q is token: expected \"token_keys\" with at least one key, as [{id: k1, secret: \"${env:WEIR_TOKEN_KEY}\"}]", key)
	}
	if a.Do == ActionEncrypt && len(c.SealKeys) == 0 {
		return fmt.Errorf("%q is encrypt: expected \"seal_keys\" with at least one key, as [{id: k1, secret: \"${env:WEIR_SEAL_KEY}\"}]", key)
	}
	return nil
}

func (c *Config) validateKeys() error {
	for _, list := range []struct {
		name string
		keys []Key
	}{{"token_keys", c.TokenKeys}, {"seal_keys", c.SealKeys}} {
		seen := map[string]bool{}
		for i, k := range list.keys {
			if err := k.validate(); err != nil {
				return fmt.Errorf("\"%s[%d]\" %w", list.name, i, err)
			}
			if seen[k.ID] {
				return fmt.Errorf("\"%s[%d]\" has the id %q of an earlier key: expected one id a key, as it stands in every token", list.name, i, k.ID)
			}
			seen[k.ID] = true
		}
	}
	return nil
}

func (c *Config) validatePatterns() error {
	seen := map[string]bool{}
	for i, p := range c.Patterns {
		if err := p.validate(c); err != nil {
			return fmt.Errorf("\"patterns[%d]\" %w", i, err)
		}
		if seen[p.Name] || isDetector(detectors, p.Name) {
			return fmt.Errorf("\"patterns[%d]\" has the name %q of another detector: expected a name of its own", i, p.Name)
		}
		seen[p.Name] = true
	}
	return nil
}

func (p Pattern) validate(c *Config) error {
	if !isName(p.Name) || isClass(p.Name) || p.Name == "all" {
		return fmt.Errorf("has the \"name\" %q: expected a-z, 0-9 and _, a letter first, at most %d characters, and no class", p.Name, maxName)
	}
	if p.Class != "" && !slices.Contains(classNames, p.Class) {
		return fmt.Errorf("(%s) has the \"class\" %q: expected %s", p.Name, p.Class, oneOf(classNames))
	}
	severities := []string{SeverityCritical, SeverityHigh, SeverityMedium, SeverityLow}
	if p.Severity != "" && !slices.Contains(severities, p.Severity) {
		return fmt.Errorf("(%s) has the \"severity\" %q: expected %s", p.Name, p.Severity, oneOf(severities))
	}
	if p.Placeholder != "" && !isPlaceholder(p.Placeholder) {
		return fmt.Errorf("(%s) has the \"placeholder\" %q: expected capitals, digits and _ in angle brackets, as <ORDER_NUMBER>, at most %d characters", p.Name, p.Placeholder, maxLabel)
	}
	if _, err := regexp.Compile(p.Pattern); err != nil || p.Pattern == "" {
		return errors.Join(fmt.Errorf("(%s) has the \"pattern\" %q: expected an RE2 expression", p.Name, p.Pattern), err)
	}
	if err := c.checkAction("", "action", Action{Do: p.Action}); err != nil {
		return fmt.Errorf("(%s): %w", p.Name, err)
	}
	return nil
}

// maxName bounds the name of a pattern, which is a label of metrics.
const maxName = 30

func isName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (i == 0 || !isDigit(c) && c != '_') {
			return false
		}
	}
	return name != "" && len(name) <= maxName
}

func isPlaceholder(text string) bool {
	return len(text) > 3 && text[0] == '<' && text[len(text)-1] == '>' && labelEnd(text, 1) == len(text)-1
}

func checkPatterns(key string, patterns []string) error {
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			return fmt.Errorf("%q has the pattern %q: expected a key with * and ?, such as *.internal_note", key, p)
		}
	}
	return nil
}

func unknownDetector(key, name string) error {
	return fmt.Errorf("%q names %q: expected all, a class (%s) or a detector; `weirctl redact --list` prints them", key, name, strings.Join(classNames, ", "))
}

// known reports whether name is all, a class, a detector, or a pattern of c.
func (c *Config) known(name string) bool {
	return name == "all" || isClass(name) || isDetector(detectors, name) ||
		slices.ContainsFunc(c.Patterns, func(p Pattern) bool { return p.Name == name })
}

func isClass(name string) bool { return slices.Contains(classNames, name) }

func isDetector(table []Detector, name string) bool {
	return slices.ContainsFunc(table, func(d Detector) bool { return d.Name == name })
}

// oneOf lists names for an error: a, b or c.
func oneOf(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
