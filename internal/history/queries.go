package history

import (
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

const keyColumns = "tenant, connector, who, target"

// selectKey names the columns of the key.
func (k *kind) selectKey() string {
	return k.key[0] + " AS tenant, " + k.key[1] + " AS connector, " + k.key[2] + " AS who, " + k.key[3] + " AS target"
}

// packed makes one string of the times (an expression of UInt32) and Float64 columns
// of a group, as unpack reads them: reading arrays element by element takes ten times
// as long.
func packed(at string, columns ...string) string {
	var fields strings.Builder
	for _, column := range columns {
		fields.WriteString(", reinterpretAsFixedString(toFloat64(" + column + "))")
	}
	return "arrayStringConcat(groupArray(concat('', reinterpretAsFixedString(" + at + ")" + fields.String() + ")))"
}

// hourOf the column time.
func hourOf(time string) string { return "toUInt32(toStartOfHour(" + time + "))" }

// figures are the columns of endpoints: the first four always, then those of added.
func (k *kind) figures(added []string) []string {
	all := []string{k.requests, "bytes_out * " + k.weight, k.errors, "if(status_class = '4xx', " + k.requests + ", 0)"}
	for _, column := range added {
		all = append(all, column+" * "+k.weight)
	}
	return all
}

// endpoints gives one row an endpoint of an entity: when and how much, and what is
// added up of it. A rollup's rows are packed as they are, and unpack adds up those of
// one hour: grouping by the hour takes the engine three times as long. Where an entity
// has very many rows, the engine does it.
func (k *kind) endpoints(r *Reading, added []string) (query string, args []any) {
	where, args := k.where(r, k.time, r.Start, r.End)
	columns := k.figures(added)
	if k.rollup && k.keyed(1) {
		return `
SELECT ` + k.selectKey() + `, ` + endpointName + ` AS endpoint, max(platform_name), ` + packed(hourOf(k.time), columns...) + `
FROM ` + k.table + `
WHERE ` + where + `
GROUP BY ` + keyColumns + `, endpoint
ORDER BY ` + keyColumns + `, endpoint`, args
	}
	var sums strings.Builder
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = "figure_" + strconv.Itoa(i)
		sums.WriteString(", sum(" + column + ") AS " + names[i])
	}
	return `
SELECT ` + keyColumns + `, endpoint, max(platform), ` + packed("at", names...) + `
FROM (
    SELECT ` + k.selectKey() + `, ` + endpointName + ` AS endpoint, ` + hourOf(k.time) + ` AS at, max(platform_name) AS platform` + sums.String() + `
    FROM ` + k.table + `
    WHERE ` + where + `
    GROUP BY ` + keyColumns + `, endpoint, at
)
GROUP BY ` + keyColumns + `, endpoint
ORDER BY ` + keyColumns + `, endpoint`, args
}

// measures gives one row an entity: those that cannot be added up of its endpoints.
func (k *kind) measures(r *Reading, columns []string) (query string, args []any) {
	where, args := k.where(r, k.time, r.Start, r.End)
	aggregates := map[string]string{detect.Users: k.users, detect.Latency: k.latency}
	var inner strings.Builder
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = "m_" + column
		inner.WriteString(", " + aggregates[column] + " AS m_" + column)
	}
	return `
SELECT ` + keyColumns + `, ` + packed("at", names...) + `
FROM (
    SELECT ` + k.selectKey() + `, ` + hourOf(k.time) + ` AS at` + inner.String() + `
    FROM ` + k.table + `
    WHERE ` + where + `
    GROUP BY ` + keyColumns + `, at
    HAVING sum(` + k.requests + `) > 0
)
GROUP BY ` + keyColumns, args
}

// tops gives one row an entity: requests and bytes of each bucket, or, where an entity
// has very many rows, of each hour's largest.
func (k *kind) tops(r *Reading) (query string, args []any) {
	table := strings.Replace(k.table, "connector_hours", "connector_5m", 1)
	where, args := k.where(r, "bucket", r.Start, r.End)
	if k.rollup && k.keyed(1) {
		return `
SELECT ` + k.selectKey() + `, ` + packed("toUInt32(bucket)", k.requests, "bytes_out * "+k.weight) + `
FROM ` + table + `
WHERE ` + where + `
GROUP BY ` + keyColumns, args
	}
	return `
SELECT ` + keyColumns + `, ` + packed("at", "calls", "bytes") + `
FROM (
    SELECT ` + keyColumns + `, ` + hourOf("five") + ` AS at, max(calls) AS calls, max(bytes) AS bytes
    FROM (
        SELECT ` + k.selectKey() + `, bucket AS five, sum(` + k.requests + `) AS calls, sum(bytes_out * ` + k.weight + `) AS bytes
        FROM ` + table + `
        WHERE ` + where + `
        GROUP BY ` + keyColumns + `, five
    )
    GROUP BY ` + keyColumns + `, at
)
GROUP BY ` + keyColumns, args
}

// first gives, for what is older than the reading, when it began.
func (k *kind) first(r *Reading) (query string, args []any) {
	where, args := k.where(r, k.time, time.Unix(0, 0), r.Start)
	return `
SELECT ` + k.selectKey() + `, ` + endpointName + ` AS endpoint, toUInt32(toStartOfHour(min(` + k.time + `)))
FROM ` + k.table + `
WHERE ` + where + ` AND ` + k.requests + ` > 0
GROUP BY ` + keyColumns + `, endpoint`, args
}
