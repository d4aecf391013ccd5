package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

var csvScoring = scoreOptions{timeColumn: "timestamp", valueColumn: "value", output: "csv"}

// steady is a series of n points with a spike at one of them.
func steady(n, spike int) string {
	var b strings.Builder
	b.WriteString("host,timestamp,value\n")
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		value := 10 + float64(i*7919%13)/13
		if i == spike {
			value = 40
		}
		fmt.Fprintf(&b, "\"a, b\",%s,%g\n", at.Add(time.Duration(i)*time.Minute).Format(time.RFC3339), value)
	}
	return b.String()
}

func TestScoreKeepsTheRowsAndAddsColumns(t *testing.T) {
	var out, errOut strings.Builder
	require.NoError(t, runScore(strings.NewReader(steady(500, 400)), &out, &errOut, csvScoring))
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 501)
	require.Equal(t, []string{"host", "timestamp", "value", "score", "expected", "lower", "upper"}, rows[0])
	require.Equal(t, []string{"a, b", "2026-03-01T06:40:00Z", "40"}, rows[401][:3])
	for i, row := range rows[1:] {
		score, err := strconv.ParseFloat(row[3], 64)
		require.NoError(t, err)
		require.Equal(t, i == 400, score > 0.7, "row %d: %s", i, row)
	}
	require.Empty(t, errOut.String())
}

func TestScoreWritesAnObjectALine(t *testing.T) {
	var out strings.Builder
	opts := csvScoring
	opts.output = "json"
	require.NoError(t, runScore(strings.NewReader("timestamp,value\n1,2\n2,\n"), &out, &out, opts))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	var row map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &row))
	require.Equal(t, map[string]any{"timestamp": "1", "value": "2", "score": 0.0, "expected": 2.0, "lower": row["lower"], "upper": row["upper"]}, row)
}

func TestScoreReadsTheUsualFormsOfTime(t *testing.T) {
	want := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	for _, text := range []string{
		"2026-03-01T09:30:00Z", "2026-03-01T10:30:00+01:00", "2026-03-01 09:30:00", "2026-03-01 09:30:00.000000", "2026-03-01 09:30",
		"2026/03/01 09:30:00", "1772357400", "1772357400.0", "1772357400000", "1772357400000000", "1772357400000000000",
	} {
		at, err := (&timeParser{}).parse(text)
		require.NoError(t, err, text)
		require.WithinDuration(t, want, at, time.Millisecond, text)
	}
}

func TestScoreSaysWhatIsWrongWithItsInput(t *testing.T) {
	for input, want := range map[string]string{
		"":                            "the series is empty",
		"time,value\n1,2\n":           `no column "timestamp": it has time, value; name the one with --time-column`,
		"timestamp,cpu\n1,2\n":        `no column "value": it has timestamp, cpu; name the one with --value-column`,
		"timestamp,value\nsoon,2\n":   `line 2: column timestamp: "soon" is no time: expected e.g.`,
		"timestamp,value\n1,2\n2,x\n": `line 3: column value: "x" is no number: expected one, or nothing for a gap`,
		"timestamp,value\n1\n":        "wrong number of fields",
	} {
		var out strings.Builder
		err := runScore(strings.NewReader(input), &out, &out, csvScoring)
		require.ErrorContains(t, err, want, input)
	}
	err := runScore(strings.NewReader(""), &strings.Builder{}, &strings.Builder{}, scoreOptions{output: "xml"})
	require.ErrorIs(t, err, cli.ErrUsage)
}

func TestScoreTakesATimeThatGoesBackForTheNext(t *testing.T) {
	var out, errOut strings.Builder
	require.NoError(t, runScore(strings.NewReader("timestamp,value\n10,1\n5,1\n11,1\n"), &out, &errOut, csvScoring))
	require.Equal(t, 4, strings.Count(out.String(), "\n"))
	require.Contains(t, errOut.String(), "1 times went back or stood still and were taken for the next; the first in line 3")
}

func FuzzScore(f *testing.F) {
	f.Add(steady(80, 70))
	f.Add("timestamp,value\n-1e300,1\n1e18,-5\n")
	f.Fuzz(func(t *testing.T, input string) {
		var out strings.Builder
		if runScore(strings.NewReader(input), &out, &strings.Builder{}, csvScoring) != nil {
			return
		}
		rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		require.NoError(t, err)
		for _, row := range rows[1:] {
			score, err := strconv.ParseFloat(row[len(row)-4], 64)
			require.NoError(t, err)
			require.True(t, score >= 0 && score <= 1, row)
		}
	})
}
