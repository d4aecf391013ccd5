package provenance

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// chunk is how much is gathered before it is hashed: enough to be fast, little
// enough to stay in the processor's cache.
const chunk = 16 << 10

// hasher writes a request in a form that no other request has: numbers have a
// fixed size, all else is preceded by its length.
type hasher struct {
	buf    []byte
	digest *xxh3.Hasher
}

var hashers = sync.Pool{New: func() any {
	return &hasher{buf: make([]byte, 0, 2*chunk), digest: xxh3.New()}
}}

func newHasher(ctx context.Context, signal byte, sender string) *hasher {
	h := hashers.Get().(*hasher)
	h.buf = append(h.buf[:0], signal)
	h.digest.Reset()
	source, _ := From(ctx)
	h.text(source.Receiver)
	h.text(source.Format)
	h.text(sender)
	return h
}

// release must not keep the memory of a giant value.
func (h *hasher) release() {
	if cap(h.buf) <= 64*chunk {
		hashers.Put(h)
	}
}

func (h *hasher) sum() [16]byte {
	_, _ = h.digest.Write(h.buf) // never fails
	return h.digest.Sum128().Bytes()
}

// spill keeps the buffer small; it is called once a record.
func (h *hasher) spill() {
	if len(h.buf) >= chunk {
		_, _ = h.digest.Write(h.buf)
		h.buf = h.buf[:0]
	}
}

// room makes the buffer n bytes longer and returns these.
func (h *hasher) room(n int) []byte {
	end := len(h.buf)
	if end+n > cap(h.buf) {
		h.buf = slices.Grow(h.buf, n)
	}
	h.buf = h.buf[:end+n]
	return h.buf[end:]
}

func (h *hasher) number(n uint64) { h.buf = binary.LittleEndian.AppendUint64(h.buf, n) }

func (h *hasher) float(f float64) { h.number(math.Float64bits(f)) }

func (h *hasher) small(n uint32) { h.buf = binary.LittleEndian.AppendUint32(h.buf, n) }

func (h *hasher) byte(b byte) { h.buf = append(h.buf, b) }

func (h *hasher) flag(b bool) {
	if b {
		h.byte(1)
	} else {
		h.byte(0)
	}
}

func (h *hasher) text(s string) {
	h.small(uint32(len(s)))
	h.buf = append(h.buf, s...)
}

func (h *hasher) trace(id pcommon.TraceID) { h.buf = append(h.buf, id[:]...) }

func (h *hasher) span(id pcommon.SpanID) { h.buf = append(h.buf, id[:]...) }

func (h *hasher) numbers(s pcommon.UInt64Slice) {
	h.small(uint32(s.Len()))
	for i := range s.Len() {
		h.number(s.At(i))
	}
}

func (h *hasher) floats(s pcommon.Float64Slice) {
	h.small(uint32(s.Len()))
	for i := range s.Len() {
		h.float(s.At(i))
	}
}

func (h *hasher) attributes(m pcommon.Map) {
	h.small(uint32(m.Len()))
	for k, v := range m.All() {
		// Most values are text; this is most of the work. What has a text is one:
		// that is quicker found out than the type.
		if s := v.Str(); s != "" || v.Type() == pcommon.ValueTypeStr {
			to := h.room(8 + len(k) + len(s))
			binary.LittleEndian.PutUint64(to, uint64(len(k))<<32|uint64(uint32(len(s))))
			copy(to[8+copy(to[8:], k):], s)
			continue
		}
		h.small(math.MaxUint32) // no length of a text
		h.text(k)
		h.value(v)
	}
}

func (h *hasher) value(v pcommon.Value) {
	kind := v.Type()
	h.byte(byte(kind))
	switch kind {
	case pcommon.ValueTypeStr:
		h.text(v.Str())
	case pcommon.ValueTypeInt:
		h.number(uint64(v.Int()))
	case pcommon.ValueTypeDouble:
		h.float(v.Double())
	case pcommon.ValueTypeBool:
		h.flag(v.Bool())
	case pcommon.ValueTypeBytes:
		b := v.Bytes()
		h.small(uint32(b.Len()))
		for i := range b.Len() {
			h.byte(b.At(i))
		}
	case pcommon.ValueTypeMap:
		h.attributes(v.Map())
	case pcommon.ValueTypeSlice:
		s := v.Slice()
		h.small(uint32(s.Len()))
		for i := range s.Len() {
			h.value(s.At(i))
		}
	}
}

func (h *hasher) resource(r pcommon.Resource, schemaURL string) {
	h.attributes(r.Attributes())
	h.small(r.DroppedAttributesCount())
	h.text(schemaURL)
}

func (h *hasher) scope(s pcommon.InstrumentationScope, schemaURL string) {
	h.text(s.Name())
	h.text(s.Version())
	h.attributes(s.Attributes())
	h.small(s.DroppedAttributesCount())
	h.text(schemaURL)
}
