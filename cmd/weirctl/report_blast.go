package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

const reportBlastHelp = `Blast-radius says what is affected when a connector is compromised, or switched
off, by what it did:

  datasets     what it called, with the classification of the data, and how much
               it was handed out
  users        for whom it acted
  credentials  what it identified itself with, and who else uses the same: those
               stop working too when it is revoked
  tokens       by issuer and client; a token may be valid until the time given
  downstream   services and databases behind the endpoints, by its traces

CONNECTOR is an id. Classification is by the catalog as in report inventory.
Credentials are the gateway's ids and keyed hashes, never secrets.`

func newReportBlastRadiusCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "blast-radius CONNECTOR",
		Short: "What is affected when a connector is compromised or switched off",
		Long:  reportBlastHelp,
		Example: `  weirctl report blast-radius crm-sync --since 90d
  weirctl report blast-radius crm-sync --catalog catalog.yaml --output json | jq '.credentials[] | select(.other_connectors != [])'`,
		Args: cobra.ExactArgs(1),
	}
	f := addReportFlags(command)
	command.RunE = func(command *cobra.Command, args []string) error {
		return runReportBlastRadius(command.Context(), f, args[0], time.Now(), command.OutOrStdout())
	}
	return command
}

// blastRadius is the answer. Its JSON names are an interface.
type blastRadius struct {
	Connector   blastConnector    `json:"connector"`
	Since       time.Time         `json:"since"`
	Until       time.Time         `json:"until"`
	Datasets    []blastDataset    `json:"datasets"`
	Users       []blastUser       `json:"users"`
	Credentials []blastCredential `json:"credentials"`
	Tokens      []blastTokens     `json:"tokens"`
	Downstream  []blastDownstream `json:"downstream"`
}

type blastConnector struct {
	ID        string    `json:"id"         ch:"-"`
	Name      string    `json:"name"       ch:"name"`
	Tenant    string    `json:"tenant"     ch:"tenant"`
	Platform  string    `json:"platform"   ch:"platform"`
	Owner     string    `json:"owner"      ch:"-"`
	Contact   string    `json:"contact"    ch:"-"`
	Purpose   string    `json:"purpose"    ch:"-"`
	Lifecycle string    `json:"lifecycle"  ch:"-"`
	Calls     uint64    `json:"calls"      ch:"calls"`
	BytesIn   uint64    `json:"bytes_in"   ch:"bytes_in"`
	BytesOut  uint64    `json:"bytes_out"  ch:"bytes_out"`
	Rows      uint64    `json:"rows"       ch:"rows_out"`
	FirstSeen time.Time `json:"first_seen" ch:"first_seen"`
	LastSeen  time.Time `json:"last_seen"  ch:"last_seen"`
}

type blastDataset struct {
	Dataset        string    `json:"dataset"        ch:"-"`
	Classification string    `json:"classification" ch:"classification"`
	API            string    `json:"api"            ch:"api"`
	Operation      string    `json:"operation"      ch:"operation"`
	Service        string    `json:"service"        ch:"service"`
	Method         string    `json:"method"         ch:"method"`
	Route          string    `json:"route"          ch:"route"`
	Calls          uint64    `json:"calls"          ch:"calls"`
	BytesOut       uint64    `json:"bytes_out"      ch:"bytes_out"`
	Rows           uint64    `json:"rows"           ch:"rows_out"`
	Users          uint64    `json:"users"          ch:"users"`
	LastSeen       time.Time `json:"last_seen"      ch:"last_seen"`
}

type blastUser struct {
	User     string    `json:"user"      ch:"user"`
	Calls    uint64    `json:"calls"     ch:"calls"`
	BytesOut uint64    `json:"bytes_out" ch:"bytes_out"`
	LastSeen time.Time `json:"last_seen" ch:"last_seen"`
}

