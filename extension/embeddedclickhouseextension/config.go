package embeddedclickhouseextension

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
)

// Config is the configuration of embedded_clickhouse.
type Config struct {
	// Endpoint is the loopback address of the HTTP interface. Port 0 takes a
	// free one; components find it by themselves, weirctl in the directory.
	Endpoint string `mapstructure:"endpoint"`
	// Directory holds the data. One collector uses it at a time.
	Directory string `mapstructure:"directory"`
	// MemoryLimitMiB is what the engine may take; a query over it fails.
	MemoryLimitMiB int64 `mapstructure:"memory_limit_mib"`
	// MaxThreads limits the threads of one statement; 0 means one a core.
	MaxThreads int `mapstructure:"max_threads"`
	// MaxRequestBodyMiB limits a request, before and after decompression.
	MaxRequestBodyMiB int64 `mapstructure:"max_request_body_mib"`
	// Reader is an optional user for dashboards: it reads, and nothing else.
	Reader configoptional.Optional[ReaderConfig] `mapstructure:"reader"`
}

// ReaderConfig is the read-only user.
type ReaderConfig struct {
	Username string              `mapstructure:"username"`
	Password configopaque.String `mapstructure:"password"`
	// Databases it may read; empty means weir and otel_compat.
	Databases []string `mapstructure:"databases"`
	// TableFilters add a condition to every read of a table, e.g.
	// weir.actions: tenant_id = 'acme'.
	TableFilters map[string]string `mapstructure:"table_filters"`
}

var _ component.Config = (*Config)(nil)

// ownUser is the writer's name, for Weir's own components.
const ownUser = "weir"

const minimumMemoryMiB = 256

var (
	errDirectory = errors.New("`directory` is empty: name a folder for the engine's data, e.g. /var/lib/weir/clickhouse")
	errThreads   = errors.New("`max_threads` must not be negative; 0 means one thread a core")
	errBody      = errors.New("`max_request_body_mib` must be at least 1")
	errReader    = errors.New("`reader::username` and `reader::password` must both be set, or leave out `reader`")
	errOwnName   = errors.New("`reader::username` must not be \"weir\": that is the name of the user that writes")
)

// Validate implements [component.Config].
func (c *Config) Validate() error {
	var errs []error
	errs = append(errs, c.validateEndpoint())
	if c.Directory == "" {
		errs = append(errs, errDirectory)
	}
	if c.MemoryLimitMiB < minimumMemoryMiB {
		errs = append(errs, fmt.Errorf("`memory_limit_mib` is %d: the engine needs at least %d", c.MemoryLimitMiB, minimumMemoryMiB))
	}
	if c.MaxThreads < 0 {
		errs = append(errs, errThreads)
	}
	if c.MaxRequestBodyMiB < 1 {
		errs = append(errs, errBody)
	}
	if c.Reader.HasValue() {
		errs = append(errs, c.Reader.Get().validate())
	}
	return errors.Join(errs...)
}

func (c *Config) validateEndpoint() error {
	host, port, err := net.SplitHostPort(c.Endpoint)
	if err != nil {
		return fmt.Errorf("`endpoint` is %q: expected host:port, e.g. 127.0.0.1:8123", c.Endpoint)
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("`endpoint` is %q: the port must be a number from 0 to 65535, not %d", c.Endpoint, number)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("`endpoint` is %q: it must be a loopback address, as the interface has no TLS; for other machines put a TLS proxy in front, or use a ClickHouse server", c.Endpoint)
	}
	return nil
}

var databaseName = regexp.MustCompile(`^[A-Za-z_]\w*$`)

var tableName = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$`)

func (r *ReaderConfig) validate() error {
	if r.Username == "" || r.Password == "" {
		return errReader
	}
	if r.Username == ownUser {
		return errOwnName
	}
	for _, database := range r.Databases {
		if !databaseName.MatchString(database) {
			return fmt.Errorf("`reader::databases` has %q: expected a database of Weir's, e.g. weir", database)
		}
		if database == "system" || strings.EqualFold(database, "information_schema") {
			return fmt.Errorf("`reader::databases` has %q: of the engine's own databases the reader sees what dashboards need in any case; leave it out", database)
		}
	}
	tables := make([]string, 0, len(r.TableFilters))
	for table := range r.TableFilters {
		tables = append(tables, table)
	}
	slices.Sort(tables)
	for _, table := range tables {
		if !tableName.MatchString(table) {
			return fmt.Errorf("`reader::table_filters` has the key %q: expected a table, e.g. weir.actions", table)
		}
		if r.TableFilters[table] == "" {
			return fmt.Errorf("`reader::table_filters::%s` is empty: expected a condition, e.g. tenant_id = 'acme'", table)
		}
	}
	return nil
}
