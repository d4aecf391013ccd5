package rows

import (
	"bytes"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/segment"
)

// FuzzEncoder gives it requests of every signal: what another implementation of
// the Native format reads has the rows that were announced, and an encoder that
// was used before writes the same.
func FuzzEncoder(f *testing.F) {
	traces, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(benchTraces())
	require.NoError(f, err)
	f.Add(traces[:4000])
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetEmptyMap().PutStr("a", notUTF8)
	logged, err := (&plog.ProtoMarshaler{}).MarshalLogs(logs)
	require.NoError(f, err)
	f.Add(logged)
	metrics, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(everyMetric(f))
	require.NoError(f, err)
	f.Add(metrics)
	used := NewEncoder(NewResources())
	f.Fuzz(func(t *testing.T, request []byte) {
		now := time.Unix(1_700_000_000, 0)
		for _, encode := range []func(e *Encoder) (*segment.Record, error){
			func(e *Encoder) (*segment.Record, error) {
				td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(request)
				if err != nil {
					return nil, err
				}
				return e.Traces(td, now)
			},
			func(e *Encoder) (*segment.Record, error) {
				ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(request)
				if err != nil {
					return nil, err
				}
				return e.Logs(ld, now)
			},
			func(e *Encoder) (*segment.Record, error) {
				md, err := (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(request)
				if err != nil {
					return nil, err
				}
				return e.Metrics(md, now)
			},
		} {
			fresh := NewEncoder(NewResources())
			want, err := encode(fresh)
			if err != nil {
				continue // it is no request of this signal
			}
			checkBlocks(t, want)
			got, err := encode(used)
			require.NoError(t, err)
			require.Len(t, got.Tables, len(want.Tables))
			for i, table := range want.Tables {
				if table.Name != TableEvents { // they are salted
					require.Equal(t, table, got.Tables[i])
				}
			}
		}
	})
}

// checkBlocks decodes a record with clickhouse-go.
func checkBlocks(t *testing.T, record *segment.Record) {
	t.Helper()
	for _, table := range record.Tables {
		body := append(append([]byte(nil), table.Block...), make([]byte, 16*table.Rows)...)
		block := proto.NewBlock()
		reader := bytes.NewReader(body)
		buffered := chproto.NewReader(reader)
		require.NoError(t, block.Decode(buffered, 0), table.Name)
		require.Equal(t, table.Rows, block.Rows(), table.Name)
		_, err := buffered.ReadByte()
		require.Error(t, err, "%s: bytes after the block", table.Name)
	}
}
