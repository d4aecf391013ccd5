package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

// unclassified is the classification of what the catalog says nothing of.
const unclassified = "unclassified"

const reportInventoryHelp = `Inventory lists which data was handed out, and to whom: one row for each dataset,
connector and user. A dataset is an operation of one of the catalog's APIs, else
an endpoint of a service.

The classification is the one that the catalog gave when the call was made; where
that said nothing, what it says now. Data that no API of the catalog covers is
unclassified.

Bytes and rows are those of the responses, scaled up where traces are sampled.`

type inventoryFlags struct {
	*reportFlags
	classification string
	connector      string
	user           string
}

func newReportInventoryCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "inventory",
		Short: "Each dataset with its classification, and which connector and user got it",
		Long:  reportInventoryHelp,
		Example: `  weirctl report inventory --classification restricted --since 90d
  weirctl report inventory --catalog catalog.yaml --classification unclassified
  weirctl report inventory --connector crm-sync --output json`,
	}
	f := &inventoryFlags{reportFlags: addReportFlags(command)}
	flags := command.Flags()
	flags.StringVar(&f.classification, "classification", "", "only data of this `class`, e.g. restricted, or unclassified")
	flags.StringVar(&f.connector, "connector", "", "only what the connector with this `id` got")
	flags.StringVar(&f.user, "user", "", "only what was got for the user with this `id`")
	command.RunE = func(command *cobra.Command, _ []string) error {
		return runReportInventory(command.Context(), f, time.Now(), command.OutOrStdout(), command.ErrOrStderr())
	}
	return command
}

// exposure is a dataset in somebody's hands. Its JSON names are an interface.
type exposure struct {
	Dataset        string    `json:"dataset"        ch:"-"`
	Classification string    `json:"classification" ch:"classification"`
	API            string    `json:"api"            ch:"api"` // the catalog's ids; empty where it has none
	Operation      string    `json:"operation"      ch:"operation"`
	Service        string    `json:"service"        ch:"service"`
	Method         string    `json:"method"         ch:"method"`
	Route          string    `json:"route"          ch:"route"`
	Connector      string    `json:"connector"      ch:"connector"` // empty: unattributed
	User           string    `json:"user"           ch:"user"`
	Calls          uint64    `json:"calls"          ch:"calls"`
	BytesOut       uint64    `json:"bytes_out"      ch:"bytes_out"`
	Rows           uint64    `json:"rows"           ch:"rows_out"`
	LastSeen       time.Time `json:"last_seen"      ch:"last_seen"`
}

// inventorySQL takes the newest classification that was stamped. An endpoint
// that came into the catalog on the way is one dataset.
const inventorySQL = `
SELECT
  toString(max(a.api_id)) AS api,
  toString(max(a.operation_id)) AS operation,
  toString(a.service_name) AS service,
  toString(a.method) AS method,
  toString(a.route) AS route,
  toString(a.connector_id) AS connector,
  a.user_id AS user,
  toString(argMaxIf(a.data_classification, a.timestamp, a.data_classification != '')) AS classification,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  toUInt64(round(sum(a.adjusted_count * a.bytes_out))) AS bytes_out,
  toUInt64(round(sum(a.adjusted_count * a.rows))) AS rows_out,
  max(a.timestamp) AS last_seen
FROM actions AS a FINAL
WHERE ` + inWindow + `
  AND ({connector:String} = '' OR a.connector_id = {connector:String})
  AND ({user:String} = '' OR a.user_id = {user:String})
GROUP BY service, method, route, connector, user
ORDER BY calls DESC, service, route, method, connector, user
LIMIT {limit:UInt32}`

func runReportInventory(ctx context.Context, f *inventoryFlags, now time.Time, out, errOut io.Writer) error {
	r, err := f.open(ctx, now)
	if err != nil {
		return err
	}
	defer r.conn.Close()
	var exposures []exposure
	if err := r.read(ctx, &exposures, inventorySQL, clickhouse.Parameters{"connector": f.connector, "user": f.user}); err != nil {
		return err
	}
	if len(exposures) == reportLimit {
		fmt.Fprintf(errOut, "more than %d rows: the rest is left out; narrow the time, the connector or the user\n", reportLimit)
	}
	kept := []exposure{} // not nil: an empty answer is [] in JSON
	for i := range exposures {
		e := &exposures[i]
		r.classify(e)
		if f.classification == "" || f.classification == e.Classification {
			kept = append(kept, *e)
		}
	}
	slices.SortStableFunc(kept, func(a, b exposure) int { return cmp.Compare(a.Dataset, b.Dataset) })
	if *f.output == "json" {
		return cli.JSON(out, kept)
	}
	return printInventory(out, kept)
}

// classify names the dataset and what the catalog says of it.
func (r *reporter) classify(e *exposure) {
	e.LastSeen = e.LastSeen.UTC()
	if o := r.operation(e.Service, e.API, e.Method, e.Route); o != nil {
		e.API = cmp.Or(e.API, o.API.ID)
		e.Operation = cmp.Or(e.Operation, o.ID)
		e.Classification = cmp.Or(e.Classification, o.Classification)
	}
	e.Classification = cmp.Or(e.Classification, unclassified)
	e.Dataset = cmp.Or(e.API, e.Service, "?") + " " + cmp.Or(e.Operation, endpointName(e.Method, e.Route))
}

func printInventory(out io.Writer, exposures []exposure) error {
	rows := make([][]string, 0, len(exposures))
	for i := range exposures {
		e := &exposures[i]
		rows = append(rows, []string{
			e.Dataset, e.Classification, dash(e.Connector), dash(e.User),
			count(e.Calls), count(e.BytesOut), count(e.Rows), e.LastSeen.Format(reportTime),
		})
	}
	return cli.Table(out, []string{"DATASET", "CLASSIFICATION", "CONNECTOR", "USER", "CALLS", "BYTES OUT", "ROWS", "LAST SEEN (UTC)"}, rows)
}
