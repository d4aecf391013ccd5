package main

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// statusOf is mostly 200.
func (g *realistic) statusOf() int64 {
	switch {
	case g.call.fails:
		return 500
	case g.call.id%20 == 0:
		return 404
	case g.call.id%5 == 0:
		return 201
	default:
		return 200
	}
}

var methods = []string{"GET", "GET", "GET", "POST", "PATCH"}

func (g *realistic) method() string { return methods[g.call.endpoint%len(methods)] }
func (g *realistic) route() string  { return fmt.Sprintf("/v1/resource-%d/{id}", g.call.endpoint) }
func (g *realistic) path() string {
	return fmt.Sprintf("/v1/resource-%d/%d", g.call.endpoint, g.call.id)
}

var userAgents = []string{
	"Make/production", "Zapier", "n8n", "PowerPlatform/1.0 (connectors)",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
}

func (g *realistic) fillServer(s ptrace.Span, host string) {
	s.SetName(g.method() + " " + g.route())
	a := s.Attributes()
	a.EnsureCapacity(20)
	a.PutStr("http.request.method", g.method())
	a.PutStr("http.route", g.route())
	a.PutStr("url.path", g.path())
	a.PutStr("url.query", fmt.Sprintf("page=%d&limit=100&sort=-created_at", g.random.IntN(20)))
	a.PutStr("url.scheme", "https")
	a.PutStr("server.address", host)
	a.PutInt("server.port", 443)
	a.PutStr("client.address", g.call.address)
	a.PutStr("network.peer.address", fmt.Sprintf("10.0.%d.%d", g.call.pod, g.call.service))
	a.PutInt("network.peer.port", int64(32768+g.random.IntN(28000)))
	a.PutStr("network.protocol.version", "1.1")
	a.PutStr("user_agent.original", userAgents[g.call.connector%len(userAgents)])
	a.PutStr("user.id", fmt.Sprintf("user-%d", g.call.user))
	a.PutInt("http.request.body.size", int64(g.random.IntN(2000)))
	a.PutInt("http.response.body.size", int64(g.random.IntN(20000)))
	a.PutInt("http.response.status_code", g.statusOf())
}

// stamp adds what the identity processor does, to both sides of the comparison.
func (g *realistic) stamp(s ptrace.Span, status string) {
	a := s.Attributes()
	if g.evidence {
		if s.ParentSpanID().IsEmpty() {
			a.PutEmptySlice("http.request.header.x-consumer-username").AppendEmpty().SetStr(fmt.Sprintf("make-%d", g.call.connector))
		}
		return
	}
	a.PutStr("lowcode.identity.status", status)
	a.PutStr("lowcode.identity.method", "gateway_consumer")
	a.PutStr("lowcode.connector.id", fmt.Sprintf("connector-%d", g.call.connector))
	a.PutStr("lowcode.tenant.id", "acme")
}

func (g *realistic) fillClient(s ptrace.Span) {
	s.SetName(g.method())
	host := serviceNames[g.call.service] + ".platform.svc"
	a := s.Attributes()
	a.PutStr("http.request.method", g.method())
	a.PutStr("url.full", "https://"+host+g.path())
	a.PutStr("server.address", host)
	a.PutInt("server.port", 443)
	a.PutStr("network.protocol.version", "1.1")
	a.PutInt("http.response.status_code", g.statusOf())
	g.stamp(s, "inherited")
}

func (g *realistic) fillQuery(s ptrace.Span) {
	verb := []string{"SELECT", "SELECT", "INSERT", "UPDATE"}[g.random.IntN(4)]
	table := fmt.Sprintf("table_%d", g.random.IntN(12))
	s.SetName(verb + " " + serviceNames[g.call.service] + "." + table)
	a := s.Attributes()
	a.PutStr("db.system.name", "postgresql")
	a.PutStr("db.namespace", serviceNames[g.call.service])
	a.PutStr("db.collection.name", table)
	a.PutStr("db.operation.name", verb)
	a.PutStr("db.query.text", verb+" id, owner_id, state, created_at FROM "+table+" WHERE tenant_id = $1 AND id = $2")
	a.PutInt("db.response.returned_rows", int64(g.skewed(100)))
	a.PutStr("server.address", "postgres-"+serviceNames[g.call.service]+".internal")
	a.PutInt("server.port", 5432)
	a.PutStr("thread.name", fmt.Sprintf("http-nio-8080-exec-%d", g.random.IntN(40)))
	g.stamp(s, "inherited")
}

// fail adds the exception of a call that fails.
func (g *realistic) fail(s ptrace.Span) {
	if !g.call.fails {
		return
	}
	s.Status().SetCode(ptrace.StatusCodeError)
	s.Status().SetMessage("upstream timed out")
	s.Attributes().PutStr("error.type", "java.net.SocketTimeoutException")
	e := s.Events().AppendEmpty()
	e.SetName("exception")
	e.SetTimestamp(s.EndTimestamp())
	e.Attributes().PutStr("exception.type", "java.net.SocketTimeoutException")
	e.Attributes().PutStr("exception.message", fmt.Sprintf("Read of resource %d timed out after %d ms", g.call.id, g.random.IntN(5000)))
	var trace strings.Builder
	trace.WriteString("java.net.SocketTimeoutException: Read timed out\n")
	for i := range 12 {
		fmt.Fprintf(&trace, "\tat com.example.%s.Handler%d.call(Handler%d.java:%d)\n", serviceNames[g.call.service], i, i, 40+7*i+g.call.endpoint)
	}
	e.Attributes().PutStr("exception.stacktrace", trace.String())
}

// event adds one to every other step.
func (g *realistic) event(s ptrace.Span) {
	if g.random.IntN(2) == 0 {
		return
	}
	e := s.Events().AppendEmpty()
	e.SetName([]string{"cache.miss", "cache.hit", "retry"}[g.random.IntN(3)])
	e.SetTimestamp(pcommon.NewTimestampFromTime(g.within(s.StartTimestamp().AsTime(), s.EndTimestamp().AsTime().Sub(s.StartTimestamp().AsTime()))))
	e.Attributes().PutStr("cache.key", fmt.Sprintf("resource-%d:%d", g.call.endpoint, g.call.id))
}

// link points from every eighth call to the run of the workflow that made it.
func (g *realistic) link(s ptrace.Span) {
	if g.random.IntN(8) != 0 {
		return
	}
	l := s.Links().AppendEmpty()
	var id pcommon.TraceID
	for i := range id {
		id[i] = byte(g.random.Uint32())
	}
	l.SetTraceID(id)
	l.SetSpanID(pcommon.SpanID(id[4:12]))
	l.Attributes().PutStr("messaging.operation.type", "process")
}
