package simulate

import (
	"strings"
	"time"
)

// Endpoint is one operation of an API, as a connector uses it.
type Endpoint struct {
	Method string
	Route  string // template, e.g. /contacts/{id}

	weight   float64   // share of the connector's calls
	from     time.Time // not used before; zero = always
	bytesIn  float64   // median size of the request body
	bytesOut float64   // median size of the response body
	sigma    float64   // spread of the sizes (lognormal)
	export   bool      // gives out many records at once
	service  string    // the backend that answers
	head     string    // route up to its parameter
	tail     string    // and after it
	hasID    bool

	onGateway, onClient, onBackend []byte // encoded span parts, see encode.go
}

// String is "GET /contacts/{id}", as catalogs and findings write it.
func (e *Endpoint) String() string { return e.Method + " " + e.Route }

// domain is one of the organisation's APIs.
type domain struct {
	noun    string // in names: "CRM contact sync"
	service string
	ops     []operation
}

type operation struct {
	method, route     string
	weight            float64
	bytesIn, bytesOut float64
	sigma             float64
	export            bool
}

// crud are the operations most APIs have.
func crud(root string, size float64) []operation {
	return []operation{
		{method: "GET", route: root, weight: 30, bytesOut: 18 * size, sigma: 0.5},
		{method: "GET", route: root + "/{id}", weight: 40, bytesOut: size, sigma: 0.4},
		{method: "POST", route: root, weight: 12, bytesIn: size, bytesOut: size / 3, sigma: 0.4},
		{method: "PATCH", route: root + "/{id}", weight: 14, bytesIn: size / 2, bytesOut: size, sigma: 0.4},
		{method: "GET", route: root + "/search", weight: 18, bytesOut: 7 * size, sigma: 0.6},
		{method: "GET", route: root + "/{id}/history", weight: 8, bytesOut: 4 * size, sigma: 0.6},
		{method: "POST", route: root + "/{id}/notes", weight: 8, bytesIn: 400, bytesOut: 300, sigma: 0.4},
		{method: "PUT", route: root + "/{id}/tags", weight: 6, bytesIn: 120, bytesOut: 200, sigma: 0.3},
		{method: "GET", route: root + "/{id}/attachments", weight: 6, bytesOut: 12 * size, sigma: 0.7},
		{method: "DELETE", route: root + "/{id}", weight: 4, bytesOut: 60, sigma: 0.2},
		{method: "GET", route: root + "/changes", weight: 14, bytesOut: 5 * size, sigma: 0.6},
		{method: "GET", route: root + "/reports/{id}/download", weight: 7, bytesOut: 90 * size, sigma: 0.6, export: true},
	}
}

var domains = []domain{
	{noun: "contact", service: "contacts-api", ops: crud("/contacts", 1400)},
	{noun: "order", service: "orders-api", ops: crud("/orders", 2200)},
	{noun: "invoice", service: "billing-api", ops: crud("/invoices", 1800)},
	{noun: "ticket", service: "support-api", ops: crud("/tickets", 2600)},
	{noun: "product", service: "catalog-api", ops: crud("/products", 900)},
	{noun: "shipment", service: "logistics-api", ops: crud("/shipments", 1100)},
	{noun: "employee", service: "people-api", ops: crud("/employees", 1600)},
	{noun: "campaign", service: "marketing-api", ops: crud("/campaigns", 2000)},
}

// sensitive operations are used by no connector, except as an incident.
var sensitive = []operation{
	{method: "GET", route: "/contacts/export", bytesOut: 260_000, sigma: 0.4},
	{method: "GET", route: "/employees/{id}/salary", bytesOut: 900, sigma: 0.3},
	{method: "GET", route: "/customers/{id}/bank-accounts", bytesOut: 1200, sigma: 0.3},
	{method: "POST", route: "/admin/api-keys", bytesIn: 220, bytesOut: 500, sigma: 0.2},
}

// custom objects are what growing connectors add with time.
var customObjects = strings.Fields(`assets regions budgets vendors contracts surveys events quotes parts leads
	territories playbooks bundles goals renewals audits partners licenses incidents forecasts
	deliveries returns reviews coupons warehouses channels segments timesheets leases permits
	inspections claims policies subscriptions devices sensors batches recipes menus bookings`)

func newEndpoint(op operation, service string) *Endpoint {
	e := &Endpoint{
		Method: op.method, Route: op.route, weight: op.weight, bytesIn: op.bytesIn, bytesOut: op.bytesOut,
		sigma: op.sigma, export: op.export, service: service,
	}
	e.head, e.tail, e.hasID = strings.Cut(op.route, "{id}")
	return e
}
