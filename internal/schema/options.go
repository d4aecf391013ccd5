package schema

import (
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// Defaults of [Options]. DefaultCompatDatabase is what commands and components
// offer; an empty name means no second database.
const (
	DefaultDatabase            = "weir"
	DefaultCompatDatabase      = "otel_compat"
	DefaultRetentionDays       = 30
	DefaultRollupRetentionDays = 400
	defaultDedupWindow         = 10_000 // as in the files
)

// DeduplicationWindow is how long ClickHouse surely remembers the token of an
// INSERT, with as many collectors as the options say. What is older is settled
// by its segment id.
const DeduplicationWindow = time.Hour

// insertsRemembered is how many INSERTs into one table a collector makes within
// two windows: a segment each 5 s, each over two days. The second window is for
// segments that are sealed by size.
const insertsRemembered = 2 * 2 * int(DeduplicationWindow/(5*time.Second))

// Options say where the schema goes and how long rows are kept. Zero values
// mean the defaults above for tables that are made, and what is there already
// for others.
type Options struct {
	Database string
	// CompatDatabase has views with other projects' column names; "" for none.
	CompatDatabase      string
	RetentionDays       int
	RollupRetentionDays int
	Storage             Storage
	// Collectors is how many insert at once; the deduplication windows are made
	// for them. 0 is 1.
	Collectors int
	// Cluster lays the tables out over the servers of a cluster (ON CLUSTER,
	// Replicated and Distributed tables); "" for a single server.
	Cluster string
	// Progress is told about work that takes long: what is done, the share of it
	// that is done already (below 0: not known), and a remark. It may be nil.
	Progress func(what string, share float64, remark string)

	from fs.FS // the files; tests have others
}

// Storage says on which disks of the server the tables with {retention_days}
// are. The server's configuration defines policies and volumes.
type Storage struct {
	Policy        string // "" is the server's default
	MoveAfterDays int    // 0 means rows stay where they are
	Volume        string // where they go then
}

func (o Options) withDatabase() Options {
	if o.Database == "" {
		o.Database = DefaultDatabase
	}
	if o.from == nil {
		o.from = files
	}
	return o
}

func (o Options) withDefaults() Options {
	o = o.withDatabase()
	if o.RetentionDays == 0 {
		o.RetentionDays = DefaultRetentionDays
	}
	if o.RollupRetentionDays == 0 {
		o.RollupRetentionDays = DefaultRollupRetentionDays
	}
	return o
}

// databaseOf is where an object is.
func (o Options) databaseOf(x object) string {
	if x.compat {
		return o.CompatDatabase
	}
	return o.Database
}

// table is the full name of what an object is called in SQL.
func (o Options) table(name string) string { return quote(o.Database) + "." + quote(name) }

// onCluster is the clause for statements, or "".
func (o Options) onCluster() string {
	if o.Cluster == "" {
		return ""
	}
	return " ON CLUSTER " + quote(o.Cluster)
}

// window is how many INSERTs a table remembers: written of those in its file.
func (o Options) window(written int) int {
	if written < defaultDedupWindow {
		return written // a table of few inserts
	}
	return max(written, insertsRemembered*o.Collectors)
}

// CreateDatabases are the statements that Apply begins with.
func (o Options) CreateDatabases() []string {
	o = o.withDatabase()
	statements := []string{"CREATE DATABASE IF NOT EXISTS " + quote(o.Database) + o.onCluster()}
	if o.CompatDatabase != "" {
		statements = append(statements, "CREATE DATABASE IF NOT EXISTS "+quote(o.CompatDatabase)+o.onCluster())
	}
	return statements
}

func (o Options) progress(what string, share float64, remark string) {
	if o.Progress != nil {
		o.Progress(what, share, remark)
	}
}

// fill puts the options into a template.
func (o Options) fill(template string) string {
	return strings.NewReplacer(
		"{database}", quote(o.Database),
		"{compat_database}", quote(o.CompatDatabase),
		"{retention_days}", strconv.Itoa(o.RetentionDays),
		"{rollup_retention_days}", strconv.Itoa(o.RollupRetentionDays),
	).Replace(template)
}
