package detect

import (
	"cmp"
	"slices"
)

// Together: an endpoint that several peers begin to call on one day.
//
// A new version of a connector, or of the API, brings the same new endpoint to many of a
// peer group at once. That is one piece of news, told once. By chance it hardly happens:
// where a connector takes up something new with a probability of λ a day, one of E
// endpoints, k of m peers take up the same one with a probability below C(m,k)·λᵏ/Eᵏ⁻¹;
// 2e-7 for 5 of 50 at λ = 2 % and E = 14. It may as well be one who holds the credentials
// of many: so it is told, but not as many times as it has victims.

const (
	togetherLeast = 5   // entities
	togetherShare = 0.1 // of the peer group
)

// Uptake is an endpoint that several of a peer group call for the first time.
type Uptake struct {
	Peer     string
	Endpoint string
	Entities int
	Peers    int // in the group
	Calls    float64
	From, To int
	Strength float64 // of the most unusual of them
}

// Together splits what a rule found in the window that ends at one hour: candidates of
// single entities, and what several peers took up together. Other rules' candidates stay
// as they are.
func (m *Model) Together(rule *Rule, h *History, found []Candidate) (single []Candidate, uptakes []Uptake) {
	if rule.kind() != newsKind || len(found) < togetherLeast {
		return found, nil
	}
	type group struct{ peer, endpoint string }
	all := map[group]*Uptake{}
	for i := range found {
		c, e := &found[i], &h.Entities[found[i].Entity]
		for _, k := range c.New {
			key := group{e.Peer, e.Endpoints[k].Name}
			u := all[key]
			if u == nil {
				u = &Uptake{Peer: key.peer, Endpoint: key.endpoint, From: c.From, To: c.To}
				all[key] = u
			}
			calls, _ := e.Endpoints[k].Within(c.From, c.To)
			u.Entities, u.Calls, u.From, u.Strength = u.Entities+1, u.Calls+calls, min(u.From, c.From), max(u.Strength, c.Strength)
		}
	}
	for key, u := range all {
		if key.peer != "" && u.Entities >= togetherLeast {
			u.Peers = m.groupSize(key.peer)
		}
		if u.Peers == 0 || float64(u.Entities) < togetherShare*float64(u.Peers) {
			delete(all, key)
			continue
		}
		uptakes = append(uptakes, *u)
	}
	slices.SortFunc(uptakes, func(a, b Uptake) int {
		return cmp.Or(cmp.Compare(a.Peer, b.Peer), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	for _, c := range found {
		e := &h.Entities[c.Entity]
		if slices.ContainsFunc(c.New, func(k int) bool { return all[group{e.Peer, e.Endpoints[k].Name}] == nil }) {
			single = append(single, c)
		}
	}
	return single, uptakes
}

// groupSize is how many entities a peer group has.
func (m *Model) groupSize(peer string) int {
	n, name := 0, hash(peer)
	for _, data := range m.profiles {
		if data.peer() == name {
			n++
		}
	}
	return n
}
