package selfcheck

import "regexp"

// Finding is something that should have been redacted, in bytes of the text.
type Finding struct {
	Detector string // as the engine calls it
	Start    int
	End      int
}

// rule finds one kind of secret.
type rule struct {
	detector string
	pattern  *regexp.Regexp                // its first group is the finding
	valid    func(match string) bool       // nil: the pattern says it all
	excused  func(key, before string) bool // nil: never; else whether the name or the text before says it is something else
}

// Checker holds the compiled rules. It is safe for concurrent use.
type Checker struct{ rules []rule }

// New compiles the rules.
func New() *Checker { return &Checker{rules: rules()} }

// Find returns what it recognises in text, which stands under key.
func (c *Checker) Find(key, text string) []Finding {
	var findings []Finding
	for i := range c.rules {
		r := &c.rules[i]
		for _, at := range r.pattern.FindAllStringSubmatchIndex(text, -1) {
			start, end := at[2], at[3]
			if start < 0 || (r.valid != nil && !r.valid(text[start:end])) {
				continue
			}
			if r.excused != nil && r.excused(key, text[:start]) {
				continue
			}
			findings = append(findings, Finding{r.detector, start, end})
		}
	}
	return findings
}

// Detectors names the kinds, each once.
func (c *Checker) Detectors() []string {
	var names []string
	seen := map[string]bool{}
	for i := range c.rules {
		if name := c.rules[i].detector; !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
