package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

const (
	defaultWhoSince = "24h"
	defaultWhoLimit = 100
)

var (
	traceIDPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)
	countryPattern = regexp.MustCompile(`^[A-Za-z]{2}$`) // ISO 3166-1 alpha-2
)

type whoFlags struct {
	client       *clientFlags
	connector    string
	unattributed bool
	user         string
	endpoint     string
	trace        string
	operation    string
	credential   string
	country      string
	window       windowFlags
	limit        uint32
	output       string
}

// action is one row of the answer. Its JSON names are an interface.
type action struct {
	Time               time.Time `json:"time"                ch:"timestamp"`
	Tenant             string    `json:"tenant"              ch:"tenant_id"`
	Connector          string    `json:"connector"           ch:"connector_id"`
	ConnectorName      string    `json:"connector_name"      ch:"connector_name"`
	Platform           string    `json:"platform"            ch:"platform_name"`
	User               string    `json:"user"                ch:"user_id"`
	Method             string    `json:"method"              ch:"method"`
	Route              string    `json:"route"               ch:"route"`
	Endpoint           string    `json:"endpoint"            ch:"endpoint"`
	Status             uint16    `json:"status"              ch:"status_code"`
	BytesIn            uint64    `json:"bytes_in"            ch:"bytes_in"`
	BytesOut           uint64    `json:"bytes_out"           ch:"bytes_out"`
	DurationMS         float64   `json:"duration_ms"         ch:"duration_ms"`
	IdentityStatus     string    `json:"identity_status"     ch:"identity_status"`
	IdentityMethod     string    `json:"identity_method"     ch:"identity_method"`
	UnattributedReason string    `json:"unattributed_reason" ch:"unattributed_reason"`
	Service            string    `json:"service"             ch:"service_name"`
	TraceID            string    `json:"trace_id"            ch:"trace"`
	Source             string    `json:"source"              ch:"reported_by"`

	IdentityConfidence float32  `json:"identity_confidence" ch:"identity_confidence"`
	Vouched            bool     `json:"vouched"             ch:"vouched"` // the sender is a trusted peer
	CatalogRevision    string   `json:"catalog_revision"    ch:"catalog_revision"`
	WorkflowID         string   `json:"workflow_id"         ch:"workflow_id"`
	WorkflowRunID      string   `json:"workflow_run_id"     ch:"workflow_run_id"`
	ActorChain         []string `json:"actor_chain"         ch:"actor_chain"` // the immediate actor first
	ActorType          string   `json:"actor_type"          ch:"actor_type"`
	CredentialID       string   `json:"credential_id"       ch:"credential_id"`
	CredentialHash     string   `json:"credential_hash"     ch:"credential_hash"`
	CredentialType     string   `json:"credential_type"     ch:"credential_type"`
	TokenID            string   `json:"token_id"            ch:"token_id"`
	TokenIssuer        string   `json:"token_issuer"        ch:"token_issuer"`
	TokenClientID      string   `json:"token_client_id"     ch:"token_client_id"`
	TokenAudience      []string `json:"token_audience"      ch:"token_audience"`
	TokenScopes        []string `json:"token_scopes"        ch:"token_scopes"`
	TokenExpiresIn     uint32   `json:"token_expires_in"    ch:"token_expires_in"` // seconds from issue to expiry; 0: not known
	ClientCountry      string   `json:"client_country"      ch:"client_country"`
	ClientAS           uint32   `json:"client_as"           ch:"client_as"`
	API                string   `json:"api"                 ch:"api_id"`
	Operation          string   `json:"operation"           ch:"operation_id"`
	DataClassification string   `json:"data_classification" ch:"data_classification"`
	RetentionClass     string   `json:"retention_class"     ch:"retention_class"`
	Rows               uint64   `json:"rows"                ch:"rows_out"`
	Cost               float64  `json:"cost"                ch:"cost"`
	CostCurrency       string   `json:"cost_currency"       ch:"cost_currency"`
	Environment        string   `json:"environment"         ch:"environment"`
	DryRun             bool     `json:"dry_run"             ch:"dry_run"`
	TraceContext       string   `json:"trace_context"       ch:"trace_context"` // none, root, broken, complete
}

