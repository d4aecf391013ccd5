package simulate

import (
	"strconv"
	"time"
)

// Fields of opentelemetry.proto.trace.v1.Span.
const (
	spanTraceID    = 1
	spanID         = 2
	spanParentID   = 4
	spanName       = 5
	spanKind       = 6
	spanStart      = 7
	spanEnd        = 8
	spanAttributes = 9
	spanEvents     = 11
	spanLinks      = 13
	spanStatus     = 15

	kindServer = 2
	kindClient = 3
)

// encodeConstants writes what is the same in every span of an endpoint or a connector.
func (s *Simulation) encodeConstants() {
	for _, c := range s.connectors {
		c.onSpan = c.encodeSignals()
		for _, e := range c.Endpoints {
			e.encode()
		}
	}
	for i := range s.incidents {
		if e := s.incidents[i].endpoint; e != nil {
			e.encode()
		}
	}
}

func (e *Endpoint) encode() {
	name := appendField(nil, spanName, e.Method+" "+e.Route)
	common := appendStringAttr(name, spanAttributes, "http.request.method", e.Method)

	e.onGateway = appendVarint(common[:len(common):len(common)], spanKind, kindServer)
	e.onGateway = appendStringAttr(e.onGateway, spanAttributes, "http.route", e.Route)
	e.onGateway = appendStringAttr(e.onGateway, spanAttributes, "url.scheme", "https")
	e.onGateway = appendStringAttr(e.onGateway, spanAttributes, "server.address", "api.example.com")

	e.onBackend = appendVarint(common[:len(common):len(common)], spanKind, kindServer)
	e.onBackend = appendStringAttr(e.onBackend, spanAttributes, "http.route", e.Route)

	e.onClient = appendField(nil, spanName, e.Method)
	e.onClient = appendVarint(e.onClient, spanKind, kindClient)
	e.onClient = appendStringAttr(e.onClient, spanAttributes, "http.request.method", e.Method)
	e.onClient = appendStringAttr(e.onClient, spanAttributes, "server.address", "api.example.com")
}

// encodeSignals writes the attributes by which a gateway's span shows who called.
func (c *Connector) encodeSignals() []byte {
	var b []byte
	if c.agent != "" {
		b = appendStringAttr(b, spanAttributes, "user_agent.original", c.agent)
	}
	switch c.signal {
	case byConsumer:
		b = appendHeaderAttr(b, "http.request.header.x-consumer-username", c.key)
		b = appendHeaderAttr(b, "http.request.header.x-credential-identifier", "key-"+c.ID)
	case byWorkflow:
		b = appendHeaderAttr(b, "http.request.header.x-ms-workflow-id", c.key)
	case byClaim:
		b = appendStringAttr(b, spanAttributes, "jwt.claims.azp", c.key)
		b = appendStringAttr(b, spanAttributes, "jwt.claims.iss", "https://id.example.com/"+c.Tenant)
		b = appendStringAttr(b, spanAttributes, "jwt.claims.scope", "api.read api.write")
	}
	return b
}

// encoder writes calls as spans. Its buffers are reused.
type encoder struct {
	span, path, peer []byte
}

// gateway writes the gateway's server span of a call.
func (e *encoder) gateway(c *Call) []byte {
	b := e.head(c, c.SpanID, c.ParentID, c.Time, c.Duration)
	b = append(b, c.Endpoint.onGateway...)
	b = append(b, c.Connector.onSpan...)
	b = e.url(b, c)
	e.peer = strconv.AppendUint(append(e.peer[:0], c.Connector.peers...), uint64(c.peer), 10)
	b = appendStringAttr(b, spanAttributes, "client.address", e.peer)
	if c.User != "" {
		key := "user.id"
		if c.Connector.signal == byClaim {
			key = "jwt.claims.sub"
		}
		b = appendStringAttr(b, spanAttributes, key, c.User)
	}
	if c.BytesIn > 0 {
		b = appendIntAttr(b, spanAttributes, "http.request.body.size", c.BytesIn)
	}
	b = appendIntAttr(b, spanAttributes, "http.response.body.size", c.BytesOut)
	return e.tail(b, c)
}

// client writes the span of the caller itself, which began a little earlier.
func (e *encoder) client(c *Call) []byte {
	b := e.head(c, c.ParentID, [8]byte{}, c.Time.Add(-3*time.Millisecond), c.Duration+6*time.Millisecond)
	b = append(b, c.Endpoint.onClient...)
	b = e.url(b, c)
	return e.tail(b, c)
}

// backend writes the span of the service behind the gateway.
func (e *encoder) backend(c *Call) []byte {
	id := c.SpanID
	id[7] ^= 0x55
	b := e.head(c, id, c.SpanID, c.Time.Add(time.Millisecond), c.Duration-c.Duration/8)
	b = append(b, c.Endpoint.onBackend...)
	b = e.url(b, c)
	return e.tail(b, c)
}

func (e *encoder) head(c *Call, id, parent [8]byte, start time.Time, duration time.Duration) []byte {
	b := appendField(e.span[:0], spanTraceID, c.TraceID[:])
	b = appendField(b, spanID, id[:])
	if parent != ([8]byte{}) {
		b = appendField(b, spanParentID, parent[:])
	}
	b = appendFixed64(b, spanStart, uint64(start.UnixNano()))
	return appendFixed64(b, spanEnd, uint64(start.Add(duration).UnixNano()))
}

func (e *encoder) url(b []byte, c *Call) []byte {
	if !c.Endpoint.hasID {
		return appendStringAttr(b, spanAttributes, "url.path", c.Endpoint.Route)
	}
	e.path = append(e.path[:0], c.Endpoint.head...)
	e.path = strconv.AppendUint(e.path, uint64(c.object), 10)
	e.path = append(e.path, c.Endpoint.tail...)
	return appendStringAttr(b, spanAttributes, "url.path", e.path)
}

func (e *encoder) tail(b []byte, c *Call) []byte {
	b = appendIntAttr(b, spanAttributes, "http.response.status_code", uint64(c.Status))
	if c.Status >= 500 {
		b = appendField(b, spanStatus, appendVarint(nil, 3, 2)) // Status{code: error}
	}
	e.span = b
	return b
}
