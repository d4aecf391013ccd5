package coverage

import (
	"embed"

	"github.com/weir-otel/weir/dashboards/internal/board"
)

// The panels' SQL. In it stand, beside what every dashboard has,
//
//	{coverage} how well the calls of the time range are known: columns at,
//	           service_name, identity_status, unattributed_reason, trace_context,
//	           calls; it knows no connectors
//	{calls}    the calls of the time range one by one, of all tenants and connectors;
//	           column calls: how many each stands for
//	{step}     the width of a point on a time axis
//
//go:embed sql/*.sql
var files embed.FS

// coverage reads what is below the view identity_coverage: in a range shorter
// than an hour the view's hours begin before it, and nothing would be shown.
const coverage = `(
    SELECT bucket AS at, service_name, identity_status, unattributed_reason, trace_context, adjusted_count AS calls
    FROM coverage_5m FINAL
    WHERE actions > 0 AND $__timeFilter(bucket) AND {tenants}
)`

// calls is the view who_did_what with two columns that it lacks: the bucket, by
// which parts are left out, and the adjusted count.
const calls = `(
    SELECT
        timestamp, tenant_id, connector_id, user_id, actor_chain, credential_id, credential_hash, identity_status,
        client_country, data_classification, bytes_out, adjusted_count AS calls
    FROM actions FINAL
    WHERE live = 1
        AND bucket BETWEEN $__fromTime - INTERVAL 5 MINUTE AND $__toTime
        AND $__timeFilter_ms(timestamp)
)`

// step is a multiple of the rollup's own width: anything else would draw waves
// that are not there.
const step = `toIntervalSecond(intDiv($__interval_s + 299, 300) * 300)`

func sql(name string) string {
	return board.NewQueries(files, "{coverage}", coverage, "{calls}", calls, "{step}", step).SQL(name)
}
