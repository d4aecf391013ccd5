package clickhousestoreexporter

import (
	"errors"
	"fmt"

	"github.com/weir-otel/weir/internal/schema"
)

// StorageConfig says on which of the server's disks raw tables and actions are.
type StorageConfig struct {
	// Policy is one of the server's storage policies; "" is its default.
	Policy string `mapstructure:"policy"`
	// MoveAfterDays is when rows go to Volume; 0 means never.
	MoveAfterDays int `mapstructure:"move_after_days"`
	// Volume of the policy, e.g. one on S3.
	Volume string `mapstructure:"volume"`
}

var (
	errMoveWhere  = errors.New("`storage::move_after_days` is set without `storage::volume`: name the volume of the policy where older rows go")
	errMoveWhen   = errors.New("`storage::volume` is set without `storage::move_after_days`: say after how many days rows go there")
	errMovePolicy = errors.New("`storage::volume` needs `storage::policy`: the server's default policy has one volume only")
	errCompatSame = errors.New("`compat_database` is the same as `clickhouse::database`: its views have the names of other tables; choose another one, or \"\" for none")
)

func (c *Config) validateLayout() (errs []error) {
	if c.Storage.MoveAfterDays < 0 {
		errs = append(errs, fmt.Errorf("`storage::move_after_days` is %d, expected days, or 0 for never", c.Storage.MoveAfterDays))
	}
	switch {
	case c.Storage.MoveAfterDays > 0 && c.Storage.Volume == "":
		errs = append(errs, errMoveWhere)
	case c.Storage.MoveAfterDays == 0 && c.Storage.Volume != "":
		errs = append(errs, errMoveWhen)
	case c.Storage.Volume != "" && c.Storage.Policy == "":
		errs = append(errs, errMovePolicy)
	}
	if c.Storage.MoveAfterDays >= c.RetentionDays && c.Storage.MoveAfterDays > 0 {
		errs = append(errs, fmt.Errorf("`storage::move_after_days` is %d, expected less than `retention_days` (%d)", c.Storage.MoveAfterDays, c.RetentionDays))
	}
	if c.Collectors < 1 {
		errs = append(errs, fmt.Errorf("`collectors` is %d, expected how many collectors write to this database, at least 1", c.Collectors))
	}
	if c.CompatDatabase != "" && c.CompatDatabase == c.ClickHouse.Database {
		errs = append(errs, errCompatSame)
	}
	return errs
}

func (c *Config) schemaOptions() schema.Options {
	return schema.Options{
		Database:            c.ClickHouse.Database,
		CompatDatabase:      c.CompatDatabase,
		RetentionDays:       c.RetentionDays,
		RollupRetentionDays: c.RollupRetentionDays,
		Storage:             schema.Storage(c.Storage),
		Collectors:          c.Collectors,
		Cluster:             c.Cluster,
	}
}
