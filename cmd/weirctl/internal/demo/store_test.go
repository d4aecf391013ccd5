package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/simulate"
)

func TestTablesAreSearchedInAllTheirColumns(t *testing.T) {
	secrets := simulate.NewSecrets(1)
	conn := chdbtest.Start(t).Conn(t, "default")
	ctx := t.Context()
	require.NoError(t, conn.Exec(ctx, "CREATE DATABASE weir"))
	require.NoError(t, conn.Exec(ctx, `CREATE TABLE weir.things (id UInt64, attributes Map(LowCardinality(String), String),
		events Array(Map(LowCardinality(String), String)), card UInt64, at DateTime64(9), digest FixedString(8),
		users AggregateFunction(uniqCombined64(12), String)) ENGINE = MergeTree ORDER BY id`))
	require.NoError(t, conn.Exec(ctx, "CREATE VIEW weir.seen AS SELECT attributes FROM weir.things"))
	require.NoError(t, conn.Exec(ctx, `INSERT INTO weir.things SELECT number, map('note', 'clean'), [map('a', 'b')], 1, now64(9), '', uniqCombined64State(12)('x')
		FROM numbers(100) GROUP BY number`))

	leaks, searched := Leaks{}, Searched{}
	require.NoError(t, searchTables(ctx, conn, secrets, leaks, &searched))
	require.Empty(t, leaks)
	require.Equal(t, Searched{Tables: 1, Rows: 100}, searched)

	require.NoError(t, conn.Exec(ctx, `INSERT INTO weir.things SELECT 200, map('mail', ?), [map('text', ?)], ?, now64(9), '', uniqCombined64State(12)('x')`,
		"to "+secrets.Email, "Bearer "+secrets.Authorization, secrets.Card))
	require.NoError(t, searchTables(ctx, conn, secrets, leaks, &searched))
	require.Equal(t, []string{
		"authorization header in table `weir`.`things` (1)", "card number in table `weir`.`things` (1)", "e-mail address in table `weir`.`things` (1)",
	}, leaks.places())
}

func TestFindingsAreReadBack(t *testing.T) {
	server := chdbtest.Start(t)
	ctx := t.Context()
	require.NoError(t, schema.Apply(ctx, server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	want := sampleResult().Findings
	for i := range want {
		want[i].StartedAt, want[i].UpdatedAt = want[i].WindowStart, want[i].WindowEnd
	}
	require.NoError(t, finding.Insert(ctx, conn, want, three.Add(24*time.Hour)))
	got, err := findings(ctx, conn)
	require.NoError(t, err)
	require.Equal(t, want, got)

	counts, err := storedCounts(ctx, conn)
	require.NoError(t, err)
	require.Zero(t, counts)
	actions, err := actionsByConnector(ctx, conn)
	require.NoError(t, err)
	require.Empty(t, actions)
	ticks, err := evaluatedTicks(ctx, conn)
	require.NoError(t, err)
	require.Empty(t, ticks)
}

func TestEveryBuiltInRuleIsAwaitedUpToTheEnd(t *testing.T) {
	end := three.Add(20 * time.Minute)
	ticks, err := lastTicks(end)
	require.NoError(t, err)
	require.NotEmpty(t, ticks)
	for rule, tick := range ticks {
		require.False(t, tick.After(end), rule)
		require.True(t, tick.After(end.Add(-lastDay)), rule)
	}
}

func TestAlertsAreCountedByFingerprint(t *testing.T) {
	all := []finding.Finding{{Fingerprint: "aa"}, {Fingerprint: "bb"}, {Fingerprint: "cc", Status: finding.Pending}}
	due, told := alertsTold(all, [][]byte{[]byte(`{"fingerprint":"bb"}`), []byte(`{"fingerprint":"bb"}`)})
	require.Equal(t, 2, due)
	require.Equal(t, 1, told)
}
