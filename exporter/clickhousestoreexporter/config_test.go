package clickhousestoreexporter

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
)

func load(t *testing.T, id string) *Config {
	t.Helper()
	data, err := os.ReadFile("testdata/config.yaml")
	require.NoError(t, err)
	var all map[string]map[string]any
	require.NoError(t, yaml.Unmarshal(data, &all))
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(all[id]).Unmarshal(cfg))
	return cfg
}

func TestConfigIsRead(t *testing.T) {
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
	require.Equal(t, createDefaultConfig(), load(t, "clickhouse_store"))
	require.NoError(t, confmap.Validate(load(t, "clickhouse_store")))

	cfg := load(t, "clickhouse_store/server")
	require.NoError(t, confmap.Validate(cfg))
	require.Equal(t, SchemaCheck, cfg.CreateSchema)
	require.Equal(t, "telemetry", cfg.ClickHouse.Database)
	require.Equal(t, SegmentConfig{MaxAge: 2 * time.Second, MaxBytesMiB: 64, MaxRows: 500_000}, cfg.Segment)
	require.Equal(t, 90, cfg.RetentionDays)
	require.Equal(t, 800, cfg.RollupRetentionDays)
	require.Equal(t, 51200, cfg.MaxDiskMiB)
	require.Equal(t, 30*time.Second, cfg.RecomputeInterval)
	require.Equal(t, DurabilityMemory, cfg.Durability)
	require.Equal(t, 64, cfg.DeadLetter.MaxMiB)
	require.Equal(t, "zstd", cfg.ClickHouse.WireCompression())
}

func TestWrongConfigIsToldByItsKey(t *testing.T) {
	for key, change := range map[string]func(*Config){
		"directory":             func(c *Config) { c.Directory = "" },
		"segment::max_rows":     func(c *Config) { c.Segment.MaxRows = 2_000_000 },
		"segment::max_age":      func(c *Config) { c.Segment.MaxAge = 0 },
		"segment::max_bytes":    func(c *Config) { c.Segment.MaxBytesMiB = -1 },
		"expected at most 128":  func(c *Config) { c.Segment.MaxBytesMiB = 1000 },
		"max_disk_mib":          func(c *Config) { c.MaxDiskMiB = -1 },
		"retention_days":        func(c *Config) { c.RetentionDays = 0 },
		"rollup_retention_days": func(c *Config) { c.RollupRetentionDays = 20_000 },
		"recompute_interval":    func(c *Config) { c.RecomputeInterval = 0 },
		"dead_letter::max_mib":  func(c *Config) { c.DeadLetter.MaxMiB = -1 },
		"durability: memory":    func(c *Config) { c.Durability, c.MaxDiskMiB = DurabilityMemory, 0 },
		"expected one of lz4":   func(c *Config) { c.ClickHouse.Compression = "gzip" },
		"timeout":               func(c *Config) { c.ClickHouse.Timeout = 0 },
	} {
		cfg := createDefaultConfig().(*Config)
		change(cfg)
		require.ErrorContains(t, confmap.Validate(cfg), key)
	}
	err := confmap.NewFromStringMap(map[string]any{"create_schema": "yes"}).Unmarshal(createDefaultConfig())
	require.ErrorContains(t, err, "auto, check or off")
	err = confmap.NewFromStringMap(map[string]any{"durability": "ram"}).Unmarshal(createDefaultConfig())
	require.ErrorContains(t, err, "expected disk, or memory")
}

func TestMetadataSaysWhatTheCodeDoes(t *testing.T) {
	data, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var declared struct {
		Type      string
		Telemetry struct {
			Metrics map[string]struct{ Description, Unit string }
		}
	}
	require.NoError(t, yaml.Unmarshal(data, &declared))
	require.Equal(t, metadata.Type.String(), declared.Type)

	code, err := os.ReadFile("internal/metadata/telemetry.go")
	require.NoError(t, err)
	for name, metric := range declared.Telemetry.Metrics {
		short := strings.TrimPrefix(name, "exporter_clickhouse_store_")
		require.Contains(t, string(code), `"`+short+`"`, name)
		require.Contains(t, string(code), `"`+metric.Description+`"`, name)
	}
	require.Len(t, declared.Telemetry.Metrics, 15)
}
