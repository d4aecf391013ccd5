package clickhousestoreexporter

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

func TestMetricsReachTheirTablesAndTheCompatViews(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.RetentionClasses = map[string]int{"long": 400}
	e, err := NewFactory().CreateMetrics(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	md := pmetric.NewMetrics()
	m := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("calls")
	points := m.SetEmptySum().DataPoints()
	for i := range 100 {
		p := points.AppendEmpty()
		p.SetTimestamp(pcommon.NewTimestampFromTime(aDayAgo.Add(time.Duration(i) * time.Second)))
		p.SetIntValue(int64(i))
		p.Attributes().PutStr("lowcode.data.retention_class", "long")
	}
	require.NoError(t, e.ConsumeMetrics(t.Context(), md))
	conn := server.Conn(t, "weir")
	require.Eventually(t, func() bool {
		var n uint64
		err := conn.QueryRow(t.Context(), "SELECT count() FROM metrics_sum WHERE retention_days = 400").Scan(&n)
		return err == nil && n == 100
	}, time.Minute, 20*time.Millisecond)
	require.Equal(t, 4950, count(t, conn, "SELECT toUInt64(sum(Value)) FROM otel_compat.otel_metrics_sum WHERE MetricName = 'calls'"))
	require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context())))
}
