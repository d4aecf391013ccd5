// Command bench measures Weir and the contrib components it is compared with
// side by side, in one process and one run, and prints the ratios:
//
//	redact            processor/redact            contrib's redaction, 10 regular expressions
//	clickhouse_store  exporter/clickhouse_store   contrib's clickhouse, defaults, no queue
//
// Times of one machine mean little; the ratio of two things measured together
// does. Run it on an idle machine: make bench.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

func main() {
	benchtime := flag.Duration("benchtime", time.Second, "how long each measurement takes, at least")
	spans := flag.Int("spans", 200_000, "spans that are stored")
	flag.Parse()
	if err := run(context.Background(), *benchtime, *spans); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// result is one line of the answer; less is better in every one.
type result struct {
	what          string
	unit          string
	weir, contrib float64
}

func run(ctx context.Context, benchtime time.Duration, spans int) error {
	results, err := benchRedact(ctx, benchtime)
	if err != nil {
		return fmt.Errorf("cannot measure redaction: %w", err)
	}
	stored, err := benchStore(ctx, spans)
	if err != nil {
		return fmt.Errorf("cannot measure the store: %w", err)
	}
	tw := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "what\tunit\tweir\tcontrib\tcontrib/weir\t")
	for _, r := range append(results, stored...) {
		fmt.Fprintf(tw, "%s\t%s\t%.1f\t%.1f\t%.1f×\t\n", r.what, r.unit, r.weir, r.contrib, r.contrib/r.weir)
	}
	return tw.Flush()
}
