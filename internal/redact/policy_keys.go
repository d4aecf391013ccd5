package redact

import (
	"path"
	"strings"
)

// keySet holds names and patterns of attribute keys, tenants or connectors.
// The zero value matches nothing.
type keySet struct {
	exact  map[string]struct{}
	length uint64 // bit n: an exact name has n bytes, or n modulo 64
	globs  []glob
	fold   bool // without case
}

// glob is a pattern with wildcards; * matches any run, also over dots.
type glob struct {
	pattern        string // for path.Match, unless simple
	prefix, suffix string // of prefix*suffix
	simple         bool
}

func newKeySet(patterns []string, fold bool) keySet {
	set := keySet{fold: fold}
	for _, p := range patterns {
		if fold {
			p = strings.ToLower(p)
		}
		if strings.ContainsAny(p, `*?[\`) {
			set.globs = append(set.globs, newGlob(p))
			continue
		}
		if set.exact == nil {
			set.exact = map[string]struct{}{}
		}
		set.exact[p] = struct{}{}
		set.length |= 1 << (len(p) % 64)
	}
	return set
}

func newGlob(p string) glob {
	prefix, suffix, _ := strings.Cut(p, "*")
	simple := strings.Count(p, "*") == 1 && !strings.ContainsAny(p, `?[\`)
	// A slash is no boundary in a key.
	return glob{pattern: strings.ReplaceAll(p, "/", "\x00"), prefix: prefix, suffix: suffix, simple: simple}
}

func (set *keySet) empty() bool { return set.length == 0 && len(set.globs) == 0 }

// has costs a few nanoseconds for a key that no name has the length of.
func (set *keySet) has(key string) bool {
	if set.length&(1<<(len(key)%64)) != 0 && set.hasExact(key) {
		return true
	}
	for i := range set.globs {
		if set.globs[i].matches(key, set.fold) {
			return true
		}
	}
	return false
}

func (set *keySet) hasExact(key string) bool {
	if _, ok := set.exact[key]; ok || !set.fold {
		return ok
	}
	var buf [maxKeyLength]byte
	if len(key) > len(buf) {
		_, ok := set.exact[strings.ToLower(key)]
		return ok
	}
	capitals := false
	for i := range len(key) {
		c := key[i]
		if isUpper(c) {
			c |= 0x20
			capitals = true
		}
		buf[i] = c
	}
	if !capitals {
		return false
	}
	_, ok := set.exact[string(buf[:len(key)])] // without an allocation
	return ok
}

func (g *glob) matches(key string, fold bool) bool {
	switch {
	case g.simple && len(key) < len(g.prefix)+len(g.suffix):
		return false
	case g.simple && fold:
		return hasFold(key, g.prefix) && endsFold(key, g.suffix)
	case g.simple:
		return strings.HasPrefix(key, g.prefix) && strings.HasSuffix(key, g.suffix)
	case fold:
		key = strings.ToLower(key)
	}
	ok, err := path.Match(g.pattern, strings.ReplaceAll(key, "/", "\x00"))
	return ok && err == nil
}
