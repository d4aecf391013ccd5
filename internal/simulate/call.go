package simulate

import "time"

// Call is one API call by a connector: one action, whatever number of spans
// report it.
type Call struct {
	Time      time.Time
	Duration  time.Duration
	Connector *Connector
	Endpoint  *Endpoint
	Status    uint16
	BytesIn   uint64 // request body
	BytesOut  uint64 // response body
	User      string // who was behind it; "" = nobody, a service
	TraceID   [16]byte
	SpanID    [8]byte // of the gateway's span
	ParentID  [8]byte // of the caller's span; zero unless the connector is traced
	Incident  int     // index into Incidents, or -1

	object uint32 // the id in the path
	peer   uint8  // last byte of the client's address
}

// StatusClass is "2xx", "4xx" or "5xx".
func (c *Call) StatusClass() string { return statusClasses[c.Status/100] }

var statusClasses = [6]string{2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}

// Spans is how many spans report the call.
func (c *Call) Spans() int { return c.Connector.spansPerCall() }
