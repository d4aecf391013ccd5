package clickhousestoreexporter

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLayoutThatCannotWorkIsRefused(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := createDefaultConfig().(*Config)
		require.NoError(t, cfg.Validate())
		change(cfg)
		require.ErrorContains(t, cfg.Validate(), want)
	}
	f(func(c *Config) { c.Storage = StorageConfig{MoveAfterDays: 3} }, "`storage::move_after_days` is set without `storage::volume`")
	f(func(c *Config) { c.Storage = StorageConfig{Volume: "cold"} }, "`storage::volume` is set without `storage::move_after_days`")
	f(func(c *Config) { c.Storage = StorageConfig{Volume: "cold", MoveAfterDays: 3} }, "`storage::volume` needs `storage::policy`")
	f(func(c *Config) { c.Storage = StorageConfig{MoveAfterDays: -1} }, "`storage::move_after_days` is -1")
	f(func(c *Config) { c.Storage = StorageConfig{Policy: "tiers", Volume: "cold", MoveAfterDays: 30} }, "expected less than `retention_days` (30)")
	f(func(c *Config) { c.Collectors = 0 }, "`collectors` is 0")
	f(func(c *Config) { c.CompatDatabase = c.ClickHouse.Database }, "`compat_database` is the same")
}

func TestLayoutReachesTheSchema(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	cfg.Cluster, cfg.Collectors = "weir", 8
	cfg.Storage = StorageConfig{Policy: "tiers", Volume: "cold", MoveAfterDays: 3}
	require.NoError(t, cfg.Validate())
	opts := cfg.schemaOptions()
	require.Equal(t, "otel_compat", opts.CompatDatabase)
	require.Equal(t, "weir", opts.Cluster)
	require.Equal(t, 8, opts.Collectors)
	require.Equal(t, "cold", opts.Storage.Volume)
}
