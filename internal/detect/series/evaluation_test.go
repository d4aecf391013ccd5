package series_test

import (
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/detect/series"
)

// judged are the scores of one series and its labelled windows.
type judged struct {
	scores  []float64
	windows [][2]int // first and last point
}

// nab is the score of detections as the Numenta Anomaly Benchmark counts it
// (Lavin and Ahmad 2015, arXiv:1510.03336, standard profile): 0 for no
// detection at all, 100 for the first point of every window and nothing else.
// One threshold serves all series.
func nab(all []judged, threshold float64) (score float64, found, windows, alarms int) {
	var raw float64
	for _, j := range all {
		points, hits, wrong := j.count(threshold)
		raw += points
		found += hits
		alarms += wrong
		windows += len(j.windows)
	}
	return 100 * (raw + float64(windows)) / (2 * float64(windows)), found, windows, alarms
}

func sigmoid(y float64) float64 { return 2/(1+math.Exp(5*y)) - 1 }

func (j judged) count(threshold float64) (points float64, found, alarms int) {
	hit := make([]bool, len(j.windows))
	for i := min(len(j.scores)*15/100, 750); i < len(j.scores); i++ {
		if j.scores[i] < threshold {
			continue
		}
		w, inside := j.window(i)
		switch {
		case inside && !hit[w]:
			length := j.windows[w][1] - j.windows[w][0] + 1
			points += sigmoid(-float64(j.windows[w][1]-i+1)/float64(length)) / sigmoid(-1)
			hit[w] = true
			found++
		case !inside && w < 0:
			points -= 0.11
			alarms++
		case !inside:
			length := j.windows[w][1] - j.windows[w][0] + 1
			points += 0.11 * sigmoid(min(3, float64(i-j.windows[w][1])/float64(length)))
			alarms++
		}
	}
	return points - float64(len(j.windows)-found), found, alarms
}

// window is the one that i is in, or else the last before it, or -1.
func (j judged) window(i int) (w int, inside bool) {
	before := -1
	for w, window := range j.windows {
		if i >= window[0] && i <= window[1] {
			return w, true
		}
		if window[1] < i {
			before = w
		}
	}
	return before, false
}

func best(all []judged) (threshold, score float64) {
	score = math.Inf(-1)
	for t := 0.02; t < 0.99; t += 0.01 {
		if s, _, _, _ := nab(all, t); s > score {
			threshold, score = t, s
		}
	}
	return threshold, score
}

// zScores are what a moving mean and deviation of 300 points say.
func zScores(values []float64) []float64 {
	scores := make([]float64, len(values))
	var mean, square float64
	for i, v := range values {
		d := math.Abs(v-mean) / math.Sqrt(max(0, square-mean*mean)+1e-9)
		scores[i] = d / (d + 6)
		n := float64(min(i+1, 300))
		mean += (v - mean) / n
		square += (v*v - square) / n
	}
	return scores
}

func scoreAll(l labelled) []float64 {
	s := series.New()
	scores := make([]float64, len(l.values))
	for i, v := range l.values {
		scores[i] = s.Add(start.Add(time.Duration(i)*l.interval), v).Score
	}
	return scores
}

// WEIR_EVAL_SEEDS=6 go test -run Simulated -v prints the table of docs/detection.md.
func TestSimulatedAnomaliesAreFoundBetterThanByZScores(t *testing.T) {
	seeds := 1
	if n, err := strconv.Atoi(os.Getenv("WEIR_EVAL_SEEDS")); err == nil {
		seeds = n
	}
	own, naive := map[string][]judged{}, map[string][]judged{}
	for _, process := range slices.Sorted(maps.Keys(processes)) {
		for _, incident := range slices.Sorted(maps.Keys(incidents)) {
			for seed := range uint64(seeds) {
				l := simulate(process, incident, seed+100)
				scores, simple := scoreAll(l), zScores(l.values)
				for _, group := range []string{"all", process, "with " + incident} {
					own[group] = append(own[group], judged{scores, l.windows()})
					naive[group] = append(naive[group], judged{simple, l.windows()})
				}
			}
		}
	}
	threshold, score := best(own["all"])
	simpleThreshold, simple := best(naive["all"])
	t.Logf("one threshold for all: %.1f at %.2f; z-scores %.1f", score, threshold, simple)
	for _, group := range slices.Sorted(maps.Keys(own)) {
		s, found, windows, alarms := nab(own[group], threshold)
		z, _, _, _ := nab(naive[group], simpleThreshold)
		t.Logf("%-12s %6.1f  %3d of %3d found, %3d false in %2d series   z-scores %6.1f", group, s, found, windows, alarms, len(own[group]), z)
	}
	require.Greater(t, score, 55.0)
	require.Greater(t, score, simple+20)
}
