package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

// Error codes of ClickHouse that this package raises itself
// (src/Common/ErrorCodes.cpp).
const (
	codeBadArguments       = 36
	codeNotImplemented     = 48
	codeSyntaxError        = 62
	codeUnknownSetting     = 115
	codeReadonly           = 164
	codeTooManyQueries     = 202
	codeSameQueryID        = 216
	codeQueryTooLarge      = 229
	codeTooManyBytes       = 307
	codeCannotDecompress   = 271
	codeAccessDenied       = 497
	codeAuthFailed         = 516
	codeQueryCancelled     = 394
	codeUnknownException   = 1002
	codeServerShuttingDown = 745
)

var codeNames = map[int]string{
	codeBadArguments: "BAD_ARGUMENTS", codeNotImplemented: "NOT_IMPLEMENTED", codeSyntaxError: "SYNTAX_ERROR",
	codeUnknownSetting: "UNKNOWN_SETTING", codeReadonly: "READONLY", codeTooManyQueries: "TOO_MANY_SIMULTANEOUS_QUERIES",
	codeSameQueryID: "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", codeQueryTooLarge: "QUERY_IS_TOO_LARGE",
	codeTooManyBytes: "TOO_MANY_BYTES", codeCannotDecompress: "CANNOT_DECOMPRESS", codeAccessDenied: "ACCESS_DENIED",
	codeAuthFailed: "AUTHENTICATION_FAILED", codeQueryCancelled: "QUERY_WAS_CANCELLED", codeUnknownException: "UNKNOWN_EXCEPTION",
	codeServerShuttingDown: "SERVER_SHUTTING_DOWN",
}

// exception words an error of our own as ClickHouse words its errors.
func exception(code int, format string, args ...any) error {
	return &libchdb.Error{Code: code, Message: fmt.Sprintf("Code: %d. DB::Exception: %s (%s)", code, fmt.Sprintf(format, args...), codeNames[code])}
}

// asException finds the engine's exception in err, or makes one.
func asException(err error) *libchdb.Error {
	var known *libchdb.Error
	if errors.As(err, &known) {
		return known
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return asException(exception(codeTooManyBytes, "The request body is larger than the limit of %d bytes: send smaller batches, or raise max_request_body_mib.", tooLarge.Limit))
	}
	return asException(exception(codeUnknownException, "%v", err))
}

// statuses are the HTTP statuses ClickHouse gives its error codes
// (exceptionCodeToHTTPStatus.cpp); all others are 500.
var statuses = func() map[int]int {
	byStatus := map[int][]int{
		http.StatusUnauthorized: {194},
		http.StatusForbidden:    {192, 193, 195, codeAccessDenied, codeAuthFailed, codeReadonly},
		http.StatusBadRequest: {
			codeBadArguments, 6, 25, 26, 27, 28, 38, 41, 43, 53, codeSyntaxError, 69, 72, 117, 130, 162, 167, 168, 170, 171, 201,
			codeCannotDecompress, 321, 427, 441, 456, 457, 158, 396,
		},
		http.StatusNotFound:              {16, 46, 47, 50, 56, 60, 63, 73, 78, 81, codeUnknownSetting, 336},
		http.StatusRequestTimeout:        {159},
		http.StatusRequestEntityTooLarge: {codeQueryTooLarge, codeTooManyBytes},
		http.StatusNotImplemented:        {codeNotImplemented},
		http.StatusServiceUnavailable:    {76, codeTooManyQueries, 209, codeServerShuttingDown},
	}
	byCode := make(map[int]int)
	for status, codes := range byStatus {
		for _, code := range codes {
			byCode[code] = status
		}
	}
	return byCode
}()

func statusOf(code int) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// text is the body of an error answer: one line with the server's version.
func (h *Handler) text(e *libchdb.Error) string {
	message := strings.TrimSpace(e.Message)
	if !strings.Contains(message, "(version ") {
		message += " (version " + h.cfg.Version + " (official build))"
	}
	return message + "\n"
}
