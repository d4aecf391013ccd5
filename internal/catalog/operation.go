package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/weir-otel/weir/internal/openapi"
)

// Operation is what the catalog says of one kind of call to an API.
type Operation struct {
	API *API
	// Template is the http.route with the API's base path, /crm/contacts/{id}. It
	// is empty, as is ID, for a call to the API that is none of its operations.
	Template       string
	Method         string // upper case; * for any
	ID             string // OpenAPI's operationId
	Classification string
	RetentionClass string
	CostPerCall    float64
	Currency       string
	Scopes         []string // granted ones that it needs
	Deprecated     bool
}

// Operation returns what the catalog says of a call: of the API that service
// (service.name) serves, else of the one at host (server.address), whose base
// path is the longest one that path begins with. Path may have a query, host a
// port, and both any form that a server takes for the same. Nil means that no API
// covers the call.
func (c *Catalog) Operation(service, host, method, path string) *Operation {
	if !c.HasOperations() {
		return nil
	}
	method, path = strings.ToUpper(method), cleanPath(path)
	if found := findOperation(c.operations.services[service], method, path); found != nil {
		return found
	}
	return findOperation(c.operations.hosts[cleanHost(host)], method, path)
}

// HasOperations reports whether the catalog describes any API.
func (c *Catalog) HasOperations() bool { return c != nil && len(c.operations.all) > 0 }

func findOperation(apis []*routedAPI, method, path string) *Operation {
	for _, a := range apis {
		rest, found := strings.CutPrefix(path, a.base)
		if !found || rest != "" && rest[0] != '/' {
			continue
		}
		if i, found := a.router.Match(method, rest); found {
			return &a.operations[i]
		}
		return &a.other
	}
	return nil
}

// operationIndex finds operations by who serves them.
type operationIndex struct {
	all             []*routedAPI            // as the catalog's APIs
	services, hosts map[string][]*routedAPI // longest base path first
}

// add puts an API under each of its services and hosts. It returns the API that
// already serves the same base path there, and which name they share.
func (x *operationIndex) add(a *routedAPI) (first *API, name string) {
	if x.services == nil {
		x.services, x.hosts = map[string][]*routedAPI{}, map[string][]*routedAPI{}
	}
	for _, service := range a.other.API.Services {
		if first := insertAPI(x.services, service, a); first != nil {
			return first, service
		}
	}
	for _, host := range a.other.API.Hosts {
		if first := insertAPI(x.hosts, cleanHost(host), a); first != nil {
			return first, host
		}
	}
	return nil, ""
}

func insertAPI(into map[string][]*routedAPI, name string, a *routedAPI) (first *API) {
	list := into[name]
	for _, other := range list {
		if other.base == a.base && other != a {
			return other.other.API
		}
	}
	list = append(list, a)
	slices.SortStableFunc(list, func(a, b *routedAPI) int { return cmp.Compare(len(b.base), len(a.base)) })
	into[name] = list
	return nil
}

// routedAPI is an API with the operations of its OpenAPI file and of its rules.
type routedAPI struct {
	base       string // "" or /crm
	router     *openapi.Router
	operations []Operation // by the router's values
	other      Operation   // a call that is none of them
	known      map[pair]routeOrigin
}

// routeOrigin says which operation an endpoint is, and who named it.
type routeOrigin struct{ operation, rule int }

// noRule stands for the OpenAPI file.
const noRule = -1

// newRoutedAPI takes over what the OpenAPI file says and the catalog does not.
// Conflicts between two endpoints of the file are reported.
func newRoutedAPI(a *API, document *openapi.Document, report func(error)) *routedAPI {
	a.Name = cmp.Or(a.Name, document.Title)
	a.Version = cmp.Or(a.Version, document.Version)
	a.BasePath = cmp.Or(a.BasePath, document.BasePath)
	r := &routedAPI{base: strings.TrimSuffix(a.BasePath, "/"), router: openapi.NewRouter(), known: map[pair]routeOrigin{}}
	r.other = Operation{API: a, Classification: a.Classification, RetentionClass: a.RetentionClass, CostPerCall: a.CostPerCall, Currency: a.Currency}
	for _, o := range document.Operations {
		added, err := r.add(o.Method, o.Path, noRule)
		if err != nil {
			report(err)
			continue
		}
		added.ID, added.Scopes, added.Deprecated = o.ID, o.Scopes, o.Deprecated
		added.Classification = cmp.Or(o.Classification, a.Classification)
	}
	return r
}

// add appends an operation with the API's values.
func (r *routedAPI) add(method, path string, rule int) (*Operation, error) {
	if err := r.router.Add(method, path, len(r.operations)); err != nil {
		return nil, err
	}
	r.known[pair{method, unnamed(path)}] = routeOrigin{len(r.operations), rule}
	o := r.other
	o.Method, o.Template = method, r.base+path
	r.operations = append(r.operations, o)
	return &r.operations[len(r.operations)-1], nil
}

// apply lets a rule speak of the operations it names: those of the OpenAPI file,
// else new ones.
func (r *routedAPI) apply(number int, rule *OperationRule) (err error) {
	eachMethod(rule.Endpoint, func(method, path string) {
		origin, known := r.known[pair{method, unnamed(path)}]
		switch {
		case err != nil:
		case !known:
			var added *Operation
			if added, err = r.add(method, path, number); err == nil {
				rule.override(added)
			}
		case origin.rule != noRule:
			err = fmt.Errorf("%q, already the endpoint of operations[%d]", clip(rule.Endpoint), origin.rule)
		default:
			r.known[pair{method, unnamed(path)}] = routeOrigin{origin.operation, number}
			rule.override(&r.operations[origin.operation])
		}
	})
	return err
}

// override puts what the rule says in place of what o has.
func (rule *OperationRule) override(o *Operation) {
	o.ID = cmp.Or(rule.OperationID, o.ID)
	o.Classification = cmp.Or(rule.Classification, o.Classification)
	o.RetentionClass = cmp.Or(rule.RetentionClass, o.RetentionClass)
	if rule.CostPerCall != nil {
		o.CostPerCall = *rule.CostPerCall
	}
	if len(rule.Scopes) > 0 {
		o.Scopes = rule.Scopes
	}
	o.Deprecated = o.Deprecated || rule.Deprecated
}
