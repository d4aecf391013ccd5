package redact

import "fmt"

// Marks returns every token and sealed value that the policy's keys, whichever
// was or will be the first, can have made of a value: for whatever detector has
// found it. Of the secrets' detectors there are no sealed values: those would be
// of a password.
func (p *Policy) Marks(value string) ([]string, error) {
	e := p.base
	seen := map[string]struct{}{}
	var marks []string
	add := func(mark string) {
		if _, ok := seen[mark]; !ok {
			seen[mark] = struct{}{}
			marks = append(marks, mark)
		}
	}
	for i := range e.replacers {
		r := &e.replacers[i]
		canonical := value
		if r.canonical != nil {
			canonical = r.canonical(value)
		}
		for _, key := range e.tokens {
			add(string(key.put(nil, r.tokenLabel, r.domain, canonical, r.grouped)))
		}
		if r.secret {
			continue
		}
		for k := range e.seals {
			mark, err := e.seals[k:k+1].seal(nil, r, value)
			if err != nil {
				return nil, fmt.Errorf("cannot tell what key %s makes of a value: %w", e.seals[k].id, err)
			}
			add(string(mark))
		}
	}
	return marks, nil
}
