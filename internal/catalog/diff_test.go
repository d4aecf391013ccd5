package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestDiffNamesEveryFieldThatChanged(t *testing.T) {
	parse := func(text string) *catalog.Catalog {
		c, err := catalog.Parse("c.yaml", []byte("version: 1\n"+text))
		require.NoError(t, err)
		return c
	}
	f := func(before, after string, want ...catalog.Change) {
		t.Helper()
		require.Equal(t, want, catalog.Diff(parse(before), parse(after)))
	}
	f("connectors: [{id: a}, {id: b}]", "connectors:\n- id: b # moved\n- id: a\n  tags: []")
	f("tenants: [{id: t}]", "users: [{id: u}]",
		catalog.Change{List: "tenants", ID: "t", Kind: "removed"},
		catalog.Change{List: "users", ID: "u", Kind: "added"})
	f("connectors: [{id: a, match: {jwt: [{claim: azp, value: x}]}, quota: {requests_per_day: 5}}]",
		"connectors: [{id: a, match: {jwt: [{claim: azp, value: x}, {claim: sub, value: z}]}, budget: {per_day: 2, currency: EUR}}]",
		catalog.Change{List: "connectors", ID: "a", Kind: "changed", Field: "match.jwt", Old: "[{claim: azp, value: x}]", New: "[{claim: azp, value: x}, {claim: sub, value: z}]"},
		catalog.Change{List: "connectors", ID: "a", Kind: "changed", Field: "quota.requests_per_day", Old: "5"},
		catalog.Change{List: "connectors", ID: "a", Kind: "changed", Field: "budget.per_day", New: "2"},
		catalog.Change{List: "connectors", ID: "a", Kind: "changed", Field: "budget.currency", New: "EUR"})
	f("apis: [{id: a, hosts: [h], currency: EUR, operations: [{endpoint: GET /x}, {endpoint: GET /y}]}]",
		"apis: [{id: a, hosts: [h], currency: EUR, operations: [{endpoint: GET /x, cost_per_call: 0.5}, {endpoint: GET /z}]}]",
		catalog.Change{List: "apis", ID: "a", Kind: "changed", Field: "operations[GET /x].cost_per_call", New: "0.5"},
		catalog.Change{List: "apis", ID: "a", Kind: "changed", Field: "operations[GET /y]", Old: "removed"},
		catalog.Change{List: "apis", ID: "a", Kind: "changed", Field: "operations[GET /z]", New: "added"})
}
