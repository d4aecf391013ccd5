package detect

import (
	"encoding/binary"
	"math"
	"time"
)

// encoded is a profile as a model holds it: in the form in which it is stored, which
// takes a fraction of the memory and nothing of the garbage collector's time. nil is
// none.
type encoded []byte

func encode(p *Profile) encoded {
	data, _ := p.AppendBinary(make([]byte, 0, p.size())) // it does not fail
	return data
}

// profile is nil where there is none.
func (d encoded) profile() *Profile {
	if d == nil {
		return nil
	}
	p := new(Profile)
	d.into(p)
	return p
}

// into replaces what is in p, whose memory it uses again.
func (d encoded) into(p *Profile) {
	if err := p.UnmarshalBinary(d); err != nil {
		panic(err) // whatever is held was encoded here, or checked by PutEncoded
	}
}

// Where the fixed parts of an encoded profile are.
const (
	firstAt   = 1
	lastAt    = firstAt + 4
	failingAt = lastAt + 4*4
	peerAt    = failingAt + 4
	ratesAt   = peerAt + 4
)

func (d encoded) first() int32 { return int32(binary.LittleEndian.Uint32(d[firstAt:])) }

func (d encoded) last() int32 { return int32(binary.LittleEndian.Uint32(d[lastAt:])) }

func (d encoded) failing() float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(d[failingAt:]))
}

func (d encoded) peer() uint32 { return binary.LittleEndian.Uint32(d[peerAt:]) }

// always is Profile.always.
func (d encoded) always(slot uint8) bool { return alwaysActive(d[ratesAt+int(slot)]) }

// peaks appends the profile's.
func (d encoded) peaks(to []peak) []peak {
	r := profileReader{data: d[ratesAt+slotCount:]}
	r.skip(usualSize)
	r.skip(tailSize)
	r.skip(endpointSize)
	for range r.count(mixSize) {
		r.take(mixSize - 1)
		r.skip(mixPartSize)
	}
	for range r.count(peakSize) {
		to = append(to, r.peak())
	}
	return to
}

// profile of an entity, nil if there is none.
func (m *Model) profile(key Key) *Profile { return m.profiles[key].profile() }

// Put adds the profile of an entity.
func (m *Model) Put(key Key, p *Profile) { m.profiles[key] = encode(p) }

// PutEncoded adds what EachEncoded gave. An error means that it has to be built
// anew. The model keeps data.
func (m *Model) PutEncoded(key Key, data []byte) error {
	if err := m.scratch.UnmarshalBinary(data); err != nil {
		return err
	}
	m.profiles[key] = data
	return nil
}

// Each calls do for every profile, in no order.
func (m *Model) Each(do func(Key, *Profile)) {
	for key, data := range m.profiles {
		do(key, data.profile())
	}
}

// EachEncoded calls do for every profile in the form in which it is stored, in no
// order.
func (m *Model) EachEncoded(do func(Key, []byte)) {
	for key, data := range m.profiles {
		do(key, data)
	}
}

// Rebase returns a model of the same profiles with what the rules know of the fleet
// put in place of its own. The other is of no further use.
func (m *Model) Rebase(rules []*Rule, fleets []*Fleet) *Model {
	again := NewModel(rules, m.Day, fleets, m.opts)
	again.profiles = m.profiles
	return again
}

// States counts entities by how much is known of them: those with a profile, and
// those of recent that have none.
func (m *Model) States(rule *Rule, recent *History, at time.Time) map[State]int {
	counts := map[State]int{Learning: 0, Ready: 0, Stale: 0}
	for key := range m.profiles {
		counts[m.State(rule, key, at)]++
	}
	for i := range recent.Entities {
		if m.profiles[recent.Entities[i].Key()] == nil {
			counts[Learning]++
		}
	}
	return counts
}
