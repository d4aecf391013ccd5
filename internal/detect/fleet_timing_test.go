package detect

import (
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// crowd is a chunk of a fleet of mixed habits: always busy, office hours, a job at
// night, a few calls a day; five endpoints each.
func crowd(first, entities int, start time.Time, hours int) *History {
	h := &History{Start: start, Hours: hours}
	cal := NewCalendar(time.UTC, start, hours)
	for i := range entities {
		r := rand.New(rand.NewPCG(3, uint64(first+i)))
		e := Entity{Tenant: "t" + strconv.Itoa(i%50), ID: "c" + strconv.Itoa(first+i), Calendar: cal, First: -1000}
		for k := range 5 {
			e.Endpoints = append(e.Endpoints, Endpoint{Name: "GET /" + strconv.Itoa(k), First: -1000})
		}
		for hour := range hours {
			slot := int(cal.slot[hour])
			switch i % 4 {
			case 1:
				if slot < 8 || slot > 18 {
					continue
				}
			case 2:
				if slot%24 != 3 {
					continue
				}
			case 3:
				if r.Float64() > 0.12 {
					continue
				}
			}
			for k := range e.Endpoints {
				if ep := &e.Endpoints[k]; k == 0 || r.IntN(3) == 0 {
					n := float32(1 + r.IntN(40))
					ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(hour)), append(ep.Calls, n), append(ep.Bytes, n*float32(500+r.IntN(3000)))
				}
			}
		}
		e.SumEndpoints()
		e.TopBytes, e.TopRequests = make([]float32, len(e.Hours)), make([]float32, len(e.Hours))
		for k := range e.Hours {
			e.TopBytes[k], e.TopRequests[k] = e.BytesOut[k]/4, e.Requests[k]/4
		}
		h.Entities = append(h.Entities, e)
	}
	return h
}

func fleetRules() []*Rule {
	day := 24 * time.Hour
	of := func(family, measure string, window time.Duration, absolute, ratio float64) *Rule {
		return &Rule{Family: family, Measure: measure, Window: window, Lookback: 28 * day, MinHistory: 14 * day, MinAbsolute: absolute, MinRatio: ratio, Budget: 0.2}
	}
	return []*Rule{
		of(Volume, Requests, time.Hour, 50, 5), of(Volume, BytesOut, time.Hour, 5e5, 4), of(Volume, Requests, day, 100, 2.5),
		of(Hours, ActiveHours, time.Hour, 10, 0.2), of(Endpoints, NewEndpoints, day, 5, 1), of(Volume, Requests, 15*time.Minute, 50, 5),
		of(Endpoints, RareEndpoints, day, 5, 1), of(Endpoints, EndpointMix, day, 50, 1),
	}
}

// BenchmarkFleet is one day of a fleet: its profiles built without and with those
// of the day before, and an hourly look. WEIR_FLEET sets the number of entities.
func BenchmarkFleet(b *testing.B) {
	entities, chunk := 4000, 2000
	if n, err := strconv.Atoi(os.Getenv("WEIR_FLEET")); err == nil {
		entities = n
	}
	day := monday.AddDate(0, 0, 56)
	build := func(b *testing.B, day time.Time, before *Model) *Model {
		builder := NewBuilder(fleetRules(), day, before, Options{})
		hours := int(day.Sub(builder.From()) / time.Hour)
		if before == nil {
			builder.Survey(crowd(0, min(entities, 2000), builder.From(), hours))
		}
		b.StopTimer()
		for first := 0; first < entities; first += chunk {
			h := crowd(first, min(chunk, entities-first), builder.From(), hours)
			b.StartTimer()
			builder.Add(h)
			b.StopTimer()
		}
		b.StartTimer()
		return builder.Model()
	}
	var before *Model
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			before = build(b, day.AddDate(0, 0, -1), nil)
		}
	})
	var m *Model
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			m = build(b, day, before)
		}
	})
	recent := crowd(0, entities, day.AddDate(0, 0, -1), 48)
	b.Run("tick", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n = 0
			for _, rule := range fleetRules() {
				n += len(m.Screen(rule, recent, 35))
			}
		}
		b.ReportMetric(float64(n), "suspects")
	})
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.Logf("%d entities: heap %d MB with the recent hours of all", entities, mem.HeapAlloc>>20)
	runtime.KeepAlive(m)
	runtime.KeepAlive(recent)
}
