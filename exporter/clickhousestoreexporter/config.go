package clickhousestoreexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/schema"
)

// Config of the exporter.
type Config struct {
	// ClickHouse says where the database is; without an endpoint it is the
	// embedded engine.
	ClickHouse chconn.Config `mapstructure:"clickhouse"`
	// Directory holds what is acknowledged and not yet in ClickHouse. It must be
	// on a disk that survives a restart, and of this collector alone.
	Directory string `mapstructure:"directory"`
	// CreateSchema is auto (create what is missing), check (refuse to start
	// without it) or off.
	CreateSchema SchemaMode `mapstructure:"create_schema"`
	// RetentionDays of spans, logs and actions; RollupRetentionDays of rollups
	// and findings.
	RetentionDays       int `mapstructure:"retention_days"`
	RollupRetentionDays int `mapstructure:"rollup_retention_days"`
	// Segment says when a segment is sealed and sent.
	Segment SegmentConfig `mapstructure:"segment"`
	// MaxDiskMiB bounds the segments on disk; beyond, senders are told to retry.
	// 0 means no limit.
	MaxDiskMiB int `mapstructure:"max_disk_mib"`
	// RecomputeInterval is how often actions and rollups follow the raw data.
	RecomputeInterval time.Duration `mapstructure:"recompute_interval"`
}

// SegmentConfig says when a segment is sealed: when the first of these is
// reached. Acknowledgements do not wait for it.
type SegmentConfig struct {
	MaxAge      time.Duration `mapstructure:"max_age"`
	MaxBytesMiB int           `mapstructure:"max_bytes_mib"`
	MaxRows     int           `mapstructure:"max_rows"`
}

var _ component.Config = (*Config)(nil)

// SchemaMode says what happens to the schema at the start.
type SchemaMode string

// The modes.
const (
	SchemaAuto  SchemaMode = "auto"
	SchemaCheck SchemaMode = "check"
	SchemaOff   SchemaMode = "off"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *SchemaMode) UnmarshalText(text []byte) error {
	switch mode := SchemaMode(text); mode {
	case SchemaAuto, SchemaCheck, SchemaOff:
		*m = mode
		return nil
	default:
		return fmt.Errorf("`create_schema` is %q, expected auto, check or off", text)
	}
}

// maxRowsLimit is below the rows at which ClickHouse splits an INSERT, and with
// it the deduplication, into parts (1,048,449).
const maxRowsLimit = 1_000_000

// maxBytesLimit is well below the bytes at which it does (256 MiB, decoded).
const maxBytesLimit = 128

// maxRetentionDays keeps the end of a retention within ClickHouse's Date, which
// would wrap and drop the rows at once.
const maxRetentionDays = 14_600

var errDirectory = errors.New("`directory` is empty: name a folder on a disk that survives a restart")

// Validate implements component.Config.
func (c *Config) Validate() error {
	var errs []error
	if c.Directory == "" {
		errs = append(errs, errDirectory)
	}
	if c.Segment.MaxRows > maxRowsLimit {
		errs = append(errs, fmt.Errorf("`segment::max_rows` is %d, expected at most %d: ClickHouse would split the insert", c.Segment.MaxRows, maxRowsLimit))
	}
	if c.Segment.MaxBytesMiB > maxBytesLimit {
		errs = append(errs, fmt.Errorf("`segment::max_bytes_mib` is %d, expected at most %d: ClickHouse would split the insert", c.Segment.MaxBytesMiB, maxBytesLimit))
	}
	for key, days := range map[string]int{"retention_days": c.RetentionDays, "rollup_retention_days": c.RollupRetentionDays} {
		if days > maxRetentionDays {
			errs = append(errs, fmt.Errorf("`%s` is %d, expected at most %d (40 years)", key, days, maxRetentionDays))
		}
	}
	if c.MaxDiskMiB < 0 {
		errs = append(errs, fmt.Errorf("`max_disk_mib` is %d, expected a size in MiB, or 0 for no limit", c.MaxDiskMiB))
	}
	for _, positive := range []struct {
		key   string
		value int64
	}{
		{"retention_days", int64(c.RetentionDays)},
		{"rollup_retention_days", int64(c.RollupRetentionDays)},
		{"segment::max_age", int64(c.Segment.MaxAge)},
		{"segment::max_bytes_mib", int64(c.Segment.MaxBytesMiB)},
		{"segment::max_rows", int64(c.Segment.MaxRows)},
		{"recompute_interval", int64(c.RecomputeInterval)},
	} {
		if positive.value <= 0 {
			errs = append(errs, fmt.Errorf("`%s` must be more than 0", positive.key))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) schemaOptions() schema.Options {
	return schema.Options{
		Database:            c.ClickHouse.Database,
		RetentionDays:       c.RetentionDays,
		RollupRetentionDays: c.RollupRetentionDays,
	}
}
