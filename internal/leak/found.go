package leak

import (
	"fmt"
	"slices"
	"strings"
)

// Found is where values were found, by name, then place, and how often. It is
// safe to print.
type Found map[string]map[string]int

func (f Found) add(name, place string, times int) {
	if times == 0 {
		return
	}
	if f[name] == nil {
		f[name] = map[string]int{}
	}
	f[name][place] += times
}

// Places lists "e-mail address in table spans (12)".
func (f Found) Places() []string {
	all := []string{}
	for name, in := range f {
		for place, n := range in {
			all = append(all, fmt.Sprintf("%s in %s (%d)", name, place, n))
		}
	}
	slices.Sort(all)
	return all
}

// In tells whether a value was found in places of one sort, such as "table ".
func (f Found) In(name, sort string) bool {
	for place := range f[name] {
		if strings.HasPrefix(place, sort) {
			return true
		}
	}
	return false
}

func (f Found) at(place string) bool {
	for _, in := range f {
		if in[place] > 0 {
			return true
		}
	}
	return false
}

// Merge adds what another search found, with a word before its places.
func (f Found) Merge(before string, other Found) {
	for name, in := range other {
		for place, n := range in {
			f.add(name, before+place, n)
		}
	}
}

// Searched is how much a search looked through.
type Searched struct {
	Tables   int `json:"tables"`
	Rows     int `json:"rows"`
	Segments int `json:"segments"`
	Files    int `json:"files"`
}
