package libchdb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseErrorFindsTheCode(t *testing.T) {
	t.Parallel()
	f := func(message string, code int, want string) {
		t.Helper()
		var known *Error
		require.ErrorAs(t, parseError(message), &known)
		require.Equal(t, code, known.Code)
		require.Equal(t, want, known.Error())
	}
	f("Code: 60. DB::Exception: Unknown table x. (UNKNOWN_TABLE)", 60, "Code: 60. DB::Exception: Unknown table x. (UNKNOWN_TABLE)")
	f("Error: Error: Code: 62. DB::Exception: Syntax error", 62, "Code: 62. DB::Exception: Syntax error")
	f("Code: 115. DB::Exception: Code: 115. DB::Exception: x", 115, "Code: 115. DB::Exception: Code: 115. DB::Exception: x")
	f("something broke", 1002, "Code: 1002. DB::Exception: something broke (UNKNOWN_EXCEPTION)")
	f("Code: 99999999999999999999. DB::Exception: x", 1002, "Code: 99999999999999999999. DB::Exception: x")
}
