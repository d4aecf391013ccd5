package redacttest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// logLine is one kind of log line.
type logLine struct {
	kind string
	text func(*generator) string
}

var logs = []logLine{
	{"access log", func(g *generator) string {
		return fmt.Sprintf(`%s "GET %s HTTP/1.1" %d %d "-" "%s" rt=0.%03d uct="0.001" uht="0.0%02d" request_id=%s`,
			g.now.Format("[02/Jan/2006:15:04:05 -0700]"), g.path(), g.oneOfInt(200, 200, 304, 404, 503), g.number(90_000), g.userAgent(), g.IntN(1000), g.IntN(100), g.hex(32))
	}},
	{"JSON log", func(g *generator) string {
		return fmt.Sprintf(`{"ts":%d,"level":"%s","logger":"%s","msg":"%s","trace_id":"%s","span_id":"%s","duration_ms":%d.%d,"tenant":"acme"}`,
			g.millis(), g.oneOf("info", "warn", "debug"), g.service(), g.message(), g.hex(32), g.hex(16), g.number(4000), g.IntN(1000))
	}},
	{"JSON log", func(g *generator) string {
		return fmt.Sprintf(`{"@timestamp":"%s","message":"order placed","order":{"id":"%s","number":%d,"total":%d.%02d,"lines":[{"sku":"%s","qty":%d}]},"dd.trace_id":"%d","dd.span_id":"%d"}`,
			g.now.Format(time.RFC3339Nano), g.uuid(), 100_000_000+g.IntN(800_000_000), g.number(900), g.IntN(100), g.sku(), 1+g.IntN(9), g.Uint64()>>1, g.Uint64()>>1)
	}},
	{"JSON log", func(g *generator) string {
		return fmt.Sprintf(`{"time":%d.%06d,"severity":"INFO","event":"cache","cache_key":"items:%s","etag":"%s","hit":%t,"size":%d}`,
			g.now.Unix(), g.IntN(1e6), g.hex(40), g.hex(32), g.IntN(2) == 0, g.number(1e7))
	}},
	{"logfmt", func(g *generator) string {
		return fmt.Sprintf(`time=%s level=info msg="%s" component=%s traceID=%s dur=%s shard=%d seq=%d`,
			g.now.Format(time.RFC3339Nano), g.message(), g.service(), g.hex(32), g.duration(), g.IntN(64), g.number(9e9))
	}},
	{"klog", func(g *generator) string {
		return fmt.Sprintf(`I%s %7d reconciler.go:%d] "Reconciled" pod="prod/%s" podUID="%s" resourceVersion=%d`,
			g.now.Format("0102 15:04:05.000000"), g.number(90_000), g.number(900), g.pod(), g.uuid(), g.number(9e8))
	}},
	{"Kubernetes event", func(g *generator) string {
		return fmt.Sprintf(`Successfully pulled image "registry.example.com/team/%s:v%s-%s" in %s (%s including waiting). Image size: %d bytes.`,
			g.service(), g.version(), g.hex(7), g.duration(), g.duration(), g.number(9e8))
	}},
	{"Kubernetes event", func(g *generator) string {
		return fmt.Sprintf(`MountVolume.SetUp succeeded for volume "kube-api-access-%s" (UniqueName: "kubernetes.io/projected/%s") pod "%s"`, g.random("bcdfghjklmnpqrstvwxz2456789", 5), g.uuid(), g.pod())
	}},
	{"stack trace", (*generator).javaTrace},
	{"stack trace", (*generator).goTrace},
	{"stack trace", (*generator).pythonTrace},
	{"SQL log", func(g *generator) string {
		return fmt.Sprintf(`%s UTC [%d] LOG:  duration: %d.%03d ms  statement: SELECT o.id, o.total FROM orders o WHERE o.number = %d AND o.created_at > '%s' LIMIT 50`,
			g.now.Format("2006-01-02 15:04:05.000"), g.number(90_000), g.number(3000), g.IntN(1000), 100_000_000+g.IntN(800_000_000), g.now.Format(time.DateTime))
	}},
	{"SQL log", func(g *generator) string {
		return fmt.Sprintf(`checkpoint complete: wrote %d buffers (%d.%d%%); WAL file(s) 0 added; lsn=%X/%08X, redo lsn=%X/%08X`,
			g.number(9000), g.IntN(99), g.IntN(9), g.IntN(200), g.Uint32(), g.IntN(200), g.Uint32())
	}},
	{"metrics", func(g *generator) string {
		return fmt.Sprintf(`http_server_duration_seconds_bucket{route="/v1/orders/{id}",le="0.%d",pod="%s"} %d %d`, g.IntN(100), g.pod(), g.number(9e6), g.millis())
	}},
	{"metrics", func(g *generator) string {
		return fmt.Sprintf(`%s.requests.p99:%d.%d|ms|#env:prod,version:%s,shard:%d`, g.service(), g.number(2000), g.IntN(1e6), g.version(), g.IntN(64))
	}},
	{"git", func(g *generator) string {
		return fmt.Sprintf("commit %s (HEAD -> main, tag: v%s)\nMerge: %s %s\nDate:   %s\n\n    Raise the limit of retries", g.hex(40), g.version(), g.hex(7), g.hex(7), g.now.Format(time.RubyDate))
	}},
	{"build", func(g *generator) string {
		return fmt.Sprintf(`"node_modules/left-pad": {"version": "%s", "resolved": "https://registry.example.com/left-pad/-/left-pad-%s.tgz", "integrity": "sha512-%s"}`, g.version(), g.version(), g.base64(64))
	}},
	{"build", func(g *generator) string {
		return fmt.Sprintf("#12 sha256:%s %d.%dMB / %d.0MB %d.%ds done", g.hex(64), g.IntN(80), g.IntN(100), 80+g.IntN(80), g.IntN(40), g.IntN(10))
	}},
	{"build", func(g *generator) string {
		return fmt.Sprintf("github.com/acme/orders v%s h1:%s=", g.version(), g.base64(32)[:43])
	}},
	{"Kafka", func(g *generator) string {
		return fmt.Sprintf("[Consumer clientId=%s-%d, groupId=orders-v2] Setting offset for partition orders-%d to the committed offset FetchPosition{offset=%d, offsetEpoch=Optional[%d]}",
			g.service(), g.IntN(9), g.IntN(64), g.number(9e10), g.IntN(90))
	}},
	{"garbage collector", func(g *generator) string {
		return fmt.Sprintf("[%d.%03ds][info][gc] GC(%d) Pause Young (Normal) (G1 Evacuation Pause) %dM->%dM(%dM) %d.%03dms", g.number(90_000), g.IntN(1000), g.number(9000), g.IntN(4000), g.IntN(900), 4096, g.IntN(90), g.IntN(1000))
	}},
	{"garbage collector", func(g *generator) string {
		return fmt.Sprintf("gc %d @%d.%03ds 2%%: 0.018+1.3+0.076 ms clock, 0.14+0.45/1.1/2.8+0.61 ms cpu, %d->%d->%d MB", g.number(90_000), g.number(9000), g.IntN(1000), g.IntN(90), g.IntN(90), g.IntN(90))
	}},
	{"kernel", func(g *generator) string {
		return fmt.Sprintf("[%6d.%06d] Out of memory: Killed process %d (java) total-vm:%dkB, anon-rss:%dkB, oom_score_adj:%d", g.number(900_000), g.IntN(1e6), g.number(90_000), g.number(9e7), g.number(9e6), g.IntN(999))
	}},
	{"kernel", func(g *generator) string {
		return fmt.Sprintf("CPU: %d PID: %d Comm: nginx RIP: 0010:copy_user+0x%s/0x%s RSP: 0018:ffff%s EFLAGS: 00010246", g.IntN(64), g.number(90_000), g.hex(2), g.hex(3), g.hex(12))
	}},
	{"hex dump", func(g *generator) string {
		b := g.bytes(16)
		return fmt.Sprintf("%08x  % x  % x  |................|", g.IntN(1<<20)*16, b[:8], b[8:])
	}},
	{"fingerprint", func(g *generator) string {
		return "certificate SHA256 Fingerprint=" + strings.ToUpper(strings.ReplaceAll(fmt.Sprintf("% x", g.bytes(32)), " ", ":")) + " is valid until " + g.now.AddDate(1, 0, 0).Format(time.DateOnly)
	}},
	{"fingerprint", func(g *generator) string {
		return "Accepted publickey for deploy: ED25519 SHA256:" + strings.TrimRight(g.base64(32), "=")
	}},
	{"headers", func(g *generator) string {
		return fmt.Sprintf("content-length: %d\nx-amz-request-id: %s\nx-amz-id-2: %s\netag: \"%s\"\nx-cache: Hit from cloudfront\nage: %d", g.number(1e9), g.random("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16), g.base64(56), g.hex(32), g.number(90_000))
	}},
	{"headers", func(g *generator) string {
		return "traceparent: " + g.traceparent() + " tracestate: vendor=" + g.hex(16) + " x-request-id: " + g.uuid()
	}},
	{"path", func(g *generator) string {
		return fmt.Sprintf("overlay on /var/lib/docker/overlay2/%s/merged type overlay (rw,relatime,lowerdir=/var/lib/docker/overlay2/l/%s)", g.hex(64), g.random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 26))
	}},
	{"path", func(g *generator) string {
		return fmt.Sprintf("copied s3://backups/%s/%s/part-%05d-%s.c000.snappy.parquet in %s", g.service(), g.now.Format("2006/01/02/15"), g.IntN(99_999), g.uuid(), g.duration())
	}},
	{"image", func(g *generator) string { return `<img alt="logo" src="` + g.image() + `">` }},
	{"ids", func(g *generator) string {
		return fmt.Sprintf("order %d of customer %d shipped, invoice INV-%d-%06d, parcel %s", 100_000_000+g.IntN(800_000_000), g.number(9e6), g.now.Year(), g.number(900_000), g.sku())
	}},
	{"ids", func(g *generator) string {
		return fmt.Sprintf("moved message %d to queue %s after %d attempts (dedup %s)", g.snowflake(), g.ulid(), 1+g.IntN(5), g.hex(24))
	}},
	{"ids", func(g *generator) string {
		return fmt.Sprintf("instance i-%s in vpc-%s, volume vol-%s, account %012d", "0"+g.hex(16), "0"+g.hex(16), "0"+g.hex(16), g.IntN(1e12))
	}},
	{"numbers", func(g *generator) string {
		return fmt.Sprintf("position lat=%.7f lon=%.7f speed=%.3f heading=%.1f score=%.16f", g.Float64()*180-90, g.Float64()*360-180, g.Float64()*90, g.Float64()*360, g.Float64())
	}},
	{"numbers", func(g *generator) string {
		return fmt.Sprintf("loss=%.12f lr=%.1e step=%d tokens=%d max_tokens=4096 completion_tokens=%d", g.Float64(), g.Float64()/1000, g.number(9e6), g.number(9e9), g.number(4096))
	}},
	{"CSV", func(g *generator) string {
		return fmt.Sprintf("%d,%s,%s,%d,%d.%02d,%s,%d", g.number(9e8), g.now.Format(time.DateTime), g.sku(), g.IntN(90), g.number(900), g.IntN(100), g.oneOf("EUR", "USD", "JPY"), g.now.UnixMicro())
	}},
	{"cursor", func(g *generator) string {
		return "next page: " + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"after":"%s","at":%d,"limit":100}`, g.ulid(), g.millis()))
	}},
	{"words", func(g *generator) string { return g.message() }},
	{"binary", func(g *generator) string { return "payload (base64) " + g.base64(40+g.IntN(200)) }},
	{"binary", func(g *generator) string {
		return "state=0x" + g.hex(16) + " checksum=" + g.hex(8) + " md5=" + g.hex(32)
	}},
	{"versions", func(g *generator) string {
		return fmt.Sprintf("starting %s, version %s.%d (go1.26.0 linux/amd64), openssl 3.0.%d, chart 4.%d.0, agent/7.%d.%d.%d", g.service(), g.version(), g.IntN(9000), g.IntN(20), g.IntN(20), g.IntN(60), g.IntN(9), g.IntN(300))
	}},
	{"terraform", func(g *generator) string {
		return fmt.Sprintf("aws_subnet.private[%d]: Refreshing state... [id=subnet-0%s]", g.IntN(9), g.hex(16))
	}},
}

// sku is an article number or a parcel's.
func (g *generator) sku() string {
	return g.oneOf(
		fmt.Sprintf("SKU-%05d-%s", g.IntN(99_999), g.random("ABCDEFGH", 2)),
		"B0"+g.random("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 8),
		fmt.Sprintf("%s-%04d-%02d", g.random("ABCDEFGHJKLMNP", 3), g.IntN(9999), g.IntN(99)),
	)
}

func (g *generator) duration() string {
	return time.Duration(g.IntN(9e9)).String()
}

// message is prose that speaks of passwords, cards and mail without holding any.
func (g *generator) message() string {
	return g.oneOf(
		"request completed", "retrying in "+g.duration(), "connection reset by peer",
		fmt.Sprintf("user %d signed in with password and second factor", g.number(9e6)),
		"password changed for account "+g.uuid(),
		"Unexpected token < in JSON at position 0",
		fmt.Sprintf("token expired %d seconds ago, refreshing", g.number(9000)),
		"the API key of tenant acme was rotated",
		fmt.Sprintf("card payment declined, code %d", g.IntN(99)),
		fmt.Sprintf("sent mail to %d recipients", g.number(9000)),
		"secret \"orders-tls\" mounted, key: tls.crt",
		fmt.Sprintf("worker %d took lease %s until %s", g.IntN(64), g.uuid(), g.now.Format(time.RFC3339)),
		fmt.Sprintf("migrated schema 0042_add_index in %s", g.duration()),
		fmt.Sprintf("rate limit: %d of 1000 left, resets at %d", g.IntN(1000), g.now.Unix()),
		"caf\u00e9 \u2013 na\u00efve \u201cquoted\u201d text \u2713",
	)
}

// image is a picture as browsers inline it.
func (g *generator) image() string {
	head := g.oneOf("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA", "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAA", "data:image/gif;base64,R0lGODlhAQABAIAA")
	return head + g.base64(60+g.IntN(600))
}

func (g *generator) javaTrace() string {
	return fmt.Sprintf("java.lang.IllegalStateException: order %s is closed\n\tat com.example.orders.OrderService.place(OrderService.java:%d)\n\tat jdk.internal.reflect.GeneratedMethodAccessor%d.invoke(Unknown Source)\n\tat com.example.Proxy$$EnhancerBySpringCGLIB$$%s.place(<generated>)\n\t... %d common frames omitted",
		g.uuid(), g.IntN(900), g.IntN(900), g.hex(8), g.IntN(60))
}

func (g *generator) goTrace() string {
	return fmt.Sprintf("goroutine %d [select, %d minutes]:\ngithub.com/acme/orders/internal/store.(*Store).Get(0xc000%s, {0x%s, 0x%s}, {0xc000%s, 0x20})\n\t/src/internal/store/store.go:%d +0x%s\ncreated by main.main in goroutine 1",
		g.number(90_000), g.IntN(60), g.hex(6), g.hex(7), g.hex(7), g.hex(6), g.IntN(900), g.hex(3))
}

func (g *generator) pythonTrace() string {
	return fmt.Sprintf("Traceback (most recent call last):\n  File \"/app/%s/tasks.py\", line %d, in run\n    raise ValueError(f\"bad id {id!r}\")\nValueError: bad id '%s' <Task object at 0x7f%s>",
		g.service(), g.IntN(900), g.hex(24), g.hex(10))
}
