package catalog_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestSchemaAndModelHaveTheSameFields(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(catalog.JSONSchema, &schema))
	definitions := schema["$defs"].(map[string]any)
	connector := definitions["connector"].(map[string]any)
	match := definitions["match"].(map[string]any)
	property := func(of map[string]any, name string) map[string]any {
		return of["properties"].(map[string]any)[name].(map[string]any)
	}
	f := func(model any, schema map[string]any) {
		t.Helper()
		var fields []string
		for field := range schema["properties"].(map[string]any) {
			fields = append(fields, field)
		}
		require.ElementsMatch(t, yamlFields(reflect.TypeOf(model)), fields)
		require.Equal(t, false, schema["additionalProperties"])
	}
	f(catalog.Catalog{}, schema)
	f(catalog.Tenant{}, definitions["tenant"].(map[string]any))
	f(catalog.Connector{}, connector)
	f(catalog.Owner{}, property(connector, "owner"))
	f(catalog.Match{}, match)
	f(catalog.JWTMatch{}, property(match, "jwt")["items"].(map[string]any))
	f(catalog.HeaderMatch{}, property(match, "headers")["items"].(map[string]any))
	f(catalog.AgentMatch{}, property(match, "agents")["items"].(map[string]any))
	f(catalog.Quota{}, property(connector, "quota"))
	f(catalog.Budget{}, property(connector, "budget"))
	f(catalog.Approval{}, property(connector, "approval"))
	f(catalog.Platform{}, definitions["platform"].(map[string]any))
	f(catalog.User{}, definitions["user"].(map[string]any))
	f(catalog.API{}, definitions["api"].(map[string]any))
	f(catalog.OperationRule{}, definitions["operation"].(map[string]any))
}

func yamlFields(model reflect.Type) []string {
	var fields []string
	for i := range model.NumField() {
		name, _, _ := strings.Cut(model.Field(i).Tag.Get("yaml"), ",")
		fields = append(fields, name)
	}
	return slices.DeleteFunc(fields, func(name string) bool { return name == "" || name == "-" })
}

func TestSchemaAcceptsWhatLoadsAndRefusesWhatDoesNot(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(catalog.JSONSchema))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("catalog.schema.json", document))
	schema, err := compiler.Compile("catalog.schema.json")
	require.NoError(t, err)
	check := func(content []byte) error {
		var fields any
		require.NoError(t, yaml.Unmarshal(content, &fields))
		asJSON, err := json.Marshal(fields)
		require.NoError(t, err)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		require.NoError(t, err)
		return schema.Validate(value)
	}

	good, err := os.ReadFile(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	require.NoError(t, check(good))

	for _, bad := range []string{
		"version: 2",
		"version: 1\nconnectors: [{name: a}]",
		"version: 1\nconnectors: [{id: a b}]",
		"version: 1\nconnectors: [{id: a, plattform: make}]",
		"version: 1\nconnectors: [{id: a, lifecycle: live}]",
		"version: 1\nconnectors: [{id: a, match: {jwt: [{claim: azp}]}}]",
		"version: 1\nconnectors: [{id: a, allowed_endpoints: [/contacts]}]",
		"version: 1\nconnectors: [{id: a, tags: [a b]}]",
		"version: 1\nconnectors: [{id: a, quota: {requests_per_day: -1}}]",
		"version: 1\nconnectors: [{id: a, budget: {per_day: 1, currency: euro}}]",
		"version: 1\nconnectors: [{id: a, approval: {status: fine}}]",
		"version: 1\nconnectors: [{id: a, approval: {at: '1.3.2026'}}]",
		"version: 1\nconnectors: [{id: a, match: {credential_hashes: [abc]}}]",
		"version: 1\nconnectors: [{id: a, match: {agents: [{attribute: name, value: x}]}}]",
		"version: 1\nconnectors: [{id: a, match: {routes: [/hooks]}}]",
		"version: 1\nplatforms: [{id: Power Apps}]",
		"version: 1\nusers: [{id: a, kind: guest}]",
		"version: 1\nusers: [{name: a}]",
		"version: 1\napis: [{id: a}]",
		"version: 1\napis: [{id: a, hosts: [h], base_path: v1}]",
		"version: 1\napis: [{id: a, hosts: [h], classification: Top Secret}]",
		"version: 1\napis: [{id: a, hosts: [h], operations: [{operation_id: x}]}]",
		"version: 1\napis: [{id: a, hosts: [h], operations: [{endpoint: '* /x'}]}]",
		"version: 1\napis: [{id: a, hosts: [h], operations: [{endpoint: GET /x, deprecated: 1}]}]",
	} {
		_, err := catalog.Parse("c.yaml", []byte(bad))
		require.Error(t, err, bad)
		require.Error(t, check([]byte(bad)), bad)
	}
}
