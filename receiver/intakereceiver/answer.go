package intakereceiver

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

const (
	maxDetails        = 10
	defaultRetryAfter = 5 * time.Second
)

// success is the body of a 200.
type success struct {
	Accepted int                `json:"accepted"`
	Refused  int                `json:"refused"`
	Details  []jsonbody.Refusal `json:"details,omitempty"` // the first refused records
}

// failure is the body of everything else. It never holds a value of the request.
type failure struct {
	Error    string `json:"error"`
	Field    string `json:"field,omitempty"`
	Expected string `json:"expected,omitempty"`
	Refused  int    `json:"refused,omitempty"`
}

// firehoseAnswer is the body that Firehose asks for; any other is a failed
// delivery to it.
//
// See https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
type firehoseAnswer struct {
	RequestID string `json:"requestId"`
	Timestamp int64  `json:"timestamp"` // ms since 1970
	Error     string `json:"errorMessage,omitempty"`
}

// reply answers one request in the way that its sender understands.
type reply struct {
	http.ResponseWriter
	firehoseID string // of the request, if Firehose sent it
}

func newReply(w http.ResponseWriter, req *http.Request) reply {
	return reply{w, req.Header.Get("X-Amz-Firehose-Request-Id")}
}

func (r reply) accept(body success) {
	if r.firehoseID != "" {
		writeJSON(r, http.StatusOK, firehoseAnswer{RequestID: r.firehoseID, Timestamp: time.Now().UnixMilli()})
		return
	}
	writeJSON(r, http.StatusOK, body)
}

func (r reply) fail(code int, body failure) {
	if r.firehoseID != "" {
		writeJSON(r, code, firehoseAnswer{RequestID: r.firehoseID, Timestamp: time.Now().UnixMilli(), Error: strings.TrimSpace(body.Field + " " + body.Error)})
		return
	}
	writeJSON(r, code, body)
}

// unread answers a body that could not be read to its end.
func (r reply) unread(err error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		limit := strconv.FormatInt(tooLarge.Limit, 10)
		r.fail(http.StatusRequestEntityTooLarge, failure{Error: "the body is larger than " + limit + " bytes", Expected: "smaller batches, or a larger max_request_body_size"})
		return
	}
	r.fail(http.StatusBadRequest, failure{Error: "the body cannot be read", Expected: "a complete body in its Content-Encoding"})
}

// undelivered answers when the pipeline did not take the spans. What it may take
// later is 429 or 503 with Retry-After; what it never will is 400 or 500.
func (r reply) undelivered(err error) {
	st, hasStatus := status.FromError(err)
	if !hasStatus && consumererror.IsPermanent(err) {
		r.fail(http.StatusInternalServerError, failure{Error: "the pipeline refused the records for good"})
		return
	}
	code := http.StatusServiceUnavailable
	if hasStatus {
		switch st.Code() {
		case codes.ResourceExhausted:
			code = http.StatusTooManyRequests
		case codes.InvalidArgument:
			r.fail(http.StatusBadRequest, failure{Error: "the pipeline refused the records for good"})
			return
		}
	}
	seconds := max(1, int(retryDelay(st).Seconds()))
	r.Header().Set("Retry-After", strconv.Itoa(seconds))
	r.fail(code, failure{Error: "the pipeline cannot take the records now", Expected: "the same request again later"})
}

func retryDelay(st *status.Status) time.Duration {
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return info.GetRetryDelay().AsDuration()
		}
	}
	return defaultRetryAfter
}

// serverError answers what confighttp refuses before a handler sees it:
// a Content-Encoding it does not know, and failed authentication.
func serverError(w http.ResponseWriter, _ *http.Request, message string, code int) {
	switch {
	case code == http.StatusUnauthorized:
		// The authenticator's reason may quote the credential.
		writeJSON(w, code, failure{Error: "authentication failed"})
	case strings.HasPrefix(message, "unsupported Content-Encoding"):
		writeJSON(w, http.StatusUnsupportedMediaType, failure{Error: "unsupported content encoding", Field: "Content-Encoding", Expected: "gzip, zstd or none"})
	default:
		writeJSON(w, code, failure{Error: "the body cannot be read", Field: "Content-Encoding", Expected: "a body in its Content-Encoding"})
	}
}

func writeJSON(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
}
