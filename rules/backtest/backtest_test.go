package backtest_test

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/rules"
	"github.com/weir-otel/weir/rules/backtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tuesday = time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)

// stored is an engine in which crm-sync makes 20 calls an hour for 60 days, 21
// in every other hour, and on the last day 500 at nine, ten and eleven.
func stored(t *testing.T) driver.Conn {
	server := chdbtest.Start(t)
	opts := schema.Options{RetentionDays: 30_000, RollupRetentionDays: 30_000}
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), opts))
	conn := server.Conn(t, schema.DefaultDatabase)
	for _, into := range []string{"connector_hours (hour", "connector_5m (bucket"} {
		require.NoError(t, conn.Exec(t.Context(), "INSERT INTO "+into+`, tenant_id, connector_id, method, route, status_class, actions, adjusted_count, bytes_out, computed_at)
			SELECT toDateTime(?, 'UTC') - toIntervalHour(number) AS at, 'acme', 'crm-sync', 'GET', '/contacts', '2xx', 1,
				if(number IN (13, 14, 15), 500, 20 + number % 2), 20000, now64(6) FROM numbers(60 * 24)`, tuesday.Add(23*time.Hour).Unix()))
	}
	return conn
}

func load(t *testing.T, text string) []rules.Rule {
	t.Helper()
	parsed, err := rules.Parse("a.yaml", []byte("version: 1\nrules:\n"+text))
	require.NoError(t, err)
	return parsed
}

const (
	burst = `  - {name: burst, family: volume, description: Burst., measure: requests, category: cost, budget: 100, min_effect: {absolute: 50, ratio: 4}}
`
	loud = `  - {name: loud, family: query, description: Loud., measure: calls, category: cost, budget: 1000, sql: "SELECT tenant_id, connector_id, '' AS entity, sum(adjusted_count) AS observed, 250 AS expected
      FROM connector_5m FINAL WHERE bucket >= {start:DateTime} AND bucket < {end:DateTime} GROUP BY ALL HAVING observed > expected"}
`
	broken = `  - {name: broken, family: query, description: Broken., measure: calls, category: cost, sql: "SELECT nothing FROM connector_5m WHERE bucket >= {start:DateTime} AND bucket < {end:DateTime}"}
`
)

func TestRulesAreReplayedOverStoredHistory(t *testing.T) {
	b := &backtest.Backtest{
		Conn: stored(t), Catalog: &catalog.Catalog{}, Rules: load(t, burst+loud+broken),
		From: tuesday.Add(-24 * time.Hour), To: tuesday.Add(24 * time.Hour),
	}
	results, err := b.Run(t.Context())
	require.NoError(t, err)

	for _, r := range results[:2] {
		require.Empty(t, r.Error, r.Rule)
		require.Equal(t, 48, r.Windows, r.Rule)
		require.Equal(t, 1, r.Findings, "%s: three loud hours are one episode", r.Rule)
		require.InDelta(t, 0.5, r.PerDay, 1e-9)
		require.Equal(t, []backtest.Day{{Day: "2026-03-02"}, {Day: "2026-03-03", Findings: 1}}, r.Days)
	}
	require.InDelta(t, 0.1, results[0].Budget, 1e-9, "100 a day for 1000 connectors is 0.1 for one")
	require.Equal(t, []backtest.Outcome{
		{Factor: 1, Findings: 1, PerDay: 0.5},
		{Factor: 1.25, Findings: 1, PerDay: 0.5},
		{Factor: 1.5, Findings: 1, PerDay: 0.5},
		{Factor: 2, Findings: 1, PerDay: 0.5},
		{Factor: 3},
	}, results[1].Factors, "500 is twice 250 and not three times")
	require.ErrorContains(t, errorOf(results[2]), "cannot evaluate rule broken (a.yaml:")
}

func errorOf(r backtest.Result) error { return resultError(r.Error) }

type resultError string

func (e resultError) Error() string { return string(e) }

func TestAStretchMustHaveALength(t *testing.T) {
	_, err := (&backtest.Backtest{From: tuesday, To: tuesday}).Run(t.Context())
	require.ErrorContains(t, err, "nothing lies between")
}

func TestOverIsMoreThanTheBudgetByMoreThanChance(t *testing.T) {
	f := func(findings int, budget, days float64, want bool) {
		t.Helper()
		r := backtest.Result{Findings: findings, Budget: budget}
		require.Equal(t, want, r.Over(days))
	}
	f(2, 0.1, 7, false)
	f(3, 0.1, 7, true)
	f(14, 1, 10, false)
	f(17, 1, 10, true)
}
