package httpapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
	"github.com/weir-otel/weir/internal/chdb/internal/native"
	"github.com/weir-otel/weir/internal/chdb/internal/statement"
)

// maxQuerySize is how long a statement may be, without the data of an INSERT.
const maxQuerySize = 1 << 20

// input is a statement and, for an INSERT, its data.
type input struct {
	statement.Statement
	data io.Reader
}

// read takes the statement from the parameter "query", the body, or both: with
// both, the body continues the parameter after a line break, as in ClickHouse.
func (h *Handler) read(r *http.Request, q *request) (*input, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return nil, exception(codeNotImplemented, "External tables (multipart/form-data) are not supported by the embedded engine.")
	}
	body, err := h.body(r, q)
	if err != nil {
		return nil, err
	}
	head := []byte(q.query)
	if len(head) > 0 {
		if found := statement.Split(q.query + "\n"); found.TakesData {
			rest := (q.query + "\n")[found.Data:]
			return &input{found, io.MultiReader(strings.NewReader(rest), body)}, nil
		}
		head = append(head, '\n')
	}
	more, err := io.ReadAll(io.LimitReader(body, maxQuerySize-int64(len(head))+1))
	if err != nil {
		return nil, err
	}
	text := string(append(head, more...))
	found := statement.Split(text)
	switch {
	case found.TakesData:
		return &input{found, io.MultiReader(strings.NewReader(text[found.Data:]), body)}, nil
	case len(text) > maxQuerySize:
		return nil, exception(codeQueryTooLarge, "The statement is longer than %d bytes.", maxQuerySize)
	case found.Multiple:
		return nil, exception(codeSyntaxError, "Syntax error (Multi-statements are not allowed): send one statement in a request.")
	case strings.TrimSpace(found.Text) == "":
		return nil, exception(codeSyntaxError, "Syntax error: Empty query.")
	}
	return &input{found, bytes.NewReader(nil)}, nil
}

// body is the request's body with its compressions taken off, limited before
// and after.
func (h *Handler) body(r *http.Request, q *request) (io.Reader, error) {
	if r.ContentLength > h.cfg.MaxBody {
		return nil, &http.MaxBytesError{Limit: h.cfg.MaxBody}
	}
	var body io.Reader = http.MaxBytesReader(nil, r.Body, h.cfg.MaxBody)
	body, err := decoded(body, r.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, err
	}
	if q.decompress {
		body = unblocked(body)
	}
	return &limited{body, h.cfg.MaxBody, h.cfg.MaxBody}, nil
}

// insertChunk is the size of the pieces an INSERT's data is handed over in.
const insertChunk = 256 << 10

// insert pushes the data of an INSERT into the engine while it arrives.
func insert(answer *response, s *session, q *request, in *input) error {
	// Data is refused here as ClickHouse would, before a byte of it is read.
	into, err := s.Insert(in.Text, in.Format, q.params...)
	if err != nil {
		return err
	}
	defer into.Close()
	_, err = io.CopyBuffer(onlyWriter{into}, in.data, make([]byte, insertChunk))
	if err != nil && !errors.Is(err, libchdb.ErrInsertEnded) {
		return err
	}
	stats, err := into.Commit()
	if err != nil {
		return err
	}
	answer.w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	answer.w.Header().Set("X-ClickHouse-Format", q.format)
	return answer.finish(stats)
}

// onlyWriter keeps io.CopyBuffer from looking for other methods.
type onlyWriter struct{ io.Writer }

// source hands out an encoded result piece by piece.
type source interface {
	Next() ([]byte, error)
	Stats() libchdb.Stats
	Close()
}

// query runs any other statement. A SELECT is streamed; all else is run to its
// end, because libchdb streams nothing else.
func query(answer *response, s *session, q *request, in *input) error {
	var from source
	var err error
	if in.Selects && s.ReadsOnly(in.Text) {
		from, err = s.Stream(in.Text, q.format, q.params...)
	} else {
		from, err = s.whole(in.Text, q.format, q.params)
	}
	if err != nil {
		return err
	}
	defer from.Close()
	format := q.format
	if in.Format != "" {
		format = in.Format
	}
	answer.w.Header().Set("Content-Type", contentType(format))
	answer.w.Header().Set("X-ClickHouse-Format", format)
	pieces := &reader{source: from, flush: answer.flush}
	if q.revision > 0 && strings.EqualFold(format, "Native") {
		err = native.Reencode(answer, pieces, q.revision)
	} else {
		_, err = io.CopyBuffer(onlyWriter{answer}, pieces, make([]byte, insertChunk))
	}
	if err != nil {
		return err
	}
	return answer.finish(from.Stats())
}

// reader makes one stream of a source, and flushes the answer before it waits
// for the next piece.
type reader struct {
	source source
	flush  func() error
	rest   []byte
	ended  bool
}

func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		if err := r.flush(); err != nil {
			return 0, err
		}
		piece, err := r.source.Next()
		if err != nil {
			return 0, err
		}
		r.rest, r.ended = piece, piece == nil
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// whole is the result of a statement that has run to its end.
type whole struct {
	result *libchdb.Result
	given  bool
}

func (s *session) whole(text, format string, params []libchdb.Param) (source, error) {
	result, err := s.Query(text, format, params...)
	if err != nil {
		return nil, err
	}
	return &whole{result: result}, nil
}

func (w *whole) Next() ([]byte, error) {
	if w.given {
		return nil, nil
	}
	w.given = true
	if data := w.result.Bytes(); len(data) > 0 {
		return data, nil
	}
	return nil, nil
}

func (w *whole) Stats() libchdb.Stats { return w.result.Stats() }
func (w *whole) Close()               { w.result.Close() }
