package block

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// everyType has a column of each type and shape that is known, of n rows.
const everyType = `SELECT toUInt8(number) AS u8, toInt64(-number) AS i64, number / 4 AS f64, CAST(number = 1 AS Bool) AS bool,
	toUUID('0192a3b4-5c6d-7e8f-9012-3456789abcde') AS uuid,
	toDateTime64('2026-01-02 03:04:05', 9, 'UTC') + number AS at9, toDateTime('2026-01-02 03:04:05', 'UTC') + number AS at,
	toDate('2026-01-02') + number AS day,
	CAST(number + 1 AS Enum8('one' = 1, 'two' = 2, 'three, or more' = 3)) AS enum,
	toFixedString('ab', 2) AS raw, 'text ' || number AS text, toLowCardinality('key ' || number % 2) AS low,
	if(number = 1, NULL, number) AS maybe, range(number) AS list,
	arrayMap(x -> toLowCardinality('v' || x), range(number)) AS lows,
	CAST((['a', 'b'], [number, 2]) AS Map(LowCardinality(String), UInt64)) AS map,
	[CAST((['k'], ['v' || number]) AS Map(LowCardinality(String), String))] AS maps,
	tuple('x', number) AS pair
	FROM numbers(3)`

// raw is the answer to a query for a client that names no revision.
func raw(t *testing.T, s *chdbtest.Server, query string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Endpoint, strings.NewReader(query))
	require.NoError(t, err)
	request.SetBasicAuth(s.Username, s.Password)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(data))
	return data
}

func TestRowsOfEveryTypeCanBeTakenOut(t *testing.T) {
	s := chdbtest.Start(t)
	conn := s.Conn(t, "default")
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE source ENGINE = Memory AS "+everyType))
	require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE copy AS source"))
	body := raw(t, s, "SELECT * FROM source FORMAT Native")
	parsed, rest, err := Parse(body)
	require.NoError(t, err)
	require.Empty(t, rest)
	require.Equal(t, 3, parsed.Rows())

	for _, rows := range [][]int{{2}, {0, 1}} {
		require.NoError(t, conn.InsertFormat(t.Context(), "Native", "INSERT INTO copy", strings.NewReader(string(parsed.Append(nil, rows)))))
	}
	var same uint64
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT count() FROM (SELECT toString(tuple(*)) FROM copy INTERSECT SELECT toString(tuple(*)) FROM source)`).Scan(&same))
	require.EqualValues(t, 3, same)

	for name, want := range map[string]string{
		"u8": "1", "i64": "-1", "f64": "0.25", "bool": "true", "uuid": "0192a3b4-5c6d-7e8f-9012-3456789abcde", "at9": "2026-01-02 03:04:06",
		"at": "2026-01-02 03:04:06", "day": "2026-01-03 00:00:00", "enum": "two", "raw": "6162", "text": "text 1", "low": "key 1", "list": "…",
	} {
		require.Equal(t, want, parsed.Column(name).Text(1), name)
	}
	day, ok := parsed.Column("at9").Day(1)
	require.True(t, ok)
	require.Equal(t, "2026-01-02", day)
	_, ok = parsed.Column("text").Day(1)
	require.False(t, ok)
	require.Nil(t, parsed.Column("none"))
}

func TestADictionaryBringsOnlyTheKeysOfItsRows(t *testing.T) {
	s := chdbtest.Start(t)
	parsed, _, err := Parse(raw(t, s, "SELECT toLowCardinality('key ' || number) AS low FROM numbers(300) FORMAT Native"))
	require.NoError(t, err)
	alone := parsed.Append(nil, []int{7})
	require.Contains(t, string(alone), "key 7")
	require.NotContains(t, string(alone), "key 8")
}

func TestABlockThatEndsTooEarlyIsAnError(t *testing.T) {
	whole := small()
	for end := range len(whole) {
		_, _, err := Parse(whole[:end])
		require.Error(t, err, end)
	}
	_, _, err := Parse(whole)
	require.NoError(t, err)
}

func TestTypesThatAreNotKnownAreNamed(t *testing.T) {
	for _, name := range []string{"JSON", "Nullable", "LowCardinality(Nullable(String))", "FixedString(x)", "Map(String)", strings.Repeat("Array(", 30) + "UInt8" + strings.Repeat(")", 30)} {
		_, err := parseType(name, 0)
		require.ErrorContains(t, err, "type ", name)
	}
}

// small is a block of two rows with a text, a list and a dictionary.
func small() []byte {
	b := []byte{3, 2}
	b = append(appendName(appendName(b, "t"), "String"), 1, 'a', 1, 'b')
	b = appendName(appendName(b, "l"), "Array(UInt8)")
	b = append(b, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 10, 11)
	b = appendName(appendName(b, "d"), "LowCardinality(String)")
	b = append(b, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 'k', 2, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	return b
}

func FuzzParse(f *testing.F) {
	f.Add(small())
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, rest, err := Parse(data)
		if err != nil || len(parsed.columns) == 0 {
			return
		}
		require.LessOrEqual(t, len(rest), len(data))
		all := make([]int, parsed.Rows())
		for i := range all {
			all[i] = i
		}
		again, rest, err := Parse(parsed.Append(nil, all))
		require.NoError(t, err)
		require.Empty(t, rest)
		for i, c := range parsed.columns {
			for row := range min(parsed.Rows(), 10) {
				require.Equal(t, c.Text(row), again.columns[i].Text(row))
			}
		}
		require.True(t, slices.Equal(again.Append(nil, all), parsed.Append(nil, all)))
	})
}
