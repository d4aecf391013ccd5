package redacttest

import (
	"encoding/base64"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"
)

// attribute is one kind of value of a span, a resource or a data point.
type attribute struct {
	kind, key string
	text      func(*generator) string
}

// attributes are keyed as the semantic conventions and common libraries do.
var attributes = []attribute{
	{"route", "http.route", func(g *generator) string { return g.oneOf("/v1/orders/{id}", "/v2/invoices/:invoiceId", "/api/items") }},
	{"path", "url.path", (*generator).path},
	{"path", "http.target", (*generator).path},
	{"URL", "url.full", func(g *generator) string { return "https://api.example.com:8443" + g.path() }},
	{"URL", "http.url", func(g *generator) string {
		return "http://" + g.service() + ".prod.svc.cluster.local:8080" + g.path() + "#section-" + strconv.Itoa(g.IntN(20))
	}},
	{"query", "url.query", func(g *generator) string {
		return fmt.Sprintf("from=%d&to=%d&step=15&cursor=%s", g.now.Unix()-3600, g.now.Unix(), base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"id":%d,"dir":"next"}`, g.number(1e9))))
	}},
	{"user agent", "user_agent.original", (*generator).userAgent},
	{"user agent", "http.user_agent", (*generator).userAgent},
	{"traceparent", "http.request.header.traceparent", (*generator).traceparent},
	{"tracestate", "http.request.header.tracestate", func(g *generator) string { return "rojo=" + g.hex(16) + ",congo=t61rcWkgMzE" }},
	{"trace id", "trace_id", func(g *generator) string { return g.hex(32) }},
	{"trace id", "dd.trace_id", func(g *generator) string { return strconv.FormatUint(g.Uint64()>>1, 10) }},
	{"trace id", "http.request.header.x-b3-traceid", func(g *generator) string { return g.hex(32) }},
	{"trace id", "http.request.header.x-amzn-trace-id", func(g *generator) string {
		return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=1", g.now.Unix(), g.hex(24), g.hex(16))
	}},
	{"request id", "http.request.header.x-request-id", func(g *generator) string { return g.oneOf(g.uuid(), g.hex(32), g.ulid()) }},
	{"request id", "aws.request_id", func(g *generator) string {
		return g.oneOf(g.uuid(), g.random("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16))
	}},
	{"request id", "http.response.header.cf-ray", func(g *generator) string { return g.hex(16) + "-FRA" }},
	{"ETag", "http.response.header.etag", func(g *generator) string {
		return g.oneOf(`W/"`, `"`) + g.oneOf(g.hex(32), g.hex(8)+"-"+g.hex(13), g.base64(15)) + `"`
	}},
	{"content type", "http.request.header.content-type", func(g *generator) string {
		return g.oneOf("application/json; charset=utf-8", "multipart/form-data; boundary=----WebKitFormBoundary"+g.random("ABCDEFabcdef0123456789", 16))
	}},
	{"time", "http.response.header.last-modified", func(g *generator) string { return g.now.Format(time.RFC1123) }},
	{"length", "http.response.header.content-length", func(g *generator) string { return strconv.Itoa(g.number(1e9)) }},
	{"UUID", "messaging.message.id", (*generator).uuid},
	{"UUID", "k8s.pod.uid", (*generator).uuid},
	{"UUID", "session.id", (*generator).uuid},
	{"UUID", "service.instance.id", (*generator).uuid},
	{"UUID", "idempotency_key", (*generator).uuid},
	{"UUID", "app.workflow.run", func(g *generator) string { return "run_" + g.uuid() }},
	{"pod", "k8s.pod.name", (*generator).pod},
	{"pod", "host.name", func(g *generator) string {
		return g.oneOf(g.pod(), "ip-10-0-12-"+strconv.Itoa(g.IntN(250))+".ec2.internal")
	}},
	{"container", "container.id", func(g *generator) string { return g.hex(64) }},
	{"container", "container.image.name", func(g *generator) string { return "registry.example.com/team/" + g.service() + "@sha256:" + g.hex(64) }},
	{"container", "container.image.tags", func(g *generator) string { return "v" + g.version() + "-" + g.hex(7) }},
	{"version", "service.version", func(g *generator) string {
		return g.oneOf(g.version(), g.version()+"."+strconv.Itoa(g.IntN(9000)), "v"+g.version()+"-rc."+strconv.Itoa(g.IntN(9)), "2025.03.1", g.hex(40))
	}},
	{"version", "os.version", func(g *generator) string {
		return g.oneOf("10.0.19045."+strconv.Itoa(1000+g.IntN(5000)), "6.8.0-45-generic", "14.4.1")
	}},
	{"version", "browser.version", func(g *generator) string {
		return fmt.Sprintf("%d.0.%d.%d", 90+g.IntN(50), 4000+g.IntN(3000), g.IntN(255))
	}},
	{"version", "telemetry.sdk.version", (*generator).version},
	{"statement", "db.query.text", func(g *generator) string {
		return g.oneOf("SELECT id, total FROM orders WHERE tenant = $1 AND created_at > $2 LIMIT $3", "INSERT INTO events (id, at, payload) VALUES (?, ?, ?)", "UPDATE stock SET n = n - ? WHERE sku = ?")
	}},
	{"statement", "db.operation.name", func(g *generator) string { return g.oneOf("SELECT", "INSERT", "HGETALL", "findAndModify") }},
	{"topic", "messaging.destination.name", func(g *generator) string { return g.service() + ".events.v" + strconv.Itoa(g.IntN(4)) }},
	{"offset", "messaging.kafka.offset", func(g *generator) string { return strconv.Itoa(g.number(9e10)) }},
	{"number", "app.order.number", func(g *generator) string { return strconv.Itoa(100_000_000 + g.IntN(800_000_000)) }},
	{"number", "app.batch.rows", func(g *generator) string { return strconv.Itoa(g.number(5e6)) }},
	{"number", "process.memory.usage", func(g *generator) string { return strconv.Itoa(g.number(17_179_869_184)) }},
	{"number", "process.pid", func(g *generator) string { return strconv.Itoa(g.number(4_194_304)) }},
	{"id", "enduser.scope", func(g *generator) string {
		return g.oneOf("read:orders write:orders", "openid profile", "sync.readonly")
	}},
	{"id", "aws.ecs.task.arn", func(g *generator) string {
		return fmt.Sprintf("arn:aws:ecs:eu-central-1:%012d:task/prod/%s", g.IntN(1e12), g.hex(32))
	}},
	{"id", "cloud.resource_id", func(g *generator) string {
		return "/subscriptions/" + g.uuid() + "/resourceGroups/prod/providers/Microsoft.Web/sites/" + g.service()
	}},
	{"id", "faas.invocation_id", (*generator).uuid},
	{"id", "app.event.id", func(g *generator) string { return g.oneOf(g.ulid(), strconv.FormatInt(g.snowflake(), 10), g.hex(24)) }},
	{"time", "app.created_at", func(g *generator) string {
		return g.oneOf(strconv.FormatInt(g.millis(), 10), strconv.FormatInt(g.now.UnixMicro(), 10), strconv.FormatInt(g.now.UnixNano(), 10), g.now.Format(time.RFC3339Nano))
	}},
	{"hash", "file.hash.sha256", func(g *generator) string { return g.hex(64) }},
	{"hash", "vcs.ref.head.revision", func(g *generator) string { return g.hex(40) }},
	{"hash", "app.cache.key", func(g *generator) string { return "items:v3:" + g.hex(40) }},
	{"code", "code.function.name", func(g *generator) string {
		return g.oneOf("com.example.orders.OrderService.place", "std::vector<int>::push_back", "core::ops::function::FnOnce::call_once", "github.com/acme/orders/internal/store.(*Store).Get")
	}},
	{"code", "code.stacktrace", (*generator).javaTrace},
	{"code", "exception.stacktrace", (*generator).goTrace},
	{"code", "exception.message", func(g *generator) string { return g.message() }},
	{"image", "app.thumbnail", (*generator).image},
	{KindAddress, "client.address", (*generator).address},
	{KindAddress, "network.peer.address", (*generator).address},
	{KindAddress, "server.address", (*generator).address},
}

// address is an IPv4 or IPv6 address.
func (g *generator) address() string {
	if g.IntN(4) == 0 {
		return slices.Concat(net.ParseIP("2001:db8::")[:8], g.bytes(8)).String()
	}
	return net.IPv4(byte(1+g.IntN(222)), byte(g.IntN(255)), byte(g.IntN(255)), byte(1+g.IntN(253))).String()
}
