package baselinereceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/rules"
)

const queryRules = `
version: 1
rules:
  - name: over-quota
    family: query
    description: A connector makes more requests in an hour than it may.
    measure: requests
    category: cost
    sql: |
      SELECT tenant_id, connector_id, connector_id AS entity, sum(adjusted_count) AS observed, 5000 AS expected
      FROM connector_hours FINAL WHERE hour >= {start:DateTime} AND hour < {end:DateTime}
      GROUP BY tenant_id, connector_id HAVING observed > expected
  - name: broken
    family: query
    description: Its SQL cannot be run.
    measure: requests
    category: cost
    sql: |
      SELECT tenant_id, connector_id, '' AS entity, toUInt8(tenant_id) AS observed, 1 AS expected
      FROM connector_hours WHERE hour >= {start:DateTime} AND hour < {end:DateTime}
`

func TestQueryRulesHaveEpisodesAndDoNotHoldUpOthers(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	var err error
	b.rules, err = rules.Parse("query.yaml", []byte(queryRules))
	require.NoError(t, err)
	b.steady(simEnd.Add(3 * time.Hour))
	b.hour("steady-7", simEnd, usualRoute, 12_000, 0)

	clock := &manualClock{now: simEnd.Add(65 * time.Minute)}
	r := b.runner(clock)
	r.config.CatchUp = time.Hour
	b.pass(r)
	require.Len(t, b.findings(), 1)
	f := b.findings()[0]
	require.Equal(t, finding.Firing, f.Status)
	require.Equal(t, "steady-7", f.ConnectorID)
	require.Empty(t, f.Entity, "it is the connector itself")
	require.Equal(t, simEnd, f.WindowStart)
	require.Contains(t, f.Summary, "steady-7: 12,000 requests, where 5,000 is held to be right.")
	rows, err := b.conn.Query(t.Context(), f.EvidenceSQL)
	require.NoError(t, err, f.EvidenceSQL)
	require.True(t, rows.Next(), "it shows what was found")
	require.NoError(t, rows.Close())
	failed := map[string]bool{}
	for _, e := range b.reports {
		failed[e.rule] = e.failed
	}
	require.Equal(t, map[string]bool{"over-quota": false, "broken": true}, failed)

	clock.now = simEnd.Add(3*time.Hour + 5*time.Minute)
	r.config.CatchUp = 24 * time.Hour
	b.pass(r)
	require.Equal(t, finding.Resolved, b.findings()[0].Status)
}
