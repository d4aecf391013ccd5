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

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// handler takes the requests of one format.
type handler struct {
	*intake
	format
}

// bodyTypes are the content types of JSON and of one JSON value a line. None
// at all is taken for JSON too.
var bodyTypes = []string{"", "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "text/plain"}

// ServeHTTP answers 2xx only when every usable record is with the next
// component. A sender like Kong sends its whole batch again for anything else,
// so records that can never be used do not fail the good ones beside them:
// they are counted, logged by field, and listed in the answer.
func (h *handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if h.handshake(w, req) {
		return
	}
	reply := newReply(w, req)
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, req.Method) {
		w.Header().Set("Allow", "POST, PUT, PATCH")
		reply.fail(http.StatusMethodNotAllowed, failure{Error: "method not allowed", Expected: "POST"})
		return
	}
	if mediaType, ok := jsonType(req.Header.Get("Content-Type")); !ok && req.Header.Get("Ce-Specversion") == "" {
		reply.fail(http.StatusUnsupportedMediaType, failure{Error: "unsupported content type " + mediaType, Field: "Content-Type", Expected: "application/json or application/x-ndjson"})
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		reply.unread(err)
		return
	}
	if h.verify != nil && !h.verify(req, body) {
		reply.fail(http.StatusUnauthorized, failure{Error: "the signature is missing or wrong", Expected: "a body signed with the configured secret"})
		return
	}
	decoded, refused, err := h.decode(req, body, time.Now())
	if errors.Is(err, jsonbody.ErrTooMany) {
		reply.fail(http.StatusRequestEntityTooLarge, failure{Error: err.Error(), Expected: "smaller batches"})
		return
	}
	if len(refused) > 0 {
		h.reportMalformed(req.Context(), refused)
	}
	if decoded.count() == 0 && len(refused) > 0 {
		first := refused[0]
		reply.fail(http.StatusBadRequest, failure{Error: first.Reason, Field: first.Field, Expected: first.Expected, Refused: len(refused)})
		return
	}
	accepted := decoded.count() // the next component may take them out
	if err := h.forward(req, &decoded); err != nil {
		reply.undelivered(err)
		return
	}
	reply.accept(success{Accepted: accepted, Refused: len(refused), Details: refused[:min(len(refused), maxDetails)]})
}

func (h *handler) forward(req *http.Request, decoded *batch) error {
	return h.forwardBatch(provenance.With(req.Context(), h.source(req, h.name)), decoded)
}

func (h *handler) forwardBatch(ctx context.Context, decoded *batch) error {
	count := decoded.count()
	if count == 0 {
		return nil
	}
	if h.auditLog != nil {
		ctx = h.obs.StartLogsOp(ctx)
		err := h.logs.ConsumeLogs(ctx, decoded.logs)
		h.obs.EndLogsOp(ctx, h.name, count, err)
		return err
	}
	ctx = h.obs.StartTracesOp(ctx)
	err := h.traces.ConsumeTraces(ctx, decoded.spans)
	h.obs.EndTracesOp(ctx, h.name, count, err)
	return err
}

// reportMalformed counts, and logs one line a request without any value.
func (h *handler) reportMalformed(ctx context.Context, refused []jsonbody.Refusal) {
	h.malformed.Add(ctx, int64(len(refused)), metric.WithAttributes(attribute.String("format", h.name)))
	first := refused[0]
	h.set.Logger.Warn("refused malformed records",
		zap.String("format", h.name), zap.Int("records", len(refused)),
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
