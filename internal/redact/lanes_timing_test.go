package redact

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkLanes(b *testing.B) {
	text := strings.Repeat("/api/v1?n=", 7)
	for _, n := range []int{8, 12, 30, 40, 64} {
		b.Run(fmt.Sprintf("bytes=%d", n), func(b *testing.B) {
			var l lanes
			for b.Loop() {
				l.read(text[:n])
			}
		})
	}
}
