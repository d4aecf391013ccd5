package finding_test

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/schema"
)

func database(t *testing.T) driver.Conn {
	t.Helper()
	server := chdbtest.Start(t)
	opts := schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), opts))
	return server.Conn(t, schema.DefaultDatabase)
}

func TestTableKeepsTheLatestVersionOfAnEpisode(t *testing.T) {
	conn := database(t)
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	f := finding.Finding{
		Fingerprint: "0123456789abcdef", Status: finding.Firing, Rule: "bytes-out-burst", Family: "volume", Severity: "critical",
		Category: "data_exposure", TenantID: "acme", ConnectorID: "crm-sync", ConnectorName: "CRM sync", Entity: "key-1", Measure: "bytes_out",
		Observed: 1.2e9, Expected: 1.5e7, Lower: 3e6, Upper: 4e7, Score: 0.97, Effect: 80, PValue: 1e-30,
		WindowStart: at, WindowEnd: at.Add(time.Hour), StartedAt: at, UpdatedAt: at.Add(time.Hour),
		BaselineDays: 28, BaselineBuckets: 672, Summary: "crm-sync's export: 1.2 GB", EvidenceSQL: "SELECT 'it''s'",
		Contributors: []finding.Contributor{{Key: "GET /contacts/export", Observed: 1e9}}, TraceIDs: []string{"aa"},
	}
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{f}, 1))
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{f}, 1)) // repeated: nothing changes

	got, err := finding.Select(t.Context(), conn, "")
	require.NoError(t, err)
	require.Equal(t, []finding.Finding{f}, got)

	resolved := f
	resolved.Status, resolved.ResolvedAt = finding.Resolved, at.Add(3*time.Hour)
	resolved.TraceIDs, resolved.Contributors = nil, nil
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{resolved}, 3))
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{f}, 2)) // too late
	quiet := f
	quiet.Fingerprint, quiet.Status = "0123456789abcdff", finding.Pending.Ended() // nobody was told of it
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{quiet}, 1))
	begun, err := finding.Begun(t.Context(), conn, at, at.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, map[string]int{"bytes-out-burst": 1}, begun)
	got, err = finding.Select(t.Context(), conn, finding.Told+" AND connector_id = ? AND started_at >= ?", "crm-sync", at)
	require.NoError(t, err)
	require.Equal(t, []finding.Finding{resolved}, got)
}
