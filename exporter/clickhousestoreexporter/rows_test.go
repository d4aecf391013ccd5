package clickhousestoreexporter

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship/block"
)

// A refused row can be dead alone only if all types of its table are known to
// package block.
func TestRowsOfEveryTableCanBeToldApart(t *testing.T) {
	e := rows.NewEncoder(rows.NewResources())
	f := func(record *segment.Record, err error) {
		t.Helper()
		require.NoError(t, err)
		require.NotEmpty(t, record.Tables)
		for _, table := range record.Tables {
			parsed, rest, err := block.Parse(slices.Concat(table.Block, make([]byte, 16*table.Rows)))
			require.NoError(t, err, table.Name)
			require.Empty(t, rest, table.Name)
			require.Equal(t, table.Rows, parsed.Rows(), table.Name)
		}
	}
	logs := someLogs(3)
	logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).SetEventName("lowcode.policy.denied")
	f(e.Traces(someTraces(0, 3), time.Now()))
	f(e.Logs(logs, time.Now()))
	f(e.Metrics(oneOfEachMetric(), time.Now()))
}

func oneOfEachMetric() pmetric.Metrics {
	md := pmetric.NewMetrics()
	metrics := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics()
	metrics.AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().SetIntValue(1)
	metrics.AppendEmpty().SetEmptySum().DataPoints().AppendEmpty().SetDoubleValue(1)
	metrics.AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty().SetCount(1)
	metrics.AppendEmpty().SetEmptyExponentialHistogram().DataPoints().AppendEmpty().SetCount(1)
	metrics.AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty().SetCount(1)
	return md
}
