// Command bench measures Weir and the contrib components it is compared with
// side by side, in one process and one run, and prints the ratios. Those of the
// pipeline are of pairs of rounds; the last column then has the middle half of them.
//
//	redact            processor/redact, all on    contrib's redaction, 10 regular expressions
//	identity          internal/identity           nothing does it
//	pipeline          identity, redact, store     contrib's redaction and clickhouse
//	clickhouse_store  exporter/clickhouse_store   contrib's clickhouse, defaults, no queue
//
// Times of one machine mean little; the ratio of two things measured together
// does. An absolute budget is shown twice: as it was set, and, in the last
// column, for the speed of this machine (see internal/yardstick). Run it on an idle
// machine: make bench. For a part of it: go run . -only pipeline.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	benchtime := flag.Duration("benchtime", time.Second, "how long each measurement takes, at least")
	spans := flag.Int("spans", 1_000_000, "spans that are stored; 0 measures redaction and identity alone")
	only := flag.String("only", "", "one of redact, identity, pipeline and store, to measure that alone")
	flag.Parse()
	if err := run(context.Background(), *benchtime, *spans, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// result is one line of the answer. Less is better, unless more is.
type result struct {
	what, unit    string
	weir, contrib float64
	alone         bool // contrib has nothing like it
	more          bool
	wanted        string    // of Weir; empty where nothing is promised
	budget        float64   // in unit, on the machine of the budgets; 0 for none
	slower        float64   // how many times slower this machine was meanwhile
	ratios        []float64 // how much better Weir is by each pair of rounds, where they came in pairs
}

// promised is what is wanted, and what of it is to be expected here.
func (r result) promised() (wanted, here string) {
	if len(r.ratios) > 0 { // the middle half of them
		slices.Sort(r.ratios)
		n := len(r.ratios)
		return r.wanted, fmt.Sprintf("%.1f×–%.1f×", r.ratios[n/4], r.ratios[n-1-n/4])
	}
	if r.budget == 0 {
		return r.wanted, ""
	}
	sign, budget := "≤", r.budget*r.slower
	if r.more {
		sign, budget = "≥", r.budget/r.slower
	}
	wanted = fmt.Sprintf("%s %.0f", sign, r.budget)
	if r.wanted != "" {
		wanted += ", " + r.wanted
	}
	return wanted, fmt.Sprintf("%s %.0f", sign, budget)
}

// beside is contrib's figure, if there is such a component.
func (r result) beside() string {
	if r.alone {
		return ""
	}
	return fmt.Sprintf("%.1f", r.contrib)
}

// times is how much better Weir is.
func (r result) times() string {
	if len(r.ratios) > 0 {
		return fmt.Sprintf("%.1f×", median(r.ratios))
	}
	better, worse := r.contrib, r.weir
	if r.more {
		better, worse = worse, better
	}
	if r.alone || worse < 0.05 {
		return ""
	}
	return fmt.Sprintf("%.1f×", better/worse)
}

// part is what can be measured alone.
type part struct {
	name, what string
	measure    func(context.Context) ([]result, error)
}

func run(ctx context.Context, benchtime time.Duration, spans int, only string) error {
	parts := []part{
		{"redact", "redaction", func(ctx context.Context) ([]result, error) { return benchRedact(ctx, benchtime) }},
		{"identity", "identity", func(ctx context.Context) ([]result, error) { return benchIdentity(ctx, benchtime) }},
	}
	if spans > 0 {
		parts = append(parts,
			part{"pipeline", "the pipeline", func(ctx context.Context) ([]result, error) { return benchPipeline(ctx, benchtime) }},
			part{"store", "the store", func(ctx context.Context) ([]result, error) { return benchStore(ctx, spans) }},
		)
	}
	var results []result
	for _, p := range parts {
		if only != "" && only != p.name {
			continue
		}
		measured, err := p.measure(ctx)
		if err != nil {
			return fmt.Errorf("cannot measure %s: %w", p.what, err)
		}
		results = append(results, measured...)
	}
	if len(results) == 0 {
		return fmt.Errorf("nothing to measure: no part is called %q, or -spans is 0", only)
	}
	tw := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "what\tunit\tweir\tcontrib\tbetter\twanted\there\t")
	for _, r := range results {
		wanted, here := r.promised()
		fmt.Fprintf(tw, "%s\t%s\t%.1f\t%s\t%s\t%s\t%s\t\n", r.what, r.unit, r.weir, r.beside(), r.times(), wanted, here)
	}
	return tw.Flush()
}
