package recompute

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// write replaces what was written of these traces before. several says whether
// some have more than one report.
func (w *work) write(ctx context.Context, several bool) error {
	if err := w.exec(ctx, []string{fillPrevious}, "{near}", numbers(w.near)); err != nil {
		return err
	}
	var micros int64
	var previous, live uint64
	if err := w.scan(ctx, nextVersion, nil, &micros, &previous, &live); err != nil {
		return err
	}
	version := []string{"{version}", strconv.FormatInt(micros, 10)}
	if previous > 0 {
		// What traces take back is known from the actions before: traces go first.
		if err := w.writeDecided(ctx, several, []string{writeTraces, writeActions}, version); err != nil || live == 0 {
			return err
		}
		return w.exec(ctx, []string{buryActions}, version...)
	}
	// Nothing is taken back, and what has been written is read faster.
	if err := w.writeDecided(ctx, several, []string{writeActions}, version); err != nil {
		return err
	}
	written, err := w.fill(partWritten, version)
	if err != nil {
		return err
	}
	return w.exec(ctx, []string{writeTraces}, slices.Concat(version, []string{"{slice}", "0", "{decided}", written})...)
}

// writeDecided runs the statements over the reports that are actions: some hard
// calls at a time, all others with the first of them.
func (w *work) writeDecided(ctx context.Context, several bool, statements, version []string) error {
	adopting, hard, err := w.borrow(ctx, several)
	if err != nil {
		return err
	}
	easy, err := w.fill(partDecided, adopting)
	if err != nil {
		return err
	}
	decided := []string{easy}
	n := 1 + hard/w.hardCalls
	for i := range n {
		slice := []string{"{slice}", strconv.FormatUint(i, 10), "{slices}", strconv.FormatUint(n, 10)}
		if hard > 0 {
			if err := w.pick(ctx, slice); err != nil {
				return err
			}
			picked, err := w.fill(partPicked, nil)
			if err != nil {
				return err
			}
			decided = append(decided, picked)
		}
		union := strings.Join(decided, "\nUNION ALL\n")
		if err := w.exec(ctx, statements, slices.Concat(version, slice, []string{"{decided}", union})...); err != nil {
			return err
		}
		decided = nil
	}
	return nil
}

// borrow collects what calls adopt that are not hard, says how decided.sql uses
// it, and how many are hard.
func (w *work) borrow(ctx context.Context, several bool) (adopting []string, hard uint64, err error) {
	none := []string{"{adopting}", "", "{lenders}", ""}
	if !several {
		return none, 0, nil
	}
	n, err := w.counts(ctx, "best", "NOT hard AND lender != 0", "hard")
	if err != nil {
		return nil, 0, err
	}
	lent, hard := n[0], n[1]
	if lent == 0 {
		return none, hard, nil
	}
	if err := w.makeWork(ctx, []string{"lenders"}); err != nil {
		return nil, 0, err
	}
	if err := w.exec(ctx, []string{fillLenders}); err != nil {
		return nil, 0, err
	}
	replaced, err := w.fill(partAdopting, nil)
	if err != nil {
		return nil, 0, err
	}
	joined, err := w.fill(partLenders, nil)
	return []string{"{adopting}", replaced, "{lenders}", joined}, hard, err
}

// pick decides hard calls, report by report.
func (w *work) pick(ctx context.Context, slice []string) error {
	if err := w.makeWork(ctx, hardTables); err != nil {
		return err
	}
	if err := w.exec(ctx, []string{fillReports, fillPicked}, slice...); err != nil {
		return err
	}
	n, err := w.counts(ctx, "reports", "connector_id = ''")
	if err != nil || n[0] == 0 {
		return err
	}
	return w.exec(ctx, []string{fillAdopted})
}
