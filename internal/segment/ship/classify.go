package ship

import (
	"errors"
	"net/http"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Class says what an error of an INSERT asks for.
type Class int

const (
	// Retryable errors are about the server, its load, its disks, its schema or
	// our rights: somebody or time can mend that, so they are retried forever.
	Retryable Class = iota
	// Permanent errors blame the rows: ClickHouse will refuse the same ones every
	// time. The rows are split until those at fault are alone.
	Permanent
	// Unknown errors may be either: they are retried some times, then the rows
	// are split. Rows are given up only if others of their table are taken.
	Unknown
)

// classes are the error codes whose meaning for an INSERT is known; all others
// are Unknown.
//
// Source: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp;
// what an INSERT raises of them: src/Storages/MergeTree, src/Processors/Transforms/CheckConstraintsTransform.cpp,
// src/Interpreters/ProcessList.cpp.
var classes = map[int32]Class{
	6:   Permanent, // CANNOT_PARSE_TEXT
	27:  Permanent, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
	38:  Permanent, // CANNOT_PARSE_DATE
	41:  Permanent, // CANNOT_PARSE_DATETIME
	53:  Permanent, // TYPE_MISMATCH
	69:  Permanent, // ARGUMENT_OUT_OF_BOUND
	70:  Permanent, // CANNOT_CONVERT_TYPE
	72:  Permanent, // CANNOT_PARSE_NUMBER
	117: Permanent, // INCORRECT_DATA
	128: Permanent, // TOO_LARGE_ARRAY_SIZE
	131: Permanent, // TOO_LARGE_STRING_SIZE
	321: Permanent, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
	349: Permanent, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
	407: Permanent, // DECIMAL_OVERFLOW
	469: Permanent, // VIOLATED_CONSTRAINT
	691: Permanent, // UNKNOWN_ELEMENT_OF_ENUM

	// Schema: another version's table, or none; `weirctl schema apply` mends it.
	10:  Retryable, // NOT_FOUND_COLUMN_IN_BLOCK
	16:  Retryable, // NO_SUCH_COLUMN_IN_TABLE
	20:  Retryable, // NUMBER_OF_COLUMNS_DOESNT_MATCH
	60:  Retryable, // UNKNOWN_TABLE
	81:  Retryable, // UNKNOWN_DATABASE
	218: Retryable, // TABLE_IS_DROPPED
	// Rights and limits of the user.
	115: Retryable, // UNKNOWN_SETTING
	164: Retryable, // READONLY
	192: Retryable, // UNKNOWN_USER
	193: Retryable, // WRONG_PASSWORD
	194: Retryable, // REQUIRED_PASSWORD
	195: Retryable, // IP_ADDRESS_NOT_ALLOWED
	201: Retryable, // QUOTA_EXCEEDED
	291: Retryable, // DATABASE_ACCESS_DENIED
	452: Retryable, // SETTING_CONSTRAINT_VIOLATION
	497: Retryable, // ACCESS_DENIED
	516: Retryable, // AUTHENTICATION_FAILED
	// Load.
	159: Retryable, // TIMEOUT_EXCEEDED
	160: Retryable, // TOO_SLOW
	173: Retryable, // CANNOT_ALLOCATE_MEMORY
	202: Retryable, // TOO_MANY_SIMULTANEOUS_QUERIES
	216: Retryable, // QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING
	241: Retryable, // MEMORY_LIMIT_EXCEEDED
	252: Retryable, // TOO_MANY_PARTS
	364: Retryable, // RECEIVED_ERROR_TOO_MANY_REQUESTS
	439: Retryable, // CANNOT_SCHEDULE_TASK
	473: Retryable, // DEADLOCK_AVOIDED
	// Restart.
	236: Retryable, // ABORTED
	394: Retryable, // QUERY_WAS_CANCELLED
	745: Retryable, // SERVER_OVERLOADED
	// Network between servers.
	95:  Retryable, // CANNOT_READ_FROM_SOCKET
	96:  Retryable, // CANNOT_WRITE_TO_SOCKET
	198: Retryable, // DNS_ERROR
	203: Retryable, // NO_FREE_CONNECTION
	209: Retryable, // SOCKET_TIMEOUT
	210: Retryable, // NETWORK_ERROR
	279: Retryable, // ALL_CONNECTION_TRIES_FAILED
	// Disks.
	74:  Retryable, // CANNOT_READ_FROM_FILE_DESCRIPTOR
	75:  Retryable, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
	76:  Retryable, // CANNOT_OPEN_FILE
	204: Retryable, // CANNOT_FSYNC
	243: Retryable, // NOT_ENOUGH_SPACE
	499: Retryable, // S3_ERROR
	// Replication.
	225: Retryable, // NO_ZOOKEEPER
	242: Retryable, // TABLE_IS_READ_ONLY
	244: Retryable, // UNEXPECTED_ZOOKEEPER_ERROR
	254: Retryable, // NO_ACTIVE_REPLICAS
	285: Retryable, // TOO_FEW_LIVE_REPLICAS
	286: Retryable, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
	289: Retryable, // REPLICA_IS_NOT_IN_QUORUM
	319: Retryable, // UNKNOWN_STATUS_OF_INSERT
	999: Retryable, // KEEPER_EXCEPTION
}

// Classify says what an INSERT's error asks for, and gives ClickHouse's code,
// 0 where the answer has none.
func Classify(err error) (Class, int) {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		class, known := classes[exception.Code]
		if !known {
			class = Unknown
		}
		return class, int(exception.Code)
	}
	var answer *clickhouse.HTTPError
	if errors.As(err, &answer) {
		return ofStatus(answer.StatusCode), 0
	}
	return Retryable, 0 // no answer
}

// ofStatus is about answers of something between us and ClickHouse.
func ofStatus(status int) Class {
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return Unknown // a smaller body, or one without the row at fault, may pass
	default:
		return Retryable
	}
}
