package ship

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"
)

func TestOnlyCodesThatBlameTheRowsArePermanent(t *testing.T) {
	for code, want := range map[int32]bool{
		117: true,  // INCORRECT_DATA
		469: true,  // VIOLATED_CONSTRAINT
		60:  false, // UNKNOWN_TABLE: somebody can create it
		16:  false, // NO_SUCH_COLUMN_IN_TABLE
		241: false, // MEMORY_LIMIT_EXCEEDED
		252: false, // TOO_MANY_PARTS
		516: false, // AUTHENTICATION_FAILED
		243: false, // NOT_ENOUGH_SPACE
		210: false, // NETWORK_ERROR
		999: false, // KEEPER_EXCEPTION
	} {
		got, permanent := Permanent(fmt.Errorf("cannot insert: %w", &clickhouse.Exception{Code: code}))
		require.Equal(t, want, permanent, code)
		require.EqualValues(t, code, got)
	}
	for _, err := range []error{nil, io.ErrUnexpectedEOF, errors.New("Code: 469")} {
		_, permanent := Permanent(err)
		require.False(t, permanent)
	}
}
