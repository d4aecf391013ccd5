package detect

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// profileVersion is the first byte of an encoded profile. Profiles of another
// version are built anew.
const profileVersion = 5

// Sizes of the parts, in bytes; of those that have parts of their own, the least.
const (
	usualSize    = 2 + 4*slotCount + 2 + 4
	tailSize     = 4 + 1 + 2 + 4 + 4
	endpointSize = 16
	mixSize      = 1 + 3*4 + 1
	mixPartSize  = 12
	peakSize     = 16
	daySize      = 1 // at least
)

// size is at least that of the encoded profile.
func (p *Profile) size() int {
	const counts = 6 * binary.MaxVarintLen32
	n := ratesAt + slotCount + counts + len(p.usual)*usualSize + len(p.tails)*tailSize + len(p.endpoints)*endpointSize + len(p.peaks)*peakSize
	for i := range p.mixes {
		n += mixSize + len(p.mixes[i].parts)*mixPartSize
	}
	for _, day := range p.days {
		n += max(daySize, (bits.Len64(day)+6)/7)
	}
	return n
}

// AppendBinary appends the encoded profile; it does not fail.
func (p *Profile) AppendBinary(out []byte) ([]byte, error) {
	le := binary.LittleEndian
	out = append(out, profileVersion)
	out = le.AppendUint32(out, uint32(p.first))
	out = le.AppendUint32(out, uint32(p.last))
	out = le.AppendUint32(out, math.Float32bits(p.typical))
	out = le.AppendUint32(out, math.Float32bits(p.calm))
	out = le.AppendUint32(out, math.Float32bits(p.modest))
	out = le.AppendUint32(out, math.Float32bits(p.failing))
	out = le.AppendUint32(out, p.peer)
	out = append(out, p.rates[:]...)
	out = binary.AppendUvarint(out, uint64(len(p.usual)))
	for i := range p.usual {
		u := &p.usual[i]
		out = append(out, u.series, u.lookback)
		for s := range slotCount {
			out = le.AppendUint16(out, u.mean[s])
			out = le.AppendUint16(out, u.shrunk[s])
		}
		out = le.AppendUint16(out, u.peak)
		out = le.AppendUint32(out, math.Float32bits(u.size))
	}
	out = binary.AppendUvarint(out, uint64(len(p.tails)))
	for _, x := range p.tails {
		out = le.AppendUint32(out, x.rule)
		out = append(out, x.hours)
		out = le.AppendUint16(out, x.free)
		out = le.AppendUint32(out, math.Float32bits(x.u))
		out = le.AppendUint32(out, math.Float32bits(x.xi))
	}
	out = binary.AppendUvarint(out, uint64(len(p.endpoints)))
	for _, e := range p.endpoints {
		out = le.AppendUint32(out, e.hash)
		out = le.AppendUint32(out, uint32(e.first))
		out = le.AppendUint32(out, math.Float32bits(e.share))
		out = le.AppendUint32(out, e.used)
	}
	out = p.appendMixes(out)
	out = binary.AppendUvarint(out, uint64(len(p.peaks)))
	for _, k := range p.peaks {
		out = le.AppendUint32(out, k.rule)
		out = le.AppendUint32(out, uint32(k.day))
		out = le.AppendUint32(out, math.Float32bits(k.effect))
		out = le.AppendUint32(out, math.Float32bits(k.withheld))
	}
	out = binary.AppendUvarint(out, uint64(len(p.days)))
	for _, day := range p.days {
		out = binary.AppendUvarint(out, day)
	}
	return out, nil
}

func (p *Profile) appendMixes(out []byte) []byte {
	le := binary.LittleEndian
	out = binary.AppendUvarint(out, uint64(len(p.mixes)))
	for i := range p.mixes {
		u := &p.mixes[i]
		out = append(out, u.lookback)
		for _, x := range [...]float32{u.over, u.rest[0], u.rest[1]} {
			out = le.AppendUint32(out, math.Float32bits(x))
		}
		out = binary.AppendUvarint(out, uint64(len(u.parts)))
		for _, part := range u.parts {
			out = le.AppendUint32(out, part.hash)
			out = le.AppendUint32(out, math.Float32bits(part.share[0]))
			out = le.AppendUint32(out, math.Float32bits(part.share[1]))
		}
	}
	return out
}

