package scenarios

import (
	"fmt"
	"strings"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// endpoint is an operation of an API as the whole fleet knows it.
type endpoint struct {
	name    string  // "GET /orders/{id}"
	weight  float64 // how often connectors take it up
	least   float64 // bytes of the smallest answer
	alpha   float64 // of the sizes' Pareto tail
	in      float64 // bytes of a request
	millis  float64 // median duration
	single  bool    // reads one record by its id
	reading bool
}

// api is a service and its operations.
type api struct {
	name string
	ops  []uint16
}

// operation of any API; sizes in units of one record.
var operations = []struct {
	pattern      string
	weight, size float64
	in           float64
}{
	{"GET /%s", 30, 14, 0},
	{"GET /%s/{id}", 40, 1, 0},
	{"POST /%s", 12, 0.4, 1000},
	{"PATCH /%s/{id}", 14, 0.8, 500},
	{"GET /%s/search", 18, 6, 0},
	{"GET /%s/changes", 14, 4, 0},
	{"GET /%s/{id}/history", 8, 3, 0},
	{"POST /%s/{id}/notes", 8, 0.3, 400},
	{"PUT /%s/{id}/tags", 6, 0.2, 120},
	{"GET /%s/{id}/attachments", 6, 10, 0},
	{"DELETE /%s/{id}", 3, 0.1, 0},
	{"GET /%s/reports/{id}/download", 6, 70, 0},
	{"POST /%s/bulk", 4, 1, 60000},
	{"GET /%s/{id}/relations", 4, 2, 0},
}

var services = []struct {
	name   string
	record float64 // bytes of one
}{
	{"contacts", 1300},
	{"orders", 2100},
	{"invoices", 1700},
	{"tickets", 2500},
	{"products", 900},
	{"shipments", 1100},
	{"employees", 1500},
	{"campaigns", 1900},
}

// sensitive operations are part of no connector's work.
var sensitive = []string{
	"GET /contacts/export", "GET /employees/{id}/salary", "GET /customers/{id}/bank-accounts",
	"POST /admin/api-keys", "GET /admin/users", "GET /invoices/export",
}

// custom objects are what growing flows and exploring agents come across.
var customObjects = strings.Fields(`assets regions budgets vendors contracts surveys events quotes parts leads territories
	playbooks bundles goals renewals audits partners licenses forecasts deliveries returns reviews coupons warehouses
	channels segments timesheets leases permits inspections claims policies subscriptions devices sensors batches`)

// offer makes the operations of all APIs.
func (s *Scenario) offer() {
	r := s.draw(forFleet)
	for _, service := range services {
		a := api{name: service.name}
		for _, op := range operations {
			name := fmt.Sprintf(op.pattern, service.name)
			a.ops = append(a.ops, s.add(r, name, op.weight, op.size*service.record, op.in))
		}
		s.apis = append(s.apis, a)
	}
	for _, object := range customObjects {
		s.add(r, "GET /objects/"+object+"/records", 5, 6000, 0)
		s.add(r, "POST /objects/"+object+"/records", 5, 500, 800)
	}
	for _, name := range sensitive {
		s.add(r, name, 0, 20_000, 0)
	}
}

func (s *Scenario) add(r draw.Source, name string, weight, size, in float64) uint16 {
	alpha := r.Between(1.3, 2.6)
	s.names[name] = uint16(len(s.catalogue))
	s.catalogue = append(s.catalogue, endpoint{
		name: name, weight: weight * r.Lognormal(0.3), alpha: alpha, in: in,
		least:   size * (alpha - 1) / alpha, // the mean is size
		millis:  r.Spread(20, 300),
		single:  strings.HasPrefix(name, "GET ") && strings.HasSuffix(name, "/{id}"),
		reading: strings.HasPrefix(name, "GET "),
	})
	return s.names[name]
}

// mean bytes of an answer.
func (e *endpoint) mean() float64 { return e.least * e.alpha / (e.alpha - 1) }

// answer draws its bytes.
func (e *endpoint) answer(r draw.Source, scale float64) float64 {
	return scale * r.Pareto(e.least, e.alpha, 2000*e.least)
}
