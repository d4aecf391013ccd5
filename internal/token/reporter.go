package token

import "sync"

// reporter tells what becomes of a key set; a failure once until it is another or over.
type reporter struct {
	to func(err error) // nil: good keys are in force

	mu   sync.Mutex
	told string // the failure that was told last, "" once it is over
}

func (r *reporter) failed(err error) {
	if r.remember(err.Error()) {
		r.to(err)
	}
}

// good tells that a failure is over, if there was one.
func (r *reporter) good() {
	if r.remember("") {
		r.to(nil)
	}
}

// changed tells that new keys are in force.
func (r *reporter) changed() {
	r.remember("")
	r.to(nil)
}

// remember reports whether text is news.
func (r *reporter) remember(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text == r.told {
		return false
	}
	r.told = text
	return true
}
