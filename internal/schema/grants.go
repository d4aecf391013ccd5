package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Access says who may do what on a server. Users are not made: their passwords
// belong in no file.
type Access struct {
	Tenants []string
	// MaxQuerySeconds is the longest query of an analyst, whose client may ask for
	// a shorter time (Grafana does).
	MaxQuerySeconds int
	// MaxMemoryMiB is what one query of an analyst may take.
	MaxMemoryMiB int
	// QueriesPerHour is the quota of each analyst.
	QueriesPerHour int
}

// NewAccess has the limits that fit a dashboard.
func NewAccess(tenants ...string) Access {
	return Access{Tenants: tenants, MaxQuerySeconds: 60, MaxMemoryMiB: 4096, QueriesPerHour: 20_000}
}

var (
	tenantColumn = regexp.MustCompile(`(?m)^\s+tenant_id\s+\w`)
	columnsLine  = regexp.MustCompile(`(?ms)^\((.*?)^\)`)
)

// Grants returns the statements that give roles what they need on a server, and
// nothing more. They can be run again. The embedded engine has no users; its
// reader is set up in the configuration.
func Grants(opts Options, access Access) ([]string, error) {
	opts = opts.withDefaults()
	all, err := objects(opts.from)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o object) bool { return o.compat && opts.CompatDatabase == "" })
	g := grants{opts: opts, access: access, objects: all, layout: newLayout(opts, all, nil)}
	g.writer()
	g.schema()
	g.analysts()
	if len(access.Tenants) > 0 {
		g.open()
	}
	for _, tenant := range access.Tenants {
		g.tenant(tenant)
	}
	return g.statements, nil
}

type grants struct {
	opts       Options
	access     Access
	objects    []object
	layout     layout
	statements []string
}

func (g *grants) add(format string, args ...any) {
	g.statements = append(g.statements, fmt.Sprintf(format, args...))
}

// name of a role, profile, quota or policy: those of two databases differ.
func (g *grants) name(parts ...string) string {
	return quote(strings.Join(append([]string{g.opts.Database}, parts...), "_"))
}

func (g *grants) on() string { return g.opts.onCluster() }

// grant gives a role rights. ON CLUSTER comes first, as in all GRANTs.
func (g *grants) grant(rights, what, role string) {
	g.add("GRANT%s %s ON %s TO %s", g.on(), rights, what, role)
}

// writer is the collector's role where create_schema is check or off, and what
// weirctl needs to answer questions.
func (g *grants) writer() {
	role, profile := g.name("writer"), g.name("writer")
	g.add("CREATE SETTINGS PROFILE OR REPLACE %s%s SETTINGS insert_deduplicate = 1, async_insert = 0, distributed_foreground_insert = 1, "+
		"deduplicate_blocks_in_dependent_materialized_views = 1, fallback_to_stale_replicas_for_distributed_queries = 0, prefer_global_in_and_join = 1", profile, g.on())
	g.add("CREATE ROLE IF NOT EXISTS %s%s SETTINGS PROFILE %s", role, g.on(), literal(strings.Trim(profile, "`")))
	database := quote(g.opts.Database)
	g.grant("SELECT, INSERT", database+".*", role)
	// The recompute's work tables and leases.
	g.grant("CREATE TABLE, DROP TABLE, TRUNCATE, ALTER MODIFY COMMENT", database+".recompute*", role)
	for _, table := range []string{"tables", "columns", "parts", "mutations", "processes", "settings", "merge_tree_settings"} {
		g.grant("SELECT", "system."+table, role)
	}
}

// schema is the role of weirctl schema apply, and of a collector with
// create_schema: auto.
func (g *grants) schema() {
	role := g.name("schema")
	g.add("CREATE ROLE IF NOT EXISTS %s%s", role, g.on())
	databases := []string{g.opts.Database}
	if g.opts.CompatDatabase != "" {
		databases = append(databases, g.opts.CompatDatabase)
	}
	for _, database := range databases {
		g.grant("SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW, TRUNCATE", quote(database)+".*", role)
	}
	for _, table := range []string{"tables", "columns", "parts", "mutations", "merges", "processes", "merge_tree_settings"} {
		g.grant("SELECT", "system."+table, role)
	}
	if g.opts.Cluster != "" {
		g.grant("CLUSTER", "*.*", role)
	}
}

