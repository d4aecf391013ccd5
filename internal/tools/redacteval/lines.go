package main

import "github.com/weir-otel/weir/internal/redact/redacttest"

// lines counts false hits of all detectors in ordinary telemetry. Addresses
// under keys that are meant to hold one are counted apart.
func (m *measure) lines(seed uint64, n int, r *report) {
	hit, addresses, addressesHit := 0, 0, 0
	for _, l := range redacttest.OrdinaryLines(seed, n) {
		matches := m.engine.Find(l.Key, l.Text)
		if l.Kind == redacttest.KindAddress {
			addresses++
			if len(matches) > 0 {
				addressesHit++
			}
			continue
		}
		if len(matches) == 0 {
			continue
		}
		hit++
		first := matches[0]
		r.note("false hit     %-28s by %s %q: %s %s", l.Kind, first.Detector, l.Text[first.Start:first.End], l.Key, short(l.Text))
	}
	r.per10k("ordinary lines, false hits in 10,000", hit, n-addresses, 1)
	r.share("addresses under their own keys, hit", addressesHit, addresses, "", 0)
}
