package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/schema"
)

func TestFindingsAreReadBack(t *testing.T) {
	server := chdbtest.Start(t)
	ctx := t.Context()
	require.NoError(t, schema.Apply(ctx, server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	want := sampleResult().Findings
	for i := range want {
		want[i].StartedAt, want[i].UpdatedAt = want[i].WindowStart, want[i].WindowEnd
	}
	require.NoError(t, finding.Insert(ctx, conn, want, 1))
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
