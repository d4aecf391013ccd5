package httpapi

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

const (
	// holdBack is how much of an answer is kept before its head is sent: an
	// error up to there still gets an honest status.
	holdBack = 256 << 10
	// holdBackAll is the same with wait_end_of_query=1. It is memory of every
	// request that asks for it; a longer answer is sent as without it.
	holdBackAll = 16 << 20
)

// response is one answer. Until it is committed, nothing of it is on the wire.
//
//	Write → held → commit → blocks (compress=1) → gzip, zstd, … → connection
type response struct {
	w         http.ResponseWriter
	controls  *http.ResponseController
	query     *request
	accept    string // Accept-Encoding
	blockAs   string // network_compression_method
	tag       string // marks an exception in the middle of an answer
	held      bytes.Buffer
	limit     int
	out       io.Writer
	chain     []flusher // innermost last
	committed bool
}

func newResponse(w http.ResponseWriter, r *http.Request, q *request) *response {
	limit := holdBack
	if q.waitEnd {
		limit = holdBackAll
	}
	return &response{
		w: w, controls: http.NewResponseController(w), query: q, limit: limit, tag: rand.Text()[:16],
		accept: r.Header.Get("Accept-Encoding"), blockAs: r.URL.Query().Get("network_compression_method"),
	}
}

// Write holds the data back, or sends it on.
func (p *response) Write(data []byte) (int, error) {
	if !p.committed {
		if p.held.Len()+len(data) <= p.limit {
			return p.held.Write(data)
		}
		if err := p.commit(); err != nil {
			return 0, err
		}
	}
	return p.out.Write(data)
}

// commit sends the head and what was held back.
func (p *response) commit() error {
	p.committed = true
	p.out = p.w
	header := p.w.Header()
	if header.Get("X-ClickHouse-Summary") == "" { // a long answer, whose end is not known yet
		header.Set("X-ClickHouse-Summary", summary(libchdb.Stats{}))
	}
	if p.query.encode {
		if compressor, name := encoder(p.w, p.accept); compressor != nil {
			header.Set("Content-Encoding", name)
			p.chain = append(p.chain, compressor)
			p.out = compressor
		}
	}
	if p.query.compress {
		framed := newBlocks(p.out, p.blockAs)
		p.chain = append(p.chain, framed)
		p.out = framed
	}
	p.w.WriteHeader(http.StatusOK)
	_, err := p.out.Write(p.held.Bytes())
	p.held = bytes.Buffer{}
	return err
}

// flush makes everything written so far visible to the client.
func (p *response) flush() error {
	if !p.committed {
		return nil
	}
	for i := len(p.chain) - 1; i >= 0; i-- {
		if err := p.chain[i].Flush(); err != nil {
			return err
		}
	}
	return p.controls.Flush()
}

// finish ends an answer that went well.
func (p *response) finish(stats libchdb.Stats) error {
	if !p.committed {
		p.w.Header().Set("X-ClickHouse-Summary", summary(stats))
		if p.held.Len() == 0 && !p.query.compress {
			p.query.encode = false // nothing to compress
			p.w.Header().Set("Content-Length", "0")
		}
		if err := p.commit(); err != nil {
			return err
		}
	}
	for i := len(p.chain) - 1; i >= 0; i-- {
		if err := p.chain[i].Close(); err != nil {
			return err
		}
	}
	return nil
}

// fail answers with an exception: as the whole answer, or, when part of the
// answer is out, in a marked block after which the connection is cut, so that
// no client takes the answer for a whole one.
func (p *response) fail(e *libchdb.Error, text string) {
	if !p.committed {
		writeException(p.w, e, text)
		return
	}
	block := "\r\n__exception__\r\n" + p.tag + "\r\n" + text + strconv.Itoa(len(text)) + " " + p.tag + "\r\n__exception__\r\n"
	if _, err := io.WriteString(p.out, block); err == nil {
		_ = p.flush() // the client may be gone; the connection ends either way
	}
	panic(http.ErrAbortHandler)
}

// writeException is an answer that is nothing but an exception.
func writeException(w http.ResponseWriter, e *libchdb.Error, text string) {
	header := w.Header()
	for _, name := range []string{"Content-Encoding", "Content-Length", "X-ClickHouse-Format", "X-ClickHouse-Exception-Tag"} {
		header.Del(name)
	}
	header.Set("Content-Type", "text/plain; charset=UTF-8")
	header.Set("X-ClickHouse-Exception-Code", strconv.Itoa(e.Code))
	status := statusOf(e.Code)
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Basic realm="ClickHouse server HTTP API"`)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// summary is the X-ClickHouse-Summary header.
func summary(s libchdb.Stats) string {
	number := func(n uint64) string { return strconv.FormatUint(n, 10) }
	encoded, err := json.Marshal(struct {
		ReadRows     string `json:"read_rows"`
		ReadBytes    string `json:"read_bytes"`
		WrittenRows  string `json:"written_rows"`
		WrittenBytes string `json:"written_bytes"`
		TotalRows    string `json:"total_rows_to_read"`
		ResultRows   string `json:"result_rows"`
		ResultBytes  string `json:"result_bytes"`
		Elapsed      string `json:"elapsed_ns"`
	}{
		number(s.ReadRows), number(s.ReadBytes), number(s.WrittenRows), number(s.WrittenBytes), "0",
		number(s.ResultRows), "0", number(uint64(s.Elapsed * 1e9)),
	})
	if err != nil {
		return "{}"
	}
	return string(encoded)
}

// contentType is what ClickHouse says of its formats.
func contentType(format string) string {
	lower := strings.ToLower(format)
	switch {
	case strings.HasPrefix(lower, "jsoneachrow"), lower == "ndjson", lower == "jsonlines":
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(lower, "json"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(lower, "csv"):
		return "text/csv; charset=UTF-8; header=absent"
	case strings.HasPrefix(lower, "tabseparated"), strings.HasPrefix(lower, "tsv"):
		return "text/tab-separated-values; charset=UTF-8"
	case lower == "xml":
		return "application/xml; charset=UTF-8"
	case lower == "native", lower == "parquet", lower == "arrow", lower == "arrowstream", lower == "orc", strings.HasPrefix(lower, "rowbinary"):
		return "application/octet-stream"
	default:
		return "text/plain; charset=UTF-8"
	}
}
