package ship

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

func TestCodesOfClickHouseHaveAClass(t *testing.T) {
	for code, want := range map[int32]Class{
		117: Permanent, // INCORRECT_DATA
		469: Permanent, // VIOLATED_CONSTRAINT
		60:  Retryable, // UNKNOWN_TABLE: somebody can create it
		16:  Retryable, // NO_SUCH_COLUMN_IN_TABLE
		252: Retryable, // TOO_MANY_PARTS: also while a table is rebuilt
		33:  Unknown,   // CANNOT_READ_ALL_DATA: the rows, or a body that was cut on its way
		49:  Unknown,   // LOGICAL_ERROR
	} {
		got, gotCode := Classify(fmt.Errorf("cannot insert: %w", &clickhouse.Exception{Code: code}))
		require.Equal(t, want, got, code)
		require.EqualValues(t, code, gotCode)
	}
}

func TestErrorsWithoutACodeAreRetriedUnlessTheBodyIsBlamed(t *testing.T) {
	for _, err := range []error{io.ErrUnexpectedEOF, errors.New("Code: 469"), &clickhouse.HTTPError{StatusCode: http.StatusBadGateway}} {
		class, code := Classify(err)
		require.Equal(t, Retryable, class)
		require.Zero(t, code)
	}
	class, _ := Classify(&clickhouse.HTTPError{StatusCode: http.StatusRequestEntityTooLarge, Err: errors.New("nginx")})
	require.Equal(t, Unknown, class)
}

// The names beside the codes are what a reader goes by: ClickHouse says which
// belong together.
func TestCodesAreNamedAsClickHouseNamesThem(t *testing.T) {
	source, err := os.ReadFile("classify.go")
	require.NoError(t, err)
	conn := chdbtest.Start(t).Conn(t, "default")
	named := regexp.MustCompile(`(?m)^\t(\d+): +\w+, // (\w+)`).FindAllStringSubmatch(string(source), -1)
	require.Len(t, named, len(classes))
	for _, found := range named {
		code, err := strconv.Atoi(found[1])
		require.NoError(t, err)
		var name string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT toString(errorCodeToName("+strconv.Itoa(code)+"))").Scan(&name))
		require.Equal(t, name, found[2], code)
	}
}
