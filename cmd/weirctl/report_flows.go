package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

const reportFlowsHelp = `Flows lists which service calls which, by the traces: an edge is a server or
consumer span whose parent span is another service's. Calls are spans as they are
stored, not scaled up where traces are sampled. Parents that were never reported
give no edge.

Only edges within the time are found; a long --since reads much.`

func newReportFlowsCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "flows",
		Short: "Which service calls which, for which connectors",
		Long:  reportFlowsHelp,
		Example: `  weirctl report flows --since 1d
  weirctl report flows --since 6h --output json | jq -r '.[] | "\(.from) -> \(.to)"'`,
	}
	client, output := addClientFlags(command), addOutputFlag(command)
	var f windowFlags
	f.add(command.Flags(), "1d")
	command.RunE = func(command *cobra.Command, _ []string) error {
		w, err := f.at(time.Now())
		if err != nil {
			return err
		}
		return runReportFlows(command.Context(), client, w, *output, command.OutOrStdout())
	}
	return command
}

// flow is an edge. Its JSON names are an interface.
type flow struct {
	From       string    `json:"from"       ch:"from_service"`
	To         string    `json:"to"         ch:"to_service"`
	Calls      uint64    `json:"calls"      ch:"calls"`
	Connectors []string  `json:"connectors" ch:"connectors"`
	LastSeen   time.Time `json:"last_seen"  ch:"last_seen"`
}

// flowsSQL joins spans with their parents. The join goes to disk where it is large.
const flowsSQL = `
SELECT
  toString(parent.service_name) AS from_service,
  toString(child.service_name) AS to_service,
  count() AS calls,
  arraySort(groupUniqArrayIf(100)(toString(child.connector_id), child.connector_id != '')) AS connectors,
  max(child.timestamp) AS last_seen
FROM spans AS child
INNER ANY JOIN
(
  SELECT trace_id, span_id, service_name
  FROM spans
  WHERE timestamp BETWEEN fromUnixTimestamp64Nano({since:Int64}, 'UTC') AND fromUnixTimestamp64Nano({until:Int64}, 'UTC')
) AS parent ON child.trace_id = parent.trace_id AND child.parent_span_id = parent.span_id
WHERE child.timestamp BETWEEN fromUnixTimestamp64Nano({since:Int64}, 'UTC') AND fromUnixTimestamp64Nano({until:Int64}, 'UTC')
  AND child.kind IN ('server', 'consumer')
  AND child.service_name != parent.service_name
  AND ({tenant:String} = '' OR child.tenant_id = {tenant:String})
GROUP BY from_service, to_service
ORDER BY calls DESC, from_service, to_service
SETTINGS join_algorithm = 'grace_hash'`

func runReportFlows(ctx context.Context, client *clientFlags, w window, output string, out io.Writer) error {
	conn, err := client.open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	flows := []flow{} // not nil: an empty answer is [] in JSON
	if err := conn.Select(w.in(ctx, nil), &flows, flowsSQL); err != nil {
		return fmt.Errorf("cannot read spans (is the schema there? see `weirctl schema status`): %w", err)
	}
	if output == "json" {
		return cli.JSON(out, flows)
	}
	rows := make([][]string, 0, len(flows))
	for i := range flows {
		e := &flows[i]
		rows = append(rows, []string{dash(e.From), dash(e.To), count(e.Calls), shortList(e.Connectors), e.LastSeen.UTC().Format(reportTime)})
	}
	return cli.Table(out, []string{"FROM", "TO", "CALLS", "CONNECTORS", "LAST SEEN (UTC)"}, rows)
}
