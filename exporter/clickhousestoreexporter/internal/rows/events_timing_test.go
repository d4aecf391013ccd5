package rows

import (
	"testing"
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
)

func BenchmarkEvent(b *testing.B) {
	now := time.Now()
	ld := logsOf(b, now, map[string]any{
		"name": lowcode.EventPolicyDenied, "lowcode.event.id": "e1", "lowcode.event.actor": "ada", "lowcode.tenant.id": "acme", "lowcode.connector.id": "crm-sync",
		"lowcode.policy.name": "export", "lowcode.request.id": "0123456789abcdef", "http.route": "/contacts/export", "lowcode.token.scopes": []any{"data:export"},
	})
	r := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	c := newAuditColumns()
	c.source = "weir-0123456789abcdef"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.record(r, &resourceRow{serviceName: "opa"}, now.UnixNano()); err != nil {
			b.Fatal(err)
		}
		if c.block.Rows() == 1000 {
			c.block.Reset()
		}
	}
}
