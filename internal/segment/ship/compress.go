package ship

import (
	"io"

	"github.com/ClickHouse/ch-go/compress"
)

// Compressions of a body on the wire.
const (
	CompressionNone = "none"
	CompressionLZ4  = "lz4"
	CompressionZSTD = "zstd"
)

// frameSize is how much goes into one compressed frame, as in ClickHouse.
const frameSize = 1 << 20

// frames is a body in ClickHouse's own compressed frames, which the parameter
// decompress=1 announces: unlike Content-Encoding they carry a checksum, and
// clickhouse-go lets a single request ask for them.
type frames struct {
	src    io.Reader
	writer *compress.Writer
	in     []byte
	out    []byte // the rest of writer.Data
	err    error
}

var methods = map[string]compress.Method{CompressionLZ4: compress.LZ4, CompressionZSTD: compress.ZSTD}

// compressed gives the body in frames of the method; ok is false where it stays
// as it is. Frames are not pooled: the HTTP transport may read a body after the
// answer has come.
func compressed(body io.Reader, method string) (framed io.Reader, ok bool) {
	m, ok := methods[method]
	if !ok {
		return body, false
	}
	return &frames{src: body, writer: compress.NewWriter(0, m), in: make([]byte, frameSize)}, true
}

// Read implements [io.Reader].
func (f *frames) Read(p []byte) (int, error) {
	for len(f.out) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		n, err := io.ReadFull(f.src, f.in)
		switch err { //nolint:errorlint // io.ReadFull's contract
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			f.err = io.EOF
		default:
			f.err = err
		}
		if n == 0 {
			continue
		}
		if err := f.writer.Compress(f.in[:n]); err != nil {
			return 0, err
		}
		f.out = f.writer.Data
	}
	n := copy(p, f.out)
	f.out = f.out[n:]
	return n, nil
}
