package activity

import (
	"embed"

	"github.com/weir-otel/weir/dashboards/internal/board"
)

// The panels' SQL. In it stand, beside what every dashboard has,
//
//	{rollup}   the calls of the time range, from the rollup that fits its length:
//	           columns at, tenant_id, connector_id, method, route, status_class,
//	           calls, errors, bytes_in, bytes_out
//	{step}     the width of a point on a time axis
//
//go:embed sql/*.sql
var files embed.FS

// short says that the range is at most two days: then the 5-minute rollup is
// read, otherwise the hourly one. Either condition is constant, so that only
// one of the tables is touched.
const short = `toUnixTimestamp($__toTime) - toUnixTimestamp($__fromTime) <= 172800`

const rollup = `(
    SELECT bucket AS at, tenant_id, connector_id, method, route, status_class, adjusted_count AS calls, errors, bytes_in, bytes_out
    FROM connector_5m FINAL
    WHERE $__timeFilter(bucket) AND ` + short + ` AND {filters}
    UNION ALL
    SELECT hour AS at, tenant_id, connector_id, method, route, status_class, adjusted_count AS calls, errors, bytes_in, bytes_out
    FROM connector_hours FINAL
    WHERE $__timeFilter(hour) AND NOT (` + short + `) AND {filters}
)`

// step is a multiple of the rollup's own width: anything else would draw waves
// that are not there.
const step = `toIntervalSecond(intDiv($__interval_s + if(` + short + `, 300, 3600) - 1, if(` + short + `, 300, 3600)) * if(` + short + `, 300, 3600))`

func sql(name string) string {
	return board.NewQueries(files, "{rollup}", rollup, "{step}", step).SQL(name)
}
