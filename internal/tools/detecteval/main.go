// Command detecteval runs the built-in rules over simulated fleets with incidents
// whose truth is known, and prints how well they did. It fails when a goal is
// missed, unless -report is given.
//
//	detecteval -seeds 1001-1005 [-connectors 1000] [-rules builtin] [-report] [-details]
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
	"github.com/weir-otel/weir/internal/scenarios/score"
	"github.com/weir-otel/weir/rules"
)

var errMissed = errors.New("detecteval: goals missed")

func main() {
	seeds := flag.String("seeds", "1001-1005", "seeds, e.g. 1001-1005 or 7,9")
	connectors := flag.Int("connectors", 1000, "connectors a seed")
	report := flag.Bool("report", false, "only report: missed goals are no failure")
	details := flag.Bool("details", false, "list every incident that was missed and every false alert")
	sources := flag.String("rules", rules.BuiltinName, "rule files, separated by commas; builtin for the built-in packs")
	flag.Parse()
	if err := run(*seeds, *sources, *connectors, *report, *details); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(list, sources string, connectors int, report, details bool) error {
	seeds, err := parse(list)
	if err != nil {
		return err
	}
	pack, err := rules.Load(strings.Split(sources, ","))
	if err != nil {
		return err
	}
	all := suite{pack: pack, connectors: connectors, details: details, began: time.Now(), rules: score.NewSummary(), naive: score.NewSummary()}
	if err := all.run(seeds); err != nil {
		return err
	}
	if err := score.Write(os.Stdout, all.rules, all.naive); err != nil {
		return err
	}
	missed := false
	fmt.Println()
	for _, g := range all.rules.Goals() {
		sign, mark := "≤", "ok"
		if g.Least {
			sign = "≥"
		}
		if !g.Met() {
			mark, missed = "MISSED", true
		}
		fmt.Printf("%-6s  %s: %.2f (goal %s %g)\n", mark, g.Name, g.Value, sign, g.Bound)
	}
	if missed && !report {
		return errMissed
	}
	return nil
}

// suite collects the results of all seeds.
type suite struct {
	pack       []rules.Rule
	connectors int
	details    bool
	began      time.Time

	mu           sync.Mutex // guards everything below
	rules, naive *score.Summary
	errs         []error
}

// run takes one seed a core at a time.
func (s *suite) run(seeds []uint64) error {
	var wg sync.WaitGroup
	cores := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, seed := range seeds {
		wg.Go(func() {
			cores <- struct{}{}
			defer func() { <-cores }()
			if err := s.seed(seed); err != nil {
				s.mu.Lock()
				s.errs = append(s.errs, err)
				s.mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errors.Join(s.errs...)
}

func (s *suite) seed(seed uint64) error {
	fleet, err := score.NewFleet(scenarios.Options{Seed: seed, Connectors: s.connectors})
	if err != nil {
		return fmt.Errorf("cannot make seed %d: %w", seed, err)
	}
	s.progress(seed, "%s: %d incidents made", fleet.Week.Name, len(fleet.Incidents))
	alerts, closest := score.Detect(fleet, s.pack, func(day int) { s.progress(seed, "day %d of %d", day, fleet.Days) })
	tally := score.NewTally(fleet, alerts, s.pack)
	naive := score.NewTally(fleet, score.Naive(fleet), nil)
	oracle, prompt := score.Oracle(fleet), score.Prompt(fleet)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules.Add(tally)
	s.naive.Add(naive)
	s.rules.AddOracle(fleet, oracle)
	s.rules.AddPrompt(fleet, tally, prompt)
	if s.details {
		tally.WriteDetails(os.Stdout, fleet, closest)
	}
	return nil
}

func (s *suite) progress(seed uint64, format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%4.0fs  seed %d  %s\n", time.Since(s.began).Seconds(), seed, fmt.Sprintf(format, args...))
}

// parse reads "1001-1005" or "7,9".
func parse(list string) ([]uint64, error) {
	var seeds []uint64
	for part := range strings.SplitSeq(list, ",") {
		first, last, ranged := strings.Cut(part, "-")
		from, err := strconv.ParseUint(first, 10, 32)
		to := from
		if err == nil && ranged {
			to, err = strconv.ParseUint(last, 10, 32)
		}
		if err != nil || to < from {
			return nil, fmt.Errorf("-seeds: %q is no seed or range of seeds, expected e.g. 1001-1005", part)
		}
		for seed := from; seed <= to; seed++ {
			seeds = append(seeds, seed)
		}
	}
	return seeds, nil
}
