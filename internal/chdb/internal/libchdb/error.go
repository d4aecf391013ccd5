package libchdb

import (
	"regexp"
	"strconv"
)

// Error is an exception of the engine.
type Error struct {
	Code    int    // ClickHouse's error code, e.g. 62; 1002 (UNKNOWN_EXCEPTION) when it gave none
	Message string // "Code: 62. DB::Exception: …", as a ClickHouse server words it
}

func (e *Error) Error() string { return e.Message }

const unknownException = 1002

var (
	codePattern = regexp.MustCompile(`Code: (\d+)\. `)
	// libchdb puts "Error: " before an exception that reached its C interface.
	prefixPattern = regexp.MustCompile(`^(?:Error: )+`)
)

// parseError reads a message of the engine, e.g.
// "Code: 60. DB::Exception: Unknown table expression identifier 'x'. (UNKNOWN_TABLE)".
func parseError(message string) error {
	message = prefixPattern.ReplaceAllString(message, "")
	found := codePattern.FindStringSubmatchIndex(message)
	if found == nil {
		return &Error{Code: unknownException, Message: "Code: 1002. DB::Exception: " + message + " (UNKNOWN_EXCEPTION)"}
	}
	code, err := strconv.Atoi(message[found[2]:found[3]])
	if err != nil {
		code = unknownException
	}
	return &Error{Code: code, Message: message[found[0]:]}
}
