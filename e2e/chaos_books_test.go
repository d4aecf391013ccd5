package e2e

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	booksLine = regexp.MustCompile(`^` + booksPrefix + `([a-z_]+?)(?:_total|_ratio|_bytes|_seconds)?(?:\{(.*)\})? ([0-9.e+-]+)$`)
	tableName = regexp.MustCompile(`(?:^|,)table="([^"]*)"`)
	stateName = regexp.MustCompile(`(?:^|,)state="([^"]*)"`)
	origin    = regexp.MustCompile(`(?:^|,)origin="([^"]*)"`)
)

// parseBooks reads the exporter's metrics: name → table → sum; where
// there is an origin or a state also as received_rows/request or state/ok.
func parseBooks(text io.Reader) (map[string]map[string]float64, error) {
	found := map[string]map[string]float64{}
	add := func(name, table string, value float64) {
		if found[name] == nil {
			found[name] = map[string]float64{}
		}
		found[name][table] += value
	}
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		m := booksLine.FindStringSubmatch(lines.Text())
		if m == nil || strings.HasSuffix(m[1], "_bucket") {
			continue
		}
		value, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			return nil, err
		}
		table := first(tableName, m[2])
		add(m[1], table, value)
		for _, label := range []*regexp.Regexp{origin, stateName} {
			if v := first(label, m[2]); v != "" {
				add(m[1]+"/"+v, table, value)
			}
		}
	}
	return found, lines.Err()
}

func first(pattern *regexp.Regexp, text string) string {
	if m := pattern.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// unbalanced names the table whose rows do not add up: received = stored +
// waiting + dead-lettered, none of them below zero.
func unbalanced(b map[string]map[string]float64) string {
	for table, received := range b["received_rows"] {
		stored, waiting, dead := b["stored_rows"][table], b["waiting_rows"][table], b["dead_lettered_rows"][table]
		if received != stored+waiting+dead || waiting < 0 {
			return fmt.Sprintf("%s: %.0f received, %.0f stored, %.0f waiting, %.0f dead-lettered", table, received, stored, waiting, dead)
		}
	}
	return ""
}

func TestBooksThatDoNotAddUpAreFound(t *testing.T) {
	const text = `# TYPE otelcol_exporter_clickhouse_store_received_rows_total counter
otelcol_exporter_clickhouse_store_received_rows_total{origin="request",otel_scope_name="x",table="spans"} 7
otelcol_exporter_clickhouse_store_received_rows_total{origin="recovery",otel_scope_name="x",table="spans"} 3
otelcol_exporter_clickhouse_store_stored_rows_total{otel_scope_name="x",table="spans"} 6
otelcol_exporter_clickhouse_store_waiting_rows{otel_scope_name="x",table="spans"} 4
otelcol_exporter_clickhouse_store_dead_lettered_rows_total{otel_scope_name="x",table="spans"} 0
`
	books, err := parseBooks(strings.NewReader(text))
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"spans": 10}, books["received_rows"])
	require.Equal(t, map[string]float64{"spans": 7}, books["received_rows/request"])
	require.Empty(t, unbalanced(books))
	books["stored_rows"]["spans"]--
	require.Equal(t, "spans: 10 received, 5 stored, 4 waiting, 0 dead-lettered", unbalanced(books))
}
