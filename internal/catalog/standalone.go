package catalog

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Standalone returns the catalog as one YAML document that needs no other file:
// what its OpenAPI files say is written out as operations.
func (c *Catalog) Standalone() ([]byte, error) {
	alone := *c
	alone.APIs = c.writtenOut()
	data, err := yaml.Marshal(alone)
	if err != nil {
		return nil, fmt.Errorf("cannot write the catalog as YAML: %w", err)
	}
	return data, nil
}

// writtenOut returns the APIs with their OpenAPI files' operations.
func (c *Catalog) writtenOut() []API {
	apis := slices.Clone(c.APIs)
	for i := range apis {
		if apis[i].OpenAPI != "" {
			apis[i].OpenAPI = ""
			apis[i].Operations = c.operations.all[i].rules()
		}
	}
	return apis
}

// rules writes every operation as the rule that alone gives it.
func (r *routedAPI) rules() []OperationRule {
	rules := make([]OperationRule, 0, len(r.operations))
	for i := range r.operations {
		o := &r.operations[i]
		rule := OperationRule{
			Endpoint: o.Method + " " + strings.TrimPrefix(o.Template, r.base), OperationID: o.ID,
			Scopes: o.Scopes, Deprecated: o.Deprecated,
		}
		if o.Classification != r.other.Classification {
			rule.Classification = o.Classification
		}
		if o.RetentionClass != r.other.RetentionClass {
			rule.RetentionClass = o.RetentionClass
		}
		if o.CostPerCall != r.other.CostPerCall {
			rule.CostPerCall = &o.CostPerCall
		}
		rules = append(rules, rule)
	}
	return rules
}
