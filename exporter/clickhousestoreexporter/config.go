package clickhousestoreexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/weir-otel/weir/internal/chconn"
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
	// RetentionClasses are days by the catalog's retention class, for spans, log
	// records and metrics of connectors that have one.
	RetentionClasses map[string]int `mapstructure:"retention_classes"`
	// CompatDatabase has views with other projects' column names; "" for none.
	CompatDatabase string `mapstructure:"compat_database"`
	// Storage says on which disks rows are.
	Storage StorageConfig `mapstructure:"storage"`
	// Cluster is the one that the tables are spread over; "" for one server.
	Cluster string `mapstructure:"cluster"`
	// Collectors is how many write to this database.
	Collectors int `mapstructure:"collectors"`
	// Segment says when a segment is sealed and sent.
	Segment SegmentConfig `mapstructure:"segment"`
	// MaxDiskMiB bounds the segments on disk; beyond, senders are told to retry.
	// 0 means no limit.
	MaxDiskMiB int `mapstructure:"max_disk_mib"`
	// Durability is disk (what is acknowledged survives a crash) or memory.
	Durability Durability `mapstructure:"durability"`
	// DeadLetter is what ClickHouse does not take.
	DeadLetter DeadLetterConfig `mapstructure:"dead_letter"`
	// Audit says how the chain over audit events is signed.
	Audit AuditConfig `mapstructure:"audit"`
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

// DeadLetterConfig bounds the dead-letter folder.
type DeadLetterConfig struct {
	// MaxMiB of dead letters. Beyond, segments with rows for it wait; nothing is
	// deleted. 0 means no limit.
	MaxMiB int `mapstructure:"max_mib"`
}

var _ component.Config = (*Config)(nil)

// Durability says what an acknowledgement promises.
type Durability string

// The durabilities.
const (
	DurabilityDisk   Durability = "disk"
	DurabilityMemory Durability = "memory"
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Durability) UnmarshalText(text []byte) error {
	switch durability := Durability(text); durability {
	case DurabilityDisk, DurabilityMemory:
		*d = durability
		return nil
	default:
		return fmt.Errorf("`durability` is %q, expected disk, or memory (what is acknowledged and not yet in ClickHouse is lost when the collector ends)", text)
	}
}

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

var errUnboundedMemory = errors.New("`max_disk_mib` is 0 (no limit) with `durability: memory`: set how many MiB of memory may be used, e.g. 512")

// Validate implements component.Config.
func (c *Config) Validate() error {
	errs := append(c.validateLayout(), c.validateRetentionClasses()...)
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
	if c.DeadLetter.MaxMiB < 0 {
		errs = append(errs, fmt.Errorf("`dead_letter::max_mib` is %d, expected a size in MiB, or 0 for no limit", c.DeadLetter.MaxMiB))
	}
	if c.Durability == DurabilityMemory && c.MaxDiskMiB == 0 {
		errs = append(errs, errUnboundedMemory)
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
		{"audit::checkpoint_interval", int64(c.Audit.CheckpointInterval)},
		{"recompute_interval", int64(c.RecomputeInterval)},
	} {
		if positive.value <= 0 {
			errs = append(errs, fmt.Errorf("`%s` must be more than 0", positive.key))
		}
	}
	return errors.Join(errs...)
}
