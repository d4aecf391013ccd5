package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/internal/catalog"
)

const (
	defaultDiscoverMinCalls    = 10
	defaultDiscoverMinSiblings = 30
)

type discoverFlags struct {
	client      *clientFlags
	catalog     string
	window      windowFlags
	minCalls    uint64
	minSiblings int
	output      string
}

// discovery is what the stored actions show and the catalog lacks. Its JSON
// names are an interface.
type discovery struct {
	Since      time.Time         `json:"since"`
	Until      time.Time         `json:"until"`
	Connectors []callers         `json:"connectors"` // can be registered
	Unnamed    []callers         `json:"unnamed"`    // have nothing to be registered by
	Endpoints  []learnedEndpoint `json:"endpoints"`
}

const catalogDiscoverHelp = `Discover reads the stored actions and proposes entries for the catalog, as YAML
that ` + "`weirctl catalog check`" + ` accepts:

connectors   Calls without a connector, and calls whose connector is only claimed by
             something weak, grouped by the strongest thing they share: the client
             id of their token, the gateway's id of the credential, the keyed hash
             of the credential, the workflow id. Calls with an expired or invalid
             token are left out, and those for which two connectors fit. What shares
             only a platform or a service cannot be registered; it is listed in
             comments, with what would help.
apis         Route templates that only many calls show: where at least
             --min-siblings names stand in the same place of a route
             (/users/jane, /users/john, …), one parameter is proposed for them.

Nothing is registered by itself. What to do with the proposals:

  1. Delete the entries that nobody in your organisation knows: they are findings.
     Look first at those with few calls "through a trusted peer": anybody can
     send the others.
  2. Give the rest a name, an owner and a purpose, and shorten allowed_endpoints
     to what the connector is meant to do.
  3. Check the file and add it to the catalog, or to its folder.
  4. weirctl reattribute applies the new catalog to what is stored.

--catalog leaves out what a catalog has already. --since and --until take a time
(2026-03-01T09:00:00Z, or 2026-03-01 for its start in UTC) or an age (90m, 7d).`

func newCatalogDiscoverCommand() *cobra.Command {
	f := &discoverFlags{}
	cmd := &cobra.Command{
		Use:   "discover",
		Short: "Propose catalog entries from traffic without a connector",
		Long:  catalogDiscoverHelp,
		Example: `  weirctl catalog discover --since 7d --catalog catalog.yaml > proposed.yaml
  weirctl catalog check proposed.yaml
  weirctl catalog discover --tenant acme --min-calls 100 --output table`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDiscover(cmd.Context(), f, time.Now(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.client = addClientFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.catalog, "catalog", "", "catalog `file` or folder whose entries are not proposed again")
	f.window.add(flags, "7d")
	flags.Uint64Var(&f.minCalls, "min-calls", defaultDiscoverMinCalls, "leave out what made fewer `calls`")
	flags.IntVar(&f.minSiblings, "min-siblings", defaultDiscoverMinSiblings, "how many `names` in one place of a route make a parameter")
	flags.StringVar(&f.output, "output", "yaml", "`format`: yaml, table or json")
	return cmd
}

func runDiscover(ctx context.Context, f *discoverFlags, now time.Time, out, errOut io.Writer) error {
	w, err := f.read(now)
	if err != nil {
		return err
	}
	known := &catalog.Catalog{}
	if f.catalog != "" {
		if known, err = catalog.Load(f.catalog); err != nil {
			return fmt.Errorf("cannot use --catalog %s (see `weirctl catalog check`): %w", f.catalog, err)
		}
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()

	ctx = w.in(ctx, clickhouse.Parameters{"limit": strconv.Itoa(discoverLimit)})
	var calls []discoveredCalls
	if err := conn.Select(ctx, &calls, discoverCallsSQL); err != nil {
		return fmt.Errorf("cannot read actions (is the schema there? see `weirctl schema status`): %w", err)
	}
	var routes []calledRoute
	if err := conn.Select(ctx, &routes, discoverRoutesSQL); err != nil {
		return fmt.Errorf("cannot read the routes of actions: %w", err)
	}
	learned := learnEndpoints(routes, f.minSiblings)
	found := &discovery{Since: w.since.UTC(), Until: w.until.UTC(), Endpoints: learned.endpoints}
	found.Connectors, found.Unnamed = proposeConnectors(calls, learned, known, f.minCalls)
	if len(calls) == discoverLimit || len(routes) == discoverLimit {
		fmt.Fprintf(errOut, "more than %d endpoints: the rarest are left out; a later --since reads fewer\n", discoverLimit)
	}
	return printDiscovery(out, f.output, found)
}
