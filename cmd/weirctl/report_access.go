package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

const reportAccessHelp = `Access lists every connector of the catalog, and every other that called, for an
access review: who answers for it, what it is for, and what it may do against
what it did. Connectors without an owner come first.

Endpoints are those that were called. Outside are those that allowed_endpoints
of the connector do not cover; unused are entries of allowed_endpoints that
nothing was called of.

Scopes are those of the tokens that were seen. One is used if an operation was
called that needs it (the scopes of the catalog's APIs, or of their OpenAPI
files); outside are those that are not in allowed_scopes. Where some endpoint
that was called is no operation of the catalog, nobody knows what it needs:
unused scopes are then "perhaps unused".

Below the table is what to look at, a line each. A credential is counted once
however many tokens its client was given.`

func newReportAccessCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "access",
		Short: "Each connector: owner, purpose, endpoints and scopes allowed against used",
		Long:  reportAccessHelp,
		Example: `  weirctl report access --catalog catalog.yaml --since 90d
  weirctl report access --tenant acme
  weirctl report access --output json | jq '.connectors[] | select(.owner == "") | .connector'`,
	}
	f := addReportFlags(command)
	command.RunE = func(command *cobra.Command, _ []string) error {
		return runReportAccess(command.Context(), f, time.Now(), command.OutOrStdout(), command.ErrOrStderr())
	}
	return command
}

// accessReport is the answer. Its JSON names are an interface.
type accessReport struct {
	Since             time.Time   `json:"since"`
	Until             time.Time   `json:"until"`
	CatalogRevision   string      `json:"catalog_revision"`
	UnattributedCalls uint64      `json:"unattributed_calls"`
	Connectors        []accessRow `json:"connectors"`
}

// accessRow is one connector.
type accessRow struct {
	Connector    string          `json:"connector"`
	Name         string          `json:"name"`
	Tenant       string          `json:"tenant"`
	Platform     string          `json:"platform"`
	Registered   bool            `json:"registered"` // in the catalog
	Owner        string          `json:"owner"`
	OwnerContact string          `json:"owner_contact"`
	Purpose      string          `json:"purpose"`
	Lifecycle    string          `json:"lifecycle"`
	Approval     string          `json:"approval"`
	LastUse      *time.Time      `json:"last_use"` // null: not used in this time
	Calls        uint64          `json:"calls"`
	Users        uint64          `json:"users"`
	Credentials  uint64          `json:"credentials"`
	Endpoints    accessEndpoints `json:"endpoints"`
	Scopes       accessScopes    `json:"scopes"`
	Findings     []string        `json:"findings"`
}

type accessEndpoints struct {
	Used       []usedEndpoint `json:"used"`
	Allowed    []string       `json:"allowed"`    // empty: nothing is declared
	Outside    []string       `json:"outside"`    // used, not allowed
	Unused     []string       `json:"unused"`     // allowed, not used
	Deprecated []string       `json:"deprecated"` // used
}

type usedEndpoint struct {
	Endpoint  string    `json:"endpoint"`
	Service   string    `json:"service"`
	Operation string    `json:"operation"` // of the catalog
	Calls     uint64    `json:"calls"`
	LastUse   time.Time `json:"last_use"`
}

type accessScopes struct {
	Granted []string `json:"granted"`
	Allowed []string `json:"allowed"` // empty: nothing is declared
	Used    []string `json:"used"`
	Unused  []string `json:"unused"`  // granted, not used
	Outside []string `json:"outside"` // granted, not allowed
	// EndpointsUnknown is how many of the endpoints are no operation of the
	// catalog: what they need is not known.
	EndpointsUnknown int `json:"endpoints_unknown"`
}

func runReportAccess(ctx context.Context, f *reportFlags, now time.Time, out, errOut io.Writer) error {
	r, err := f.open(ctx, now)
	if err != nil {
		return err
	}
	defer r.conn.Close()
	if r.catalog.Revision == "" {
		return errNoCatalog
	}
	var uses []connectorUse
	if err := r.read(ctx, &uses, accessUsesSQL, nil); err != nil {
		return err
	}
	var endpoints []endpointUse
	if err := r.read(ctx, &endpoints, accessEndpointsSQL, nil); err != nil {
		return err
	}
	report := r.access(uses, endpoints, now)
	if *f.output == "json" {
		err = cli.JSON(out, report)
	} else {
		err = printAccess(out, report)
	}
	if report.UnattributedCalls > 0 {
		fmt.Fprintf(errOut, "%d calls have no connector; `weirctl catalog discover` says what they have in common\n", report.UnattributedCalls)
	}
	if len(endpoints) == reportLimit {
		fmt.Fprintf(errOut, "more than %d endpoints: the rest is left out; a later --since reads fewer\n", reportLimit)
	}
	return err
}

