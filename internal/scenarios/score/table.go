package score

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
)

// Write prints the table: the rules beside the naive detector.
func Write(w io.Writer, rules, naive *Summary) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "incident\tn\tfound\tdelay p50\tp95\tnaive\toracle\tdeclared\t  found by\t")
	for _, kind := range scenarios.IncidentKinds() {
		k := rules.Kinds[kind]
		if k == nil {
			continue
		}
		oracle := ""
		if n := rules.OracleAsked[kind]; n > 0 {
			oracle = fmt.Sprintf("%.2f", float64(rules.Oracle[kind])/float64(n))
		}
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%s\t%s\t%.2f\t%s\t%d\t  %s\t\n", kind, k.Total, rules.Recall(kind),
			minutes(rules.Delay(0.5, kind)), minutes(rules.Delay(0.95, kind)), naive.Recall(kind), oracle, k.Declared, families(k))
	}
	fmt.Fprintln(t)
	fmt.Fprintln(t, "rule\tfalse alerts\tin 1000 a day\tbudget\tused\t")
	for _, rule := range slices.Sorted(maps.Keys(rules.Rules)) {
		fired := rules.Rules[rule]
		days := float64(max(rules.ConnectorDays, 1)) / 1000
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%.2f\t%.0f %%\t\n", rule, fired.Alerts, float64(fired.Alerts)/days, fired.Allowed/days, 100*float64(fired.Alerts)/max(fired.Allowed, 1e-9))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("cannot print the table: %w", err)
	}
	return writeRest(w, rules, naive)
}

func writeRest(w io.Writer, rules, naive *Summary) error {
	all, clocks, others := rules.FalseRate()
	naively, _, _ := naive.FalseRate()
	recall, wrong := rules.SwapBy()
	p50, prompt := rules.PlainDelay(0.5)
	p95, _ := rules.PlainDelay(0.95)
	var causes []string
	for _, c := range slices.SortedFunc(maps.Keys(rules.Causes), func(a, b scenarios.Change) int {
		return cmp.Or(rules.Causes[b]-rules.Causes[a], cmp.Compare(a, b))
	}) {
		causes = append(causes, fmt.Sprintf("%s %d", c, rules.Causes[c]))
	}
	_, err := fmt.Fprintf(w, `
false alerts per 1000 connectors a day: %.2f (naive %.0f), in %d connector-days without an incident
  of the budgets of all rules: %.0f %%
  weeks in which clocks change %.2f, others %.2f
  beside: %s; nothing %d
bursts ×10 that stand out at once: %d, delay p50 %s, p95 %s
  that somebody could tell at once with %.0f false alert a day: %d, delay p50 %s, p95 %s
declared: missed while somebody had declared an event of the connector
identity swap by the rules for it alone: %.2f, %.1f %% of the others taken for a swap
telemetry outages: %d, findings about them: %d
APIs that failed for all: %d, told: %d
`, all, naively, rules.ConnectorDays, 100*rules.BudgetUsed(), clocks, others, strings.Join(causes, ", "), rules.Unexplained,
		prompt, minutes(p50), minutes(p95), OracleRate, len(rules.Prompt), minutes(quantile(slices.Clone(rules.Prompt), 0.5)),
		minutes(quantile(slices.Clone(rules.Prompt), 0.95)), recall, 100*wrong, rules.Outages, rules.Silences, rules.Troubles, rules.Failures)
	return err
}

// families lists who found an incident, most often first.
func families(k *Found) string {
	names := slices.SortedFunc(maps.Keys(k.By), func(a, b string) int { return cmp.Or(k.By[b]-k.By[a], cmp.Compare(a, b)) })
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s %d", name, k.By[name]))
	}
	return strings.Join(parts, ", ")
}

// minutes is "3m" or "7h40m", "-" for nothing.
func minutes(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	text := d.Round(time.Minute).String()
	return strings.TrimSuffix(text, "0s")
}
