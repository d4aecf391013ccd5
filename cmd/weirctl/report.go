package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

// reportSince is long enough for what runs once a month.
const reportSince = "31d"

// reportLimit is how many rows a report reads of each kind.
const reportLimit = 1_000_000

// reportTime is how tables show when something was seen.
const reportTime = "2006-01-02 15:04"

func newReportCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "report",
		Short: "Reports for a review: who has access, to what data, and what depends on it",
		Long: `Reports are made of the stored actions, one for each API call, and of the
connector catalog.

  access        each connector with its owner, and what it may do against what it does
  inventory     each dataset with its classification, and who gets it
  flows         which service calls which
  blast-radius  what is affected when one connector is compromised or switched off`,
		Example: `  weirctl report access --since 90d --catalog catalog.yaml
  weirctl report inventory --classification restricted
  weirctl report blast-radius crm-sync --output json`,
	}
	command.AddCommand(
		newReportAccessCommand(), newReportInventoryCommand(), newReportFlowsCommand(), newReportBlastRadiusCommand(),
	)
	return command
}

// reportFlags are those of every report.
type reportFlags struct {
	client   *clientFlags
	catalogs *catalogFlags
	window   windowFlags
	catalog  string
	output   *string
}

func addReportFlags(command *cobra.Command) *reportFlags {
	f := &reportFlags{client: addClientFlags(command), catalogs: addCatalogFlags(command), output: addOutputFlag(command)}
	f.window.add(command.Flags(), reportSince)
	command.Flags().StringVar(&f.catalog, "catalog", "", "catalog `file`, folder or URL (default: the revision in force of the table catalog_revisions)")
	return f
}

// reporter is what reports are made of.
type reporter struct {
	conn    driver.Conn
	window  window
	catalog *catalog.Catalog
}

// open connects and reads the catalog. The caller closes the connection.
func (f *reportFlags) open(ctx context.Context, now time.Time) (*reporter, error) {
	w, err := f.window.at(now)
	if err != nil {
		return nil, err
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := f.catalogs.load(ctx, f.catalog, conn)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &reporter{conn: conn, window: w, catalog: c}, nil
}

// load reads the catalog of a place. Without a place it is the one that was
// published to the table, or an empty one if none was.
func (f *catalogFlags) load(ctx context.Context, location string, conn driver.Conn) (*catalog.Catalog, error) {
	if location != "" {
		source, err := f.source(location)
		if err != nil {
			return nil, err
		}
		return readCatalog(ctx, source)
	}
	var published uint64
	if err := conn.QueryRow(ctx, "SELECT count() FROM catalog_revisions").Scan(&published); err != nil {
		return nil, fmt.Errorf("cannot look for a published catalog (is the schema there? see `weirctl schema status`; or give --catalog): %w", err)
	}
	if published == 0 {
		return &catalog.Catalog{}, nil
	}
	return readCatalog(ctx, catalog.Table(conn))
}

func readCatalog(ctx context.Context, source catalog.Source) (*catalog.Catalog, error) {
	c, err := catalog.Read(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("cannot use the catalog %s (see `weirctl catalog check`): %w", source, err)
	}
	return c, nil
}

// errNoCatalog is for what means nothing without one.
var errNoCatalog = cli.Usagef("no catalog: give its file, folder or URL with --catalog, or publish it with `weirctl catalog publish`")

// read runs a statement over the window; a text among the parameters is escaped.
func (r *reporter) read(ctx context.Context, into any, sql string, parameters clickhouse.Parameters) error {
	limited := clickhouse.Parameters{"limit": strconv.Itoa(reportLimit)}
	for name, value := range parameters {
		limited[name] = escapeParameter(value)
	}
	if err := r.conn.Select(r.window.in(ctx, limited), into, sql); err != nil {
		return fmt.Errorf("cannot read actions (is the schema there? see `weirctl schema status`): %w", err)
	}
	return nil
}

// operation finds what the catalog says of a reported endpoint. Its route is a
// template already, and a {parameter} of it matches one of the catalog's.
func (r *reporter) operation(service, apiID, method, route string) *catalog.Operation {
	if found := r.catalog.Operation(service, "", method, route); found != nil {
		return found
	}
	at := slices.IndexFunc(r.catalog.APIs, func(a catalog.API) bool { return apiID != "" && a.ID == apiID })
	if at < 0 || len(r.catalog.APIs[at].Hosts) == 0 {
		return nil
	}
	return r.catalog.Operation("", r.catalog.APIs[at].Hosts[0], method, route)
}

// endpointName writes an endpoint as catalogs do: "GET /contacts/{id}".
func endpointName(method, route string) string { return strings.TrimSpace(method + " " + route) }

func count(n uint64) string { return strconv.FormatUint(n, 10) }
