package activity

import (
	"embed"
	"strings"
)

// The panels' SQL, one statement a file. In them stand
//
//	{rollup}   the calls of the time range, from the rollup that fits its length:
//	           columns at, tenant_id, connector_id, method, route, status_class,
//	           calls, errors, bytes_in, bytes_out
//	{step}     the width of a point on a time axis
//	{filters}  the dashboard's variables
//	{connector} a connector's name in a legend
//
//go:embed sql/*.sql
var files embed.FS

// filters lets "All" read everything. Calls without an identity have the empty id
// in the tables and "unattributed" in the variable.
const filters = `$__conditionalAll(tenant_id IN (${tenant:singlequote}), $tenant)
    AND $__conditionalAll((connector_id IN (${connector:singlequote}) OR (connector_id = '' AND 'unattributed' IN (${connector:singlequote}))), $connector)`

const connector = `if(connector_id = '', 'unattributed', connector_id)`

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
	content, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // a file of this package: the tests would see it
	}
	text := strings.NewReplacer("{rollup}", rollup, "{step}", step, "{connector}", connector).Replace(string(content))
	text = strings.ReplaceAll(text, "{filters}", filters)
	return strings.TrimSpace(text)
}