// access holds the catalog against what was done.
func (r *reporter) access(uses []connectorUse, endpoints []endpointUse, now time.Time) *accessReport {
	report := &accessReport{
		Since: r.window.since.UTC(), Until: r.window.until.UTC(), CatalogRevision: r.catalog.Revision, Connectors: []accessRow{},
	}
	byConnector := map[string]*connectorUse{}
	for i := range uses {
		byConnector[uses[i].Connector] = &uses[i]
	}
	called := map[string][]endpointUse{}
	for _, e := range endpoints {
		called[e.Connector] = append(called[e.Connector], e)
	}
	if nobody := byConnector[""]; nobody != nil {
		report.UnattributedCalls = nobody.Calls
		delete(byConnector, "")
	}
	for i := range r.catalog.Connectors {
		c := &r.catalog.Connectors[i]
		if r.window.tenant == "" || r.window.tenant == c.Tenant || byConnector[c.ID] != nil {
			report.Connectors = append(report.Connectors, r.accessOf(c, true, byConnector[c.ID], called[c.ID], now))
		}
		delete(byConnector, c.ID)
	}
	for id, use := range byConnector {
		c := &catalog.Connector{ID: id, Name: use.Name, Tenant: use.Tenant, Platform: use.Platform}
		report.Connectors = append(report.Connectors, r.accessOf(c, false, use, called[id], now))
	}
	slices.SortFunc(report.Connectors, func(a, b accessRow) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Connector, b.Connector))
	})
	return report
}

func (r *reporter) accessOf(c *catalog.Connector, registered bool, use *connectorUse, endpoints []endpointUse, now time.Time) accessRow {
	row := accessRow{
		Connector: c.ID, Name: c.Name, Tenant: c.Tenant, Platform: c.Platform, Registered: registered,
		Owner: c.Owner.Team, OwnerContact: c.Owner.Contact, Purpose: c.Purpose, Lifecycle: c.Lifecycle, Approval: c.Approval.Status,
	}
	row.Owner = cmp.Or(row.Owner, c.Owner.Contact)
	granted := []string{}
	if use != nil {
		last := use.LastUse.UTC()
		row.LastUse, row.Calls, row.Users, row.Credentials = &last, use.Calls, use.Users, use.Credentials
		granted = use.Scopes
	}
	operations := make([]*catalog.Operation, len(endpoints))
	for i, e := range endpoints {
		operations[i] = r.operation(e.Service, e.API, e.Method, e.Route)
	}
	row.Endpoints = accessEndpointsOf(c, endpoints, operations)
	row.Scopes = accessScopesOf(c, granted, operations)
	row.Findings = row.findings(c, now)
	return row
}

func accessEndpointsOf(c *catalog.Connector, endpoints []endpointUse, operations []*catalog.Operation) accessEndpoints {
	a := accessEndpoints{Used: []usedEndpoint{}, Allowed: listed(c.AllowedEndpoints), Outside: []string{}, Unused: []string{}, Deprecated: []string{}}
	for i, e := range endpoints {
		name := endpointName(e.Method, e.Route)
		used := usedEndpoint{Endpoint: name, Service: e.Service, Calls: e.Calls, LastUse: e.LastUse.UTC()}
		if o := operations[i]; o != nil {
			used.Operation = o.ID
			if o.Deprecated {
				a.Deprecated = appendNew(a.Deprecated, name)
			}
		}
		a.Used = append(a.Used, used)
		if allowed, declared := c.Allows(e.Method, e.Route); declared && !allowed {
			a.Outside = appendNew(a.Outside, name)
		}
	}
	for _, pattern := range c.AllowedEndpoints {
		alone := &catalog.Connector{AllowedEndpoints: []string{pattern}}
		if !slices.ContainsFunc(endpoints, func(e endpointUse) bool {
			covered, _ := alone.Allows(e.Method, e.Route)
			return covered
		}) {
			a.Unused = append(a.Unused, pattern)
		}
	}
	return a
}

func accessScopesOf(c *catalog.Connector, granted []string, operations []*catalog.Operation) accessScopes {
	s := accessScopes{Granted: listed(granted), Allowed: listed(c.AllowedScopes), Used: []string{}, Unused: []string{}, Outside: []string{}}
	needed := map[string]bool{}
	for _, o := range operations {
		if o == nil || o.Template == "" {
			s.EndpointsUnknown++
			continue
		}
		for _, scope := range o.Scopes {
			needed[scope] = true
		}
	}
	for _, scope := range s.Granted {
		if needed[scope] {
			s.Used = append(s.Used, scope)
		} else {
			s.Unused = append(s.Unused, scope)
		}
		if len(s.Allowed) > 0 && !slices.Contains(s.Allowed, scope) {
			s.Outside = append(s.Outside, scope)
		}
	}
	return s
}

// listed is a list that JSON shows as [] when it is empty, not as null.
func listed(values []string) []string { return append([]string{}, values...) }

func appendNew(list []string, value string) []string {
	if slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}
