package detect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// reading is steady(12) with an endpoint each, and one connector that in two hours of a
// day answers so much outside its largest five minutes, by so many calls.
func reading(calls, spread float32) (*History, *Rule, int) {
	rule := &Rule{Family: Volume, Measure: BytesOut, Window: time.Hour, Lookback: 4 * week, MinHistory: week, MinAbsolute: 1e5, MinRatio: 3, Budget: 0.2}
	h, from := steady(12), at(30, 10)
	for i := range h.Entities {
		e := &h.Entities[i]
		e.Endpoints = []Endpoint{{Name: "GET /contacts", First: -1000}}
		e.BytesOut, e.TopBytes = make([]float32, len(e.Hours)), make([]float32, len(e.Hours))
		for k, hour := range e.Hours {
			n, bytes := e.Requests[k], 1000*e.Requests[k]
			e.TopBytes[k] = bytes / 4
			if i == 5 && int(hour) >= from && int(hour) < from+2 {
				n, bytes = n+calls, bytes+1e6
				e.TopBytes[k] = bytes - spread
			}
			e.Requests[k], e.BytesOut[k] = n, bytes
			ep := &e.Endpoints[0]
			ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, hour), append(ep.Calls, n), append(ep.Bytes, bytes)
		}
	}
	return h, rule, from + 2
}

// TestReadingOutLeavesTwoTraces: as many bytes more, by many calls all over the hour, or
// by a few at once.
func TestReadingOutLeavesTwoTraces(t *testing.T) {
	f := func(calls, spread float32) float64 {
		h, rule, hour := reading(calls, spread)
		m := modelOf(h, 30, rule)
		for _, c := range m.Evaluate(rule, h, hour) {
			if c.Entity == 5 {
				return c.Ratio
			}
		}
		return 0
	}
	both, calls, spread, neither := f(800, 9e5), f(800, 5e4), f(0, 9e5), f(0, 5e4)
	require.Greater(t, both, calls)
	require.Greater(t, both, spread)
	require.Greater(t, calls, neither)
	require.Greater(t, spread, neither)
	require.Greater(t, neither, 0.0, "a single huge answer still counts")
}

// TestWhoDoesMoreOfEverythingReadsNoMoreOfOneThing: the same answers are weaker evidence
// where all other endpoints are called more as well.
func TestWhoDoesMoreOfEverythingReadsNoMoreOfOneThing(t *testing.T) {
	f := func(others float32) float64 {
		h, rule, hour := reading(800, 9e5)
		for i := range h.Entities {
			ep := Endpoint{Name: "GET /deals", First: -1000}
			for k, at := range h.Entities[i].Hours {
				n := float32(40)
				if i == 5 && int(at) >= hour-2 && int(at) < hour {
					n += others
				}
				ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, at), append(ep.Calls, n), append(ep.Bytes, 10)
				h.Entities[i].Requests[k] += n
			}
			h.Entities[i].Endpoints = append(h.Entities[i].Endpoints, ep)
		}
		for _, c := range modelOf(h, 30, rule).Evaluate(rule, h, hour) {
			if c.Entity == 5 {
				return c.Ratio
			}
		}
		return 0
	}
	alone, twice, many := f(0), f(80), f(500)
	require.Greater(t, alone, twice)
	require.Greater(t, twice, many)
	require.GreaterOrEqual(t, alone, f(-30), "who does less of everything else reads no more for it")
}

func TestMoreBytesAreNoWeakerEvidence(t *testing.T) {
	last := 0.0
	for spread := float32(1e5); spread < 1e6; spread += 1e5 {
		h, rule, hour := reading(spread/1000, spread)
		m := modelOf(h, 30, rule)
		for _, c := range m.Evaluate(rule, h, hour) {
			if c.Entity == 5 {
				require.GreaterOrEqual(t, c.Ratio, last)
				last = c.Ratio
			}
		}
	}
	require.Positive(t, last)
}