// analysts read everything; tenants' analysts are below.
func (g *grants) analysts() {
	profile := g.name("analyst")
	g.add("CREATE SETTINGS PROFILE OR REPLACE %s%s SETTINGS readonly = 1, max_execution_time = %d MIN 1 MAX %[3]d CHANGEABLE_IN_READONLY, "+
		"max_memory_usage = %d, max_concurrent_queries_for_user = 20, max_result_rows = 1000000, result_overflow_mode = 'throw', "+
		"max_bytes_before_external_group_by = %d, allow_introspection_functions = 0",
		profile, g.on(), g.access.MaxQuerySeconds, g.access.MaxMemoryMiB<<20, g.access.MaxMemoryMiB<<19)
	role := g.analyst(g.name("analyst"))
	g.grant("SELECT", quote(g.opts.Database)+".*", role)
	if g.opts.CompatDatabase != "" {
		g.grant("SELECT", quote(g.opts.CompatDatabase)+".*", role)
	}
}

// analyst makes a role with the limits of all analysts.
func (g *grants) analyst(role string) string {
	g.add("CREATE ROLE IF NOT EXISTS %s%s SETTINGS PROFILE %s", role, g.on(), literal(strings.Trim(g.name("analyst"), "`")))
	g.add("CREATE QUOTA OR REPLACE %s%s KEYED BY user_name FOR INTERVAL 1 hour MAX queries = %d, execution_time = %d TO %[1]s",
		role, g.on(), g.access.QueriesPerHour, 3600*4)
	return role
}

// open gives tables a permissive policy for all: with restrictive ones only,
// some servers show no rows at all.
func (g *grants) open() {
	for _, table := range g.tenantTables() {
		g.add("CREATE ROW POLICY OR REPLACE %s%s ON %s AS PERMISSIVE FOR SELECT USING 1 TO ALL", g.name("all"), g.on(), table)
	}
}

// tenant is a role that sees one tenant's rows. Its policies are restrictive:
// permissive ones would add up.
func (g *grants) tenant(tenant string) {
	role := g.analyst(g.name("analyst", tenant))
	for _, o := range g.objects {
		if g.readableByTenants(o, nil) {
			g.grant("SELECT", quote(g.opts.databaseOf(o))+"."+quote(o.name), role)
		}
	}
	for _, table := range g.tenantTables() {
		g.add("CREATE ROW POLICY OR REPLACE %s%s ON %s AS RESTRICTIVE FOR SELECT USING tenant_id = %s TO %s",
			g.name("tenant", tenant), g.on(), table, literal(tenant), role)
	}
}

// tenantTables are the full names of tables with rows of tenants. A view needs
// no policy: it has the rights and policies of who reads it.
func (g *grants) tenantTables() (names []string) {
	for _, o := range g.objects {
		if o.kind != KindTable || !g.readableByTenants(o, nil) {
			continue
		}
		names = append(names, g.opts.table(o.name))
		if g.layout.sharded[o.name] {
			names = append(names, g.opts.table(g.layout.stored(o.name)))
		}
	}
	return names
}

// readableByTenants says whether each row that the object shows is of a tenant:
// a table with a column for it, or a view of such tables only.
func (g *grants) readableByTenants(o object, seen []string) bool {
	switch o.kind {
	case KindTable:
		columns := columnsLine.FindStringSubmatch(o.template)
		return columns != nil && tenantColumn.MatchString(columns[1])
	case KindView:
		sources := ownTable.FindAllStringSubmatch(withoutComments(created.ReplaceAllString(o.template, "")), -1)
		for _, source := range sources {
			i := slices.IndexFunc(g.objects, func(x object) bool { return !x.compat && x.name == source[1] })
			if i < 0 || slices.Contains(seen, source[1]) || !g.readableByTenants(g.objects[i], append(seen, source[1])) {
				return false
			}
		}
		return len(sources) > 0
	default:
		return false
	}
}
