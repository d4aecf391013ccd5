package catalog

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/internal/openapi"
)

var basePathForm = regexp.MustCompile(`^(/[^/ ?#*{}]+)+/?$`)

func (v *validator) checkAPIs() {
	operations := &v.catalog.operations
	byID(v, "apis", v.catalog.APIs, func(a *API) string { return a.ID }, func(a *API) {
		v.checkAPI(a)
		routed := v.route(a)
		operations.all = append(operations.all, routed)
		if first, name := operations.add(routed); first != nil {
			v.report("base_path", fmt.Sprintf("%q, already the base path of API %q at %s, expected one API for a base path", routed.base, first.ID, name),
				"give one of the two another base_path, service or host")
		}
	})
}

func (v *validator) checkAPI(a *API) {
	v.id(a.ID)
	if len(a.Services)+len(a.Hosts) == 0 {
		v.report("services", "missing, expected the service.name of what serves the API, or hosts", "e.g. services: [crm-api]")
	}
	v.words(a.Services, "services", "e.g. crm-api")
	v.words(a.Hosts, "hosts", "e.g. api.example.com")
	if a.BasePath != "" && a.BasePath != "/" && !basePathForm.MatchString(a.BasePath) {
		v.report("base_path", fmt.Sprintf("%q, expected a path without parameters", clip(a.BasePath)), "e.g. /crm/v1")
	}
	v.label(a.Classification, "classification")
	v.label(a.RetentionClass, "retention_class")
	v.amount(a.CostPerCall, "cost_per_call")
	v.currency(a.Currency, "currency", highestCost(a), "cost_per_call")
}

// highestCost is the highest cost of a call to an API.
func highestCost(a *API) float64 {
	highest := a.CostPerCall
	for _, rule := range a.Operations {
		if rule.CostPerCall != nil {
			highest = max(highest, *rule.CostPerCall)
		}
	}
	return highest
}

// route joins the operations of an API's OpenAPI file with those of its rules.
func (v *validator) route(a *API) *routedAPI {
	routed := newRoutedAPI(a, v.openAPI(a), func(err error) {
		v.report("openapi", err.Error(), "remove one of the two from the file")
	})
	for j := range a.Operations {
		rule, field := &a.Operations[j], item("operations", j)
		if v.checkOperation(rule, field) {
			if err := routed.apply(j, rule); err != nil {
				v.report(field+".endpoint", err.Error(), "join the two")
			}
		}
	}
	return routed
}

// checkOperation reports whether the endpoint of a rule is good.
func (v *validator) checkOperation(rule *OperationRule, field string) bool {
	v.label(rule.Classification, field+".classification")
	v.label(rule.RetentionClass, field+".retention_class")
	v.words(rule.Scopes, field+".scopes", scopesHint)
	if rule.CostPerCall != nil {
		v.amount(*rule.CostPerCall, field+".cost_per_call")
	}
	e, err := parseEndpoint(rule.Endpoint)
	if err == nil && strings.Contains(e.methods, "*") {
		err = fmt.Errorf("%q, expected the methods by name", clip(rule.Endpoint))
	}
	if err != nil {
		v.report(field+".endpoint", err.Error(), `write it without the base path, e.g. "GET|PATCH /contacts/{id}"`)
	}
	return err == nil
}

// openAPI returns what an API's OpenAPI file says; nothing without one.
func (v *validator) openAPI(a *API) *openapi.Document {
	if a.OpenAPI == "" {
		return &openapi.Document{}
	}
	spec := v.specs[slices.IndexFunc(v.specs, func(s spec) bool { return s.reference == a.OpenAPI })]
	if spec.err != nil {
		v.report("openapi", "cannot read it: "+spec.err.Error(), "give the path of an OpenAPI 3 file, relative to the catalog")
		return &openapi.Document{}
	}
	document, err := openapi.Parse(spec.file.Name, spec.file.Data)
	if err != nil {
		v.reportOpenAPI(spec.file.Name, err)
		return &openapi.Document{}
	}
	if a.BasePath == "" && strings.ContainsAny(document.BasePath, "{}") {
		v.report("openapi", fmt.Sprintf("%q is the path of its server, expected a default for each variable", clip(document.BasePath)), "set base_path")
	}
	return document
}

// reportOpenAPI notes what is wrong in an OpenAPI file, one line a problem:
//
//	crm.yaml:12: paths./contacts/{id: unclosed {, expected {name}
func (v *validator) reportOpenAPI(name string, err error) {
	at := v.at(v.entry, "openapi")
	hint := fmt.Sprintf("named by %s in %s:%d", at.field, at.document.name, at.line)
	for message := range strings.SplitSeq(err.Error(), "\n") {
		message = strings.TrimPrefix(message, name+":")
		line := 1
		if number, rest, found := strings.Cut(message, ": "); found {
			if n, err := strconv.Atoi(number); err == nil {
				line, message = n, rest
			}
		}
		v.add(Problem{File: name, Line: line, Message: strings.TrimSpace(message), Hint: hint})
	}
}

// isLocal refuses paths that lead out of the catalog's folder.
func isLocal(reference string) error {
	if !filepath.IsLocal(reference) {
		return fmt.Errorf("%q leads out of the catalog's folder, expected a path below it", clip(reference))
	}
	return nil
}
