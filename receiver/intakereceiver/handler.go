package intakereceiver

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/kong"
)

const formatKong = "kong"

// decodeFunc makes spans of a body, keeping the good records of a bad one.
type decodeFunc func(body []byte) (ptrace.Traces, []jsonbody.Refusal, error)

func (r *intake) decodeKong(body []byte) (ptrace.Traces, []jsonbody.Refusal, error) {
	return kong.Decode(body, kong.Options{
		ServiceName: r.cfg.Kong.ServiceName,
		Environment: r.cfg.Kong.Environment,
		Now:         time.Now(),
		UserHeader:  strings.ToLower(r.cfg.Kong.UserHeader),
	})
}

// handler takes the requests of one format.
type handler struct {
	*intake
	format string
	decode decodeFunc
}

// bodyTypes are the content types of JSON and of one JSON value a line. None
// at all is taken for JSON too.
var bodyTypes = []string{"", "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "text/plain"}

// ServeHTTP answers 2xx only when every usable record is with the next
// component. A sender like Kong sends its whole batch again for anything else,
// so records that can never be used do not fail the good ones beside them:
// they are counted, logged by field, and listed in the answer.
func (h *handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, req.Method) {
		w.Header().Set("Allow", "POST, PUT, PATCH")
		writeError(w, http.StatusMethodNotAllowed, failure{Error: "method not allowed", Expected: "POST"})
		return
	}
	if mediaType, ok := jsonType(req.Header.Get("Content-Type")); !ok {
		writeError(w, http.StatusUnsupportedMediaType, failure{Error: "unsupported content type " + mediaType, Field: "Content-Type", Expected: "application/json or application/x-ndjson"})
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		h.answerUnread(w, err)
		return
	}
	td, refused, err := h.decode(body)
	if errors.Is(err, jsonbody.ErrTooMany) {
		writeError(w, http.StatusRequestEntityTooLarge, failure{Error: err.Error(), Expected: "smaller batches"})
		return
	}
	if len(refused) > 0 {
		h.reportMalformed(req.Context(), refused)
	}
	if td.SpanCount() == 0 && len(refused) > 0 {
		first := refused[0]
		writeError(w, http.StatusBadRequest, failure{Error: first.Reason, Field: first.Field, Expected: first.Expected, Refused: len(refused)})
		return
	}
	if err := h.forward(req, td); err != nil {
		h.answerUndelivered(w, err)
		return
	}
	writeJSON(w, http.StatusOK, success{Accepted: td.SpanCount(), Refused: len(refused), Details: refused[:min(len(refused), maxDetails)]})
}

func (h *handler) forward(req *http.Request, td ptrace.Traces) error {
	count := td.SpanCount()
	if count == 0 {
		return nil
	}
	ctx := h.obs.StartTracesOp(provenance.With(req.Context(), h.source(req, h.format)))
	err := h.next.ConsumeTraces(ctx, td)
	h.obs.EndTracesOp(ctx, h.format, count, err)
	return err
}

// reportMalformed counts, and logs one line a request without any value.
func (h *handler) reportMalformed(ctx context.Context, refused []jsonbody.Refusal) {
	h.malformed.Add(ctx, int64(len(refused)), metric.WithAttributes(attribute.String("format", h.format)))
	first := refused[0]
	h.set.Logger.Warn("refused malformed records",
		zap.String("format", h.format), zap.Int("records", len(refused)),
		zap.String("first_field", first.Field), zap.String("first_error", first.Reason), zap.String("expected", first.Expected))
}

func jsonType(contentType string) (string, bool) {
	if contentType == "" {
		return "", true
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return "that cannot be parsed", false
	}
	return mediaType, slices.Contains(bodyTypes, mediaType) || strings.HasSuffix(mediaType, "+json")
}
