package series_test

import (
	"math"
	"math/rand/v2"
	"time"
)

// start is the time of each first point.
var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// labelled is a simulated series and where its anomalies begin. What makes it
// is none of what the scorer assumes: bursts, regimes, saturation, quantisation.
type labelled struct {
	interval time.Duration
	values   []float64
	onsets   []int
}

// processes are what a series can be without anomalies.
var processes = map[string]func(r *rand.Rand, n, day int) []float64{
	"cpu": func(r *rand.Rand, n, _ int) []float64 { // flat, with short jobs
		v := make([]float64, n)
		level, job := 5+40*r.Float64(), 0
		for i := range v {
			if job == 0 && r.Float64() < 0.01 {
				job = 1 + r.IntN(6)
			}
			v[i] = level + 1.5*r.NormFloat64()
			if job > 0 {
				job--
				v[i] += 10 + 3*r.ExpFloat64()
			}
			v[i] = math.Round(10*min(100, max(0, v[i]))) / 10
		}
		return v
	},
	"traffic": func(r *rand.Rand, n, day int) []float64 { // days and weeks, counts
		v := make([]float64, n)
		base := 200 + 2000*r.Float64()
		for i := range v {
			d := float64(i) / float64(day)
			rate := base * math.Exp(0.9*math.Sin(2*math.Pi*d)+0.3*math.Sin(4*math.Pi*d))
			if int(d)%7 >= 5 {
				rate *= 0.6
			}
			v[i] = math.Round(max(0, rate*math.Exp(0.06*r.NormFloat64())+math.Sqrt(rate)*r.NormFloat64()))
		}
		return v
	},
	"sensor": func(r *rand.Rand, n, day int) []float64 { // slow, persistent
		v := make([]float64, n)
		x, slow := 0.0, 0.0
		for i := range v {
			slow = 0.999*slow + 0.05*r.NormFloat64()
			x = 0.97*x + 0.25*r.NormFloat64()
			v[i] = 70 + 4*slow + 3*x + 1.5*math.Sin(2*math.Pi*float64(i)/float64(day))
		}
		return v
	},
	"latency": func(r *rand.Rand, n, day int) []float64 { // heavy tail
		v := make([]float64, n)
		for i := range v {
			v[i] = 40 + 20*math.Exp(0.5*r.NormFloat64())*(1+0.3*math.Sin(2*math.Pi*float64(i)/float64(day)))
			if r.Float64() < 0.02 {
				v[i] += 30 * math.Pow(r.Float64()+1e-3, -0.45)
			}
		}
		return v
	},
	"jobs": func(r *rand.Rand, n, day int) []float64 { // on and off by the clock, with jitter
		v := make([]float64, n)
		begins, ends := day/3, day/2
		for i := range v {
			phase := i % day
			if phase == 0 {
				begins, ends = day/3+r.IntN(3)-1, day/2+r.IntN(3)-1
			}
			v[i] = 20 + r.NormFloat64()
			if phase >= begins && phase < ends {
				v[i] = 80 + 2*r.NormFloat64()
			}
		}
		return v
	},
	"idle": func(r *rand.Rand, n, _ int) []float64 { // nearly always the same
		v := make([]float64, n)
		for i := range v {
			v[i] = 0.1
			if r.Float64() < 0.03 {
				v[i] += math.Round(10*r.ExpFloat64()) / 10
			}
		}
		return v
	},
	"speed": func(r *rand.Rand, n, day int) []float64 { // bounded above, dips at rush hours
		v := make([]float64, n)
		for i := range v {
			d := float64(i%day) / float64(day)
			rush := bell((d-0.35)/0.04) + 0.8*bell((d-0.72)/0.05)
			v[i] = min(75, 68-25*rush*r.Float64()+3*r.NormFloat64())
		}
		return v
	},
}

func bell(x float64) float64 { return math.Exp(-x * x) }

// incidents change a series from onset on, for about length points, by about
// scale.
var incidents = map[string]func(r *rand.Rand, v []float64, onset, length int, scale float64){
	"spike": func(r *rand.Rand, v []float64, onset, _ int, scale float64) {
		for i := onset; i < min(len(v), onset+1+r.IntN(4)); i++ {
			v[i] += 1.5 * scale
		}
	},
	"dip": func(r *rand.Rand, v []float64, onset, _ int, scale float64) {
		for i := onset; i < min(len(v), onset+2+r.IntN(6)); i++ {
			v[i] = min(v[i], v[onset]) - 1.2*scale
		}
	},
	"shift": func(_ *rand.Rand, v []float64, onset, length int, scale float64) {
		for i := onset; i < min(len(v), onset+2*length); i++ {
			v[i] += 0.8 * scale
		}
	},
	"ramp": func(_ *rand.Rand, v []float64, onset, length int, scale float64) {
		for i := onset; i < min(len(v), onset+length); i++ {
			v[i] += 1.5 * scale * float64(i-onset) / float64(length)
		}
	},
	"noise": func(r *rand.Rand, v []float64, onset, length int, scale float64) {
		for i := onset; i < min(len(v), onset+length/2); i++ {
			v[i] += 0.6 * scale * r.NormFloat64()
		}
	},
	"outage": func(_ *rand.Rand, v []float64, onset, length int, _ float64) {
		for i := onset; i < min(len(v), onset+length/2); i++ {
			v[i] = 0
		}
	},
	"holiday": func(_ *rand.Rand, v []float64, onset, length int, _ float64) {
		for i := onset; i < min(len(v), onset+3*length); i++ {
			v[i] = (v[i] + v[onset]) / 2
		}
	},
}

// simulate makes one series of a process with one or two incidents.
func simulate(process, incident string, seed uint64) labelled {
	r := rand.New(rand.NewPCG(seed, 7))
	interval, n := 5*time.Minute, 4032
	if seed%3 == 0 {
		interval, n = 30*time.Minute, 5000
	}
	day := int(24 * time.Hour / interval)
	l := labelled{interval: interval, values: processes[process](r, n, day)}
	least, most := math.Inf(1), math.Inf(-1)
	for _, v := range l.values {
		least, most = min(least, v), max(most, v)
	}
	scale := min(most-least, 100)
	if process == "traffic" {
		scale = (most - least) / 2
	}
	count := 1 + r.IntN(2)
	for k := range count {
		onset := n/5 + (n*4/5)/count*k + r.IntN(n*3/5/count)
		incidents[incident](r, l.values, onset, 40, scale)
		l.onsets = append(l.onsets, onset)
	}
	return l
}

// windows are a tenth of the series, shared between its anomalies: most of each
// after the onset, as labels of real series have it.
func (l labelled) windows() [][2]int {
	half := len(l.values) / 20 / len(l.onsets)
	var all [][2]int
	for _, onset := range l.onsets {
		all = append(all, [2]int{max(0, onset-half/4), min(len(l.values)-1, onset+half)})
	}
	return all
}
