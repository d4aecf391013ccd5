package ship

import (
	"errors"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// poison are the codes by which ClickHouse says that it will never take these
// rows: what they hold is wrong, not the server, its load or its rights. All
// other errors are retried forever, a missing table among them: somebody can
// mend that.
// See https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
var poison = []int32{
	6,   // CANNOT_PARSE_TEXT
	27,  // CANNOT_PARSE_INPUT_ASSERTION_FAILED
	32,  // ATTEMPT_TO_READ_AFTER_EOF
	33,  // CANNOT_READ_ALL_DATA
	41,  // CANNOT_PARSE_DATETIME
	53,  // TYPE_MISMATCH
	69,  // ARGUMENT_OUT_OF_BOUND
	70,  // CANNOT_CONVERT_TYPE
	117, // INCORRECT_DATA
	128, // TOO_LARGE_ARRAY_SIZE
	131, // TOO_LARGE_STRING_SIZE
	349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
	407, // DECIMAL_OVERFLOW
	469, // VIOLATED_CONSTRAINT
	691, // UNKNOWN_ELEMENT_OF_ENUM
}

// Permanent says whether ClickHouse will refuse the same rows every time, and
// with which code.
func Permanent(err error) (code int, permanent bool) {
	var exception *clickhouse.Exception
	if !errors.As(err, &exception) {
		return 0, false
	}
	return int(exception.Code), slices.Contains(poison, exception.Code)
}
