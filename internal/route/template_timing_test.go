package route_test

import (
	"testing"

	"github.com/weir-otel/weir/internal/route"
)

func BenchmarkTemplate(b *testing.B) {
	for name, path := range map[string]string{
		"names":  "/v1/contacts/search",
		"ids":    "/v1/contacts/4711/notes/98234",
		"mixed":  "/v1/files/" + uuid + "/versions/2026-03-01/dGhpcyBpcyBhIHRlc3Qgb2Yg_dG9rZW5z",
		"escape": "/users/jane.doe%40example.com/photo",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				route.Template(path)
			}
		})
	}
}
