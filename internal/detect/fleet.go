package detect

import (
	"cmp"
	"math"
	"slices"
)

// Fleet is what one rule knows of all entities together at the start of a UTC day.
type Fleet struct {
	Rule       uint32      // names the rule: what it was calibrated for
	Dispersion float64     // 1/k of counts, the median of the entities
	Cases      []Case      // of what was new in the last days
	Judged     []DayJudged // of the replayed days
	Threshold  Threshold
	intensity  intensity
}

// Case is one thing that an entity did for the first time: the ln of its size.
type Case struct {
	Day  int64 // UTC days since 1970
	Pick uint32
	Log  float64
}

// DayJudged is how many entities a replayed day could judge.
type DayJudged struct {
	Day   int64
	Count int
}

const (
	defaultDispersion = 0.1  // 1/k before a fleet has shown its own
	casesKept         = 4000 // more say no more; those with the smallest Pick stay
)

// prior is what a rule assumes of a fleet that it has not seen.
func (r *Rule) prior() *Fleet {
	f := &Fleet{Rule: r.id(), Dispersion: defaultDispersion}
	f.settle(r, 0)
	return f
}

// settle drops what is older than the replay and fits what is new.
func (f *Fleet) settle(rule *Rule, day int64) {
	old := func(d int64) bool { return d < day-noveltyDays }
	f.Cases = slices.DeleteFunc(f.Cases, func(c Case) bool { return old(c.Day) })
	f.Judged = slices.DeleteFunc(f.Judged, func(j DayJudged) bool { return old(j.Day) })
	slices.SortFunc(f.Cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(a.Pick, b.Pick), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Log, b.Log))
	})
	f.Cases = f.Cases[:min(casesKept, len(f.Cases))]
	logs := make([]float64, len(f.Cases))
	for i, c := range f.Cases {
		logs[i] = c.Log
	}
	share := newcomerShare
	if rule.Family == Hours {
		share = strayShare
	}
	f.intensity = newIntensity(logs, share)
}

// judged is the number of entity-days that the calibration rests on.
func (f *Fleet) judged() int {
	n := 0
	for _, j := range f.Judged {
		if !closing(j.Day) {
			n += j.Count
		}
	}
	return n
}

// tally is what entities contribute to a fleet.
type tally struct {
	dispersions []float64
	cases       []Case
	judged      map[int64]int
}

func (t *tally) merge(o *tally) {
	t.dispersions = append(t.dispersions, o.dispersions...)
	t.cases = append(t.cases, o.cases...)
	if t.judged == nil {
		t.judged = map[int64]int{}
	}
	for day, n := range o.judged {
		t.judged[day] += n
	}
}

// fleet makes a fleet of a tally and what is still valid of the one before.
func (t *tally) fleet(rule *Rule, day int64, before *Fleet) *Fleet {
	f := &Fleet{Rule: rule.id(), Dispersion: defaultDispersion, Cases: t.cases}
	if len(t.dispersions) > 0 {
		slices.Sort(t.dispersions)
		f.Dispersion = median(t.dispersions)
	}
	if before != nil {
		f.Cases = append(f.Cases, before.Cases...)
		f.Judged = append(f.Judged, before.Judged...)
	}
	for d, n := range t.judged {
		f.Judged = append(f.Judged, DayJudged{d, n})
	}
	slices.SortFunc(f.Judged, func(a, b DayJudged) int { return cmp.Compare(a.Day, b.Day) })
	f.settle(rule, day)
	return f
}

// calibrate sets the threshold by the peaks of all profiles.
func (f *Fleet) calibrate(rule *Rule, peaks [][]float64) {
	f.Threshold = Calibrate(peaks, rule.limits(), rule.Budget*float64(f.judged())/1000)
}

// effect puts a ratio on the scale of strength: 1 at the threshold. Ratios of
// amounts are compared by their logarithms, evidence as it is.
func effect(rule *Rule, ratio, threshold float64) float64 {
	if rule.ratios() {
		return math.Log(ratio) / math.Log(threshold)
	}
	return ratio / threshold
}
