package detect

import (
	"math"
	"slices"
)

// Mix shift: the calls of a day spread over the endpoints otherwise than usual.
//
// The statistic is G = 2 Σ o·ln(o/e) over the endpoints, those with fewer than five
// expected calls pooled into one row, as χ² after division by the overdispersion
// that the entity's own days show: calls come in runs, so that days differ by far
// more than multinomial chance. A shift must also be large: the Jensen–Shannon
// divergence (J. Lin, 1991; in bits) of the two mixes at least mixLeast. The terms
// o·ln(o/e) rank the endpoints that make it up.

const (
	mixLeast   = 0.1
	mixPooled  = 5.0 // expected calls below which rows are pooled
	mixDays    = 7   // fewer days say nothing about how days differ
	mixKinds   = 4   // days of a kind that make it a mix of its own
	overWeight = 3.0 // weight of mixOver, in days
	mixOver    = 4.0 // overdispersion where little is known
)

// mix is how the calls of a day usually spread, by kind of day.
type mix struct {
	usual [2][]float64 // calls by endpoint
	total [2]float64
	over  float64
	days  int
}

// dayOf a window that ends at hour at: its calls by endpoint, and its kind of day.
func (v *view) dayOf(from, at int) (calls []float64, total float64, kind int) {
	calls = make([]float64, len(v.Endpoints))
	for i := range v.Endpoints {
		calls[i], _ = v.Endpoints[i].Within(from, at)
		total += calls[i]
	}
	return calls, total, int(v.Calendar.slot[(from+at)/2]) / slotsPerDay
}

// mix of the days of [from, to); nil when they are few.
func (v *view) mix(from, to int) *mix {
	m := &mix{}
	type day struct {
		calls []float64
		total float64
		kind  int
	}
	var days []day
	sums, counts := [2][]float64{}, [2]int{}
	for k := range sums {
		sums[k] = make([]float64, len(v.Endpoints))
	}
	for start := to - slotsPerDay; start >= from; start -= slotsPerDay {
		calls, total, kind := v.dayOf(start, start+slotsPerDay)
		if total == 0 || v.Calendar.special(start+slotsPerDay/2) {
			continue
		}
		days = append(days, day{calls, total, kind})
		counts[kind]++
		for i, n := range calls {
			sums[kind][i] += n
		}
	}
	if m.days = len(days); m.days < mixDays {
		return nil
	}
	for k := range m.usual {
		m.usual[k] = slices.Clone(sums[k])
		if counts[k] < mixKinds {
			for i, n := range sums[1-k] {
				m.usual[k][i] += n
			}
		}
		for _, n := range m.usual[k] {
			m.total[k] += n
		}
	}
	var own []float64
	for _, d := range days {
		if g, df, _ := m.against(d.calls, d.total, d.kind); df > 0 {
			own = append(own, g/df)
		}
	}
	n := float64(len(own))
	m.over = max(1, (n*quantileOf(own, 0.75)+overWeight*mixOver)/(n+overWeight))
	return m
}

// against is G of observed calls, its degrees of freedom, and the JSD in bits.
func (m *mix) against(calls []float64, total float64, kind int) (g, df, jsd float64) {
	if total <= 0 || m.total[kind] <= 0 {
		return 0, 0, 0
	}
	pooledO, pooledE, rows := 0.0, 0.0, 0.0
	for i, o := range calls {
		share := m.usual[kind][i] / m.total[kind]
		jsd += 0.5 * (divergence(o/total, share) + divergence(share, o/total))
		if e := share * total; e >= mixPooled {
			g += 2 * term(o, e)
			rows++
		} else {
			pooledO, pooledE = pooledO+o, pooledE+e
		}
	}
	if pooledO > 0 || pooledE > 0 {
		g += 2 * term(pooledO, max(pooledE, 0.5))
		rows++
	}
	return max(g, 0), rows - 1, jsd
}

// divergence is p·log₂(p/((p+q)/2)).
func divergence(p, q float64) float64 {
	if p <= 0 {
		return 0
	}
	return p * math.Log2(2*p/(p+q))
}

// term is o·ln(o/e).
func term(o, e float64) float64 {
	if o <= 0 {
		return 0
	}
	return o * math.Log(o/e)
}

// mixAt scores the day that ends at hour at. The effect is −log10 p.
func mixAt(v *view, m *mix, at int, rule *Rule) (Candidate, bool) {
	from := at - rule.hours()
	if from < 0 || m == nil {
		return Candidate{}, false
	}
	calls, total, kind := v.dayOf(from, at)
	if total < rule.MinAbsolute {
		return Candidate{}, false
	}
	g, df, jsd := m.against(calls, total, kind)
	if df <= 0 || jsd < mixLeast*keepOpen {
		return Candidate{}, false
	}
	moved := 0.0
	c := Candidate{From: from, To: at, Days: float64(m.days), Buckets: m.days}
	for i, o := range calls {
		if e := total * m.usual[kind][i] / m.total[kind]; o > e {
			moved += o - e
		}
	}
	c.Observed, c.LogP = moved, chiSquareLogTail(g/m.over, df)
	c.Ratio = max(1, -c.LogP/math.Ln10)
	c.Strength = min(jsd/mixLeast, moved/rule.MinAbsolute)
	return c, c.Strength >= keepOpen
}
