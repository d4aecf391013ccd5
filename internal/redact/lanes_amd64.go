package redact

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/cpu"
)

var (
	hasVector = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT
	hasWide   = hasVector && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VBMI && cpu.X86.HasAVX512VBMI2 && cpu.X86.HasAVX512GFNI
)

func (l *lanes) readVector(text string) {
	lanesAVX2(&laneTables, unsafe.StringData(text), len(text), l)
}

// lanesAVX2 reads the lanes of the n bytes at text, at most 64, and no byte that
// is not of the text: behind it may be a page that is not there.
//
//go:noescape
func lanesAVX2(t *laneTable, text *byte, n int, to *lanes)

// laneTable is what lanesAVX2 looks up; it knows the offsets.
//
// A byte is in a lane if both its halves allow it: lo[c&15] & hi[c>>4], with a
// bit for every lane. Such a pair of tables holds, of each lane, one set of low
// halves for some of the high ones (of 0x3_ = : >, of 0x2_ &), so a lane needs
// as many pairs as it has different sets. The stops have the most, and the last
// pair alone: any bit of it is a stop.
type laneTable struct {
	pairs [lanePairs + 1]struct{ lo, hi [32]byte } // 16 bytes, twice
	low   [32]byte                                 // 0x0f
	stop  [32]byte                                 // the bit of laneStop

	// Read from the ninth on, less one for every four bytes of a text: a mask of
	// them, and of the four behind them.
	whole, rest [16]uint32
}

const lanePairs = 3

var laneTables = func() (t laneTable) {
	for lane := range 8 {
		var sets []uint16
		for hi := range 16 {
			set := lowHalves(lane, hi)
			if set == 0 {
				continue
			}
			k := slices.Index(sets, set)
			if k < 0 {
				k, sets = len(sets), append(sets, set)
			}
			if lane == laneStop {
				t.add(lanePairs, 1<<k, set, hi)
			} else {
				t.add(k, 1<<lane, set, hi)
			}
		}
	}
	for i := range t.low {
		t.low[i], t.stop[i] = 0x0f, 1<<laneStop
	}
	for i := range 8 {
		t.whole[i] = ^uint32(0)
	}
	t.rest[8] = ^uint32(0)
	return t
}()

// lowHalves returns which bytes with a high half are in the lane.
func lowHalves(lane, hi int) (set uint16) {
	for lo := range 16 {
		set |= uint16(lanesOf[hi<<4|lo]>>(8*lane)&1) << lo
	}
	return set
}

// add lets the pair set a bit for the low halves of a set behind a high one.
func (t *laneTable) add(pair int, bit byte, set uint16, hi int) {
	p := &t.pairs[pair]
	for lo := range 16 {
		p.lo[lo] |= byte(set>>lo&1) * bit
		p.lo[lo+16] = p.lo[lo]
	}
	p.hi[hi] |= bit
	p.hi[hi+16] |= bit
}