func newWhoCommand() *cobra.Command {
	f := &whoFlags{}
	cmd := &cobra.Command{
		Use:   "who",
		Short: "Who did what, when, from which connector",
		Long: `Who lists actions, the newest first: one row for each API call of a connector,
however many spans and log lines reported it. A call without evidence of a
connector is listed as unattributed; it is never guessed.

The user is the one that the call was made for. Actors that stand between follow
it, who made the call first: "jane via agent-7 via crm-bot" is a call for jane
that crm-bot handed on to agent-7. The operation is the catalog's, if it has one.

--connector, --endpoint and --operation take a * for any characters. --since and
--until take a time (2026-03-01T09:00:00Z, or 2026-03-01 for its start in UTC) or
an age (90m, 36h, 7d). --output json has all that is known of a call.`,
		Example: `  weirctl who --connector crm-sync --since 7d
  weirctl who --user jane --endpoint 'GET /contacts*' --output json
  weirctl who --credential v1:0123456789abcdef0123456789abcdef --country US
  weirctl who --trace 4bf92f3577b34da6a3ce929d0e0e4736 --clickhouse http://127.0.0.1:8123`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runWho(cmd.Context(), f, time.Now(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.client = addClientFlags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.connector, "connector", "", "connector `id` or name")
	flags.BoolVar(&f.unattributed, "unattributed", false, "only calls whose connector is not known")
	flags.StringVar(&f.user, "user", "", "`id` of the user the call was made for")
	flags.StringVar(&f.endpoint, "endpoint", "", "`method and route`, e.g. 'GET /contacts/{id}'")
	flags.StringVar(&f.trace, "trace", "", "trace `id`, 32 lower-case hex digits")
	flags.StringVar(&f.operation, "operation", "", "operationId of the catalog's `operation`, e.g. listContacts")
	flags.StringVar(&f.credential, "credential", "", "gateway's `id` of the credential, its keyed hash, or the client id of the token")
	flags.StringVar(&f.country, "country", "", "`country` that the call came from, e.g. DE")
	f.window.add(flags, defaultWhoSince)
	flags.Uint32Var(&f.limit, "limit", defaultWhoLimit, "at most so many `actions`; 0 for all")
	flags.StringVar(&f.output, "output", "table", "`format`: table or json")
	return cmd
}

func runWho(ctx context.Context, f *whoFlags, now time.Time, out, errOut io.Writer) error {
	query, err := f.query(now)
	if err != nil {
		return err
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()

	actions := []action{} // not nil: an empty answer is [] in JSON
	if err := conn.Select(query.window.in(ctx, query.parameters), &actions, query.sql); err != nil {
		return fmt.Errorf("cannot read actions (is the schema there? see `weirctl schema status`): %w", err)
	}
	if err := printActions(out, f.output, actions); err != nil {
		return err
	}
	if len(actions) == 0 {
		return explainNothing(ctx, conn, query, errOut)
	}
	if f.limit > 0 && len(actions) == int(f.limit) {
		fmt.Fprintf(errOut, "the newest %d actions; --limit shows more\n", f.limit)
	}
	return nil
}

func printActions(out io.Writer, format string, actions []action) error {
	if format == "json" {
		return cli.JSON(out, actions)
	}
	if len(actions) == 0 {
		return nil
	}
	rows := make([][]string, 0, len(actions))
	for i := range actions {
		rows = append(rows, actions[i].row())
	}
	return cli.Table(out, []string{"TIME (UTC)", "CONNECTOR", "USER", "ENDPOINT", "STATUS", "BYTES OUT", "IDENTITY", "TRACE"}, rows)
}

func (a *action) row() []string {
	connector, identity := a.Connector, a.IdentityStatus
	if connector == "" {
		connector = "-"
		if a.UnattributedReason != "" {
			identity += " (" + a.UnattributedReason + ")"
		}
	}
	return []string{
		a.Time.UTC().Format("2006-01-02 15:04:05.000"), connector, a.onBehalf(), a.called(),
		strconv.Itoa(int(a.Status)), strconv.FormatUint(a.BytesOut, 10), dash(identity), dash(a.TraceID),
	}
}

// onBehalf is the user, then who stands between it and the call, the immediate
// actor first.
func (a *action) onBehalf() string {
	return strings.Join(append([]string{dash(a.User)}, a.ActorChain...), " via ")
}

// called is e.g. "GET /contacts/{id} (readContact)".
func (a *action) called() string {
	if a.Operation == "" {
		return dash(a.Endpoint)
	}
	return dash(a.Endpoint) + " (" + a.Operation + ")"
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// explainNothing tells an empty store from a filter that matches nothing.
func explainNothing(ctx context.Context, conn driver.Conn, query whoQuery, errOut io.Writer) error {
	var count uint64
	var first, last time.Time
	row := conn.QueryRow(ctx, "SELECT count(), min(timestamp), max(timestamp) FROM who_did_what")
	if err := row.Scan(&count, &first, &last); err != nil {
		return fmt.Errorf("cannot count the actions in who_did_what: %w", err)
	}
	if count == 0 {
		fmt.Fprintln(errOut, "no actions are stored yet. They appear some seconds after a server, consumer or client span,\n"+
			"or a gateway's access log, has reached a pipeline that ends in clickhouse_store.")
		return nil
	}
	fmt.Fprintf(errOut, "none of the %d stored actions match. They are from %s to %s; you asked for %s to %s.\n",
		count, first.UTC().Format(time.RFC3339), last.UTC().Format(time.RFC3339),
		query.window.since.UTC().Format(time.RFC3339), query.window.until.UTC().Format(time.RFC3339))
	return nil
}