type blastCredential struct {
	Kind  string `json:"kind"  ch:"kind"` // credential_id, credential_hash, token_client_id
	Value string `json:"value" ch:"value"`
	Type  string `json:"type"  ch:"type"` // api_key, bearer, …
	Calls uint64 `json:"calls" ch:"calls"`
	// OtherConnectors made calls with the same.
	OtherConnectors []string `json:"other_connectors" ch:"others"`
	// UnattributedCalls were made with the same, and have no connector.
	UnattributedCalls uint64    `json:"unattributed_calls" ch:"unattributed"`
	FirstSeen         time.Time `json:"first_seen"         ch:"first_seen"`
	LastSeen          time.Time `json:"last_seen"          ch:"last_seen"`
}

type blastTokens struct {
	Issuer    string   `json:"issuer"      ch:"issuer"`
	Client    string   `json:"client"      ch:"client"`
	Audiences []string `json:"audiences"   ch:"audiences"`
	Scopes    []string `json:"scopes"      ch:"scopes"`
	Tokens    uint64   `json:"tokens"      ch:"tokens"`    // how many with an id of their own
	Newest    []string `json:"newest"      ch:"newest"`    // ids (jti), up to 10
	ValidUpTo string   `json:"valid_until" ch:"valid_end"` // at the latest, RFC 3339; empty: not known
}

type blastDownstream struct {
	Name     string    `json:"name"      ch:"name"`
	Kind     string    `json:"kind"      ch:"kind"`   // service or database
	Direct   bool      `json:"direct"    ch:"direct"` // it took the connector's own calls
	Traces   uint64    `json:"traces"    ch:"traces"`
	LastSeen time.Time `json:"last_seen" ch:"last_seen"`
}

func runReportBlastRadius(ctx context.Context, f *reportFlags, id string, now time.Time, out io.Writer) error {
	r, err := f.open(ctx, now)
	if err != nil {
		return err
	}
	defer r.conn.Close()
	b, err := r.blastRadius(ctx, id)
	if err != nil {
		return err
	}
	if *f.output == "json" {
		return cli.JSON(out, b)
	}
	return b.print(out)
}

func (r *reporter) blastRadius(ctx context.Context, id string) (*blastRadius, error) {
	b := &blastRadius{
		Since: r.window.since.UTC(), Until: r.window.until.UTC(),
		Datasets: []blastDataset{}, Users: []blastUser{}, Credentials: []blastCredential{}, Tokens: []blastTokens{}, Downstream: []blastDownstream{},
	}
	connector := clickhouse.Parameters{"connector": id}
	var totals []blastConnector
	for _, part := range []struct {
		into any
		sql  string
	}{
		{&totals, blastTotalsSQL},
		{&b.Datasets, blastDatasetsSQL},
		{&b.Users, blastUsersSQL},
		{&b.Credentials, blastCredentialsSQL},
		{&b.Tokens, blastTokensSQL},
		{&b.Downstream, blastDownstreamSQL},
	} {
		if err := r.read(ctx, part.into, part.sql, connector); err != nil {
			return nil, err
		}
	}
	b.Connector = totals[0] // a sum over nothing is a row, too
	b.Connector.ID = id
	if err := r.describe(b); err != nil {
		return nil, err
	}
	return b, nil
}

// describe adds what the catalog says.
func (r *reporter) describe(b *blastRadius) error {
	c := r.catalog.ConnectorByID(b.Connector.ID)
	if c == nil && b.Connector.Calls == 0 {
		return fmt.Errorf("connector %q made no calls between %s and %s and is not in the catalog; `weirctl report access` lists connectors by their ids",
			b.Connector.ID, b.Since.Format(time.RFC3339), b.Until.Format(time.RFC3339))
	}
	if c != nil {
		into := &b.Connector
		into.Name, into.Tenant, into.Platform = cmp.Or(c.Name, into.Name), cmp.Or(c.Tenant, into.Tenant), cmp.Or(c.Platform, into.Platform)
		into.Owner, into.Contact, into.Purpose, into.Lifecycle = c.Owner.Team, c.Owner.Contact, c.Purpose, c.Lifecycle
	}
	for i := range b.Datasets {
		d := &b.Datasets[i]
		e := exposure{Classification: d.Classification, API: d.API, Operation: d.Operation, Service: d.Service, Method: d.Method, Route: d.Route}
		r.classify(&e)
		d.Dataset, d.Classification, d.API, d.Operation = e.Dataset, e.Classification, e.API, e.Operation
	}
	return nil
}