// MarshalBinary implements encoding.BinaryMarshaler.
func (p *Profile) MarshalBinary() ([]byte, error) { return p.AppendBinary(nil) }

var errProfile = errors.New("cannot read a baseline profile")

// UnmarshalBinary reads what MarshalBinary wrote. An error means that the profile
// has to be built anew.
func (p *Profile) UnmarshalBinary(data []byte) error {
	if len(data) == 0 || data[0] != profileVersion {
		return fmt.Errorf("%w: it is of another version than %d; build it anew", errProfile, profileVersion)
	}
	r := profileReader{data: data[1:]}
	p.first, p.last, p.typical, p.calm, p.modest = int32(r.uint32()), int32(r.uint32()), r.float(), r.float(), r.float()
	p.failing, p.peer = r.float(), r.uint32()
	copy(p.rates[:], r.take(slotCount))
	p.usual = again(p.usual, r.count(usualSize))
	for i := range p.usual {
		u := &p.usual[i]
		u.series, u.lookback = r.byte(), r.byte()
		for s := range slotCount {
			u.mean[s], u.shrunk[s] = r.uint16(), r.uint16()
		}
		u.peak, u.size = r.uint16(), r.float()
	}
	p.tails = again(p.tails, r.count(tailSize))
	for i := range p.tails {
		p.tails[i] = tail{r.uint32(), r.byte(), r.uint16(), r.float(), r.float()}
	}
	p.endpoints = again(p.endpoints, r.count(endpointSize))
	for i := range p.endpoints {
		p.endpoints[i] = endpoint{r.uint32(), int32(r.uint32()), r.float(), r.uint32()}
	}
	r.mixes(p)
	p.peaks = again(p.peaks, r.count(peakSize))
	for i := range p.peaks {
		p.peaks[i] = r.peak()
	}
	p.days = again(p.days, r.count(daySize))
	for i := range p.days {
		p.days[i] = r.uvarint()
	}
	if r.short || len(r.data) > 0 {
		return fmt.Errorf("%w: %d bytes are not what its parts need; build it anew", errProfile, len(data))
	}
	return nil
}

// profileReader reads from data; what is missing is zero, and short.
type profileReader struct {
	data  []byte
	short bool
}

func (r *profileReader) take(n int) []byte {
	if len(r.data) < n {
		r.short, r.data = true, nil
		return make([]byte, n)
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

func (r *profileReader) byte() uint8    { return r.take(1)[0] }
func (r *profileReader) uint16() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *profileReader) uint32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *profileReader) float() float32 { return math.Float32frombits(r.uint32()) }

func (r *profileReader) peak() peak {
	return peak{r.uint32(), int32(r.uint32()), r.float(), r.float()}
}

func (r *profileReader) mixes(p *Profile) {
	p.mixes = again(p.mixes, r.count(mixSize))
	for i := range p.mixes {
		u := &p.mixes[i]
		u.lookback, u.over, u.rest = r.byte(), r.float(), [2]float32{r.float(), r.float()}
		u.parts = again(u.parts, r.count(mixPartSize))
		for k := range u.parts {
			u.parts[k] = mixPart{r.uint32(), [2]float32{r.float(), r.float()}}
		}
	}
}

// again is a slice of n that uses the memory of one, if that has room.
func again[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// skip what has so many bytes each.
func (r *profileReader) skip(size int) { r.take(r.count(size) * size) }

func (r *profileReader) uvarint() uint64 {
	n, used := binary.Uvarint(r.data)
	if used <= 0 {
		r.short, r.data = true, nil
		return 0
	}
	r.data = r.data[used:]
	return n
}

// count reads a number of parts of so many bytes each.
func (r *profileReader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.data)/size) {
		r.short, r.data = true, nil
		return 0
	}
	return int(n)
}
