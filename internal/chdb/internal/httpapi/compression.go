package httpapi

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxWindow of a zstd body is memory taken before a byte of it is decoded; all
// levels but the "ultra" ones need 8 MiB at most.
const maxWindow = 32 << 20

// decoded reads a body in the given Content-Encoding.
func decoded(body io.Reader, encoding string) (io.Reader, error) {
	var reader io.Reader
	var err error
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		reader, err = gzip.NewReader(body)
	case "deflate":
		reader, err = zlib.NewReader(body)
	case "zstd":
		var decoder *zstd.Decoder
		decoder, err = zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err == nil {
			reader = decoder.IOReadCloser()
		}
	case "lz4":
		reader = lz4.NewReader(body)
	default:
		return nil, exception(codeNotImplemented, "Unknown compression method '%s': use gzip, deflate, zstd or lz4.", printable(encoding))
	}
	if err != nil {
		return nil, exception(codeCannotDecompress, "cannot read the body as %s: %v.", printable(encoding), err)
	}
	return badData{reader, encoding}, nil
}

// unblocked reads a body in ClickHouse's own compressed blocks (decompress=1).
func unblocked(body io.Reader) io.Reader {
	return badData{plainEnd{chcompress.NewReader(body)}, "ClickHouse blocks"}
}

// plainEnd is the bare io.EOF at the end of the last block: ch-go wraps it. An
// end within a block is io.ErrUnexpectedEOF and stays an error.
type plainEnd struct{ io.Reader }

func (p plainEnd) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if errors.Is(err, io.EOF) {
		err = io.EOF
	}
	return n, err
}

// badData turns a decompressor's complaint into an exception.
type badData struct {
	io.Reader
	encoding string
}

func (b badData) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == nil || err == io.EOF { //nolint:errorlint // io.Reader's contract
		return n, err
	}
	if known := asException(err); known.Code != codeUnknownException {
		return n, known
	}
	return n, exception(codeCannotDecompress, "cannot read the body as %s: %v.", printable(b.encoding), err)
}

// limited fails when more than limit bytes come out of a compressed body.
type limited struct {
	io.Reader
	left, limit int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, &http.MaxBytesError{Limit: l.limit}
	}
	return n, err
}

// flusher is a compressor that can hand out what it holds.
type flusher interface {
	io.WriteCloser
	Flush() error
}

// encoder compresses an answer in the first encoding of Accept-Encoding that
// is known; empty when none is.
func encoder(w io.Writer, accept string) (flusher, string) {
	for part := range strings.SplitSeq(accept, ",") {
		name, quality, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		if strings.ReplaceAll(quality, " ", "") == "q=0" {
			continue
		}
		switch name {
		case "gzip":
			return gzip.NewWriter(w), name
		case "deflate":
			return zlib.NewWriter(w), name
		case "zstd":
			if z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest)); err == nil {
				return z, name
			}
		case "lz4":
			return lz4.NewWriter(w), name
		}
	}
	return nil, ""
}

// blocks writes ClickHouse's own compressed blocks (compress=1), each with its
// CityHash128 checksum.
type blocks struct {
	w       io.Writer
	writer  *chcompress.Writer
	pending []byte
}

const blockSize = 1 << 20

func newBlocks(w io.Writer, method string) *blocks {
	m := chcompress.LZ4
	if strings.EqualFold(method, "ZSTD") {
		m = chcompress.ZSTD
	}
	return &blocks{w: w, writer: chcompress.NewWriter(0, m)}
}

func (b *blocks) Write(p []byte) (int, error) {
	written := len(p)
	for len(b.pending)+len(p) >= blockSize {
		n := blockSize - len(b.pending)
		b.pending = append(b.pending, p[:n]...)
		p = p[n:]
		if err := b.Flush(); err != nil {
			return 0, err
		}
	}
	b.pending = append(b.pending, p...)
	return written, nil
}

func (b *blocks) Flush() error {
	if len(b.pending) == 0 {
		return nil
	}
	if err := b.writer.Compress(b.pending); err != nil {
		return err
	}
	b.pending = b.pending[:0]
	_, err := b.w.Write(b.writer.Data)
	return err
}

func (b *blocks) Close() error { return b.Flush() }
