package history

import (
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
)

const keyColumns = "tenant, connector, who, target"

// selectKey names the columns of the key.
func (k *kind) selectKey() string {
	return k.key[0] + " AS tenant, " + k.key[1] + " AS connector, " + k.key[2] + " AS who, " + k.key[3] + " AS target"
}

// packed makes one string of the times (column at, UInt32) and Float32 columns of
// a group, four bytes each, as record reads them: reading arrays element by
// element takes ten times as long.
func packed(columns ...string) string {
	var fields strings.Builder
	for _, column := range append([]string{"at"}, columns...) {
		fields.WriteString(", reinterpretAsFixedString(" + column + ")")
	}
	return "arrayStringConcat(groupArray(concat(''" + fields.String() + ")))"
}

// endpoints gives one row an endpoint of an entity: when and how much.
func (k *kind) endpoints(r *Reading) (query string, args []any) {
	where, args := k.where(r, k.time, r.Start, r.End)
	return `
SELECT ` + keyColumns + `, endpoint, max(platform), ` + packed("calls", "bytes", "failed", "refused") + `
FROM (
    SELECT ` + k.selectKey() + `, ` + endpointName + ` AS endpoint, toUInt32(toStartOfHour(` + k.time + `)) AS at, max(platform_name) AS platform,
        toFloat32(sum(` + k.requests + `)) AS calls, toFloat32(sum(bytes_out * ` + k.weight + `)) AS bytes,
        toFloat32(sum(` + k.errors + `)) AS failed, toFloat32(sumIf(` + k.requests + `, status_class = '4xx')) AS refused
    FROM ` + k.table + `
    WHERE ` + where + `
    GROUP BY ` + keyColumns + `, endpoint, at
    HAVING calls > 0
)
GROUP BY ` + keyColumns + `, endpoint
ORDER BY ` + keyColumns + `, endpoint`, args
}

// measures gives one row an entity: the measures that are not in endpoints, in
// the order of columns.
func (k *kind) measures(r *Reading, columns []string) (query string, args []any) {
	where, args := k.where(r, k.time, r.Start, r.End)
	aggregates := map[string]string{
		detect.BytesIn: "sum(bytes_in * " + k.weight + ")", detect.Cost: "sum(cost * " + k.weight + ")", detect.Users: k.users, detect.Latency: k.latency,
	}
	var inner strings.Builder
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = "m_" + column
		inner.WriteString(", toFloat32(" + aggregates[column] + ") AS m_" + column)
	}
	return `
SELECT ` + keyColumns + `, ` + packed(names...) + `
FROM (
    SELECT ` + k.selectKey() + `, toUInt32(toStartOfHour(` + k.time + `)) AS at` + inner.String() + `
    FROM ` + k.table + `
    WHERE ` + where + `
    GROUP BY ` + keyColumns + `, at
    HAVING sum(` + k.requests + `) > 0
)
GROUP BY ` + keyColumns, args
}

// tops gives one row an entity: requests and bytes of each hour's largest five
// minutes.
func (k *kind) tops(r *Reading) (query string, args []any) {
	table := strings.Replace(k.table, "connector_hours", "connector_5m", 1)
	where, args := k.where(r, "bucket", r.Start, r.End)
	return `
SELECT ` + keyColumns + `, ` + packed("calls", "bytes") + `
FROM (
    SELECT ` + keyColumns + `, toUInt32(toStartOfHour(five)) AS at, toFloat32(max(calls)) AS calls, toFloat32(max(bytes)) AS bytes
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
