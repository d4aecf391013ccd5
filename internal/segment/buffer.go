package segment

import "sync"

// maxPooled keeps a rare giant request from pinning its memory.
const maxPooled = 16 << 20

type buffer struct{ b []byte }

// buffers holds framing memory between appends.
var buffers = sync.Pool{New: func() any { return new(buffer) }}

func getBuffer() *buffer { return buffers.Get().(*buffer) }

func putBuffer(b *buffer) {
	if cap(b.b) <= maxPooled {
		buffers.Put(b)
	}
}
