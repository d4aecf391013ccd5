package recompute

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// write replaces what was written of these traces before.
func (r *Resolver) write(ctx context.Context) error {
	if err := r.exec(ctx, []string{fillPrevious}); err != nil {
		return err
	}
	previous, err := r.count(ctx, "previous", "1")
	if err != nil {
		return err
	}
	var micros int64
	if err := r.scan(ctx, nextVersion, nil, &micros); err != nil {
		return err
	}
	version := []string{"{version}", strconv.FormatInt(micros, 10)}
	if previous > 0 {
		// What traces take back is known from the actions before: traces go first.
		if err := r.writeDecided(ctx, []string{writeTraces, writeActions}, version); err != nil {
			return err
		}
		return r.execIf(ctx, "previous", "live", []string{buryActions}, version...)
	}
	// Nothing is taken back, and what has been written is read faster.
	if err := r.writeDecided(ctx, []string{writeActions}, version); err != nil {
		return err
	}
	written, err := r.fill(partWritten, version)
	if err != nil {
		return err
	}
	return r.exec(ctx, []string{writeTraces}, slices.Concat(version, []string{"{slice}", "0", "{decided}", written})...)
}

// writeDecided runs the statements over the reports that are actions: some hard
// calls at a time, all others with the first of them.
func (r *Resolver) writeDecided(ctx context.Context, statements, version []string) error {
	lent, err := r.count(ctx, "best", "NOT hard AND lender != 0")
	if err != nil {
		return err
	}
	hard, err := r.count(ctx, "best", "hard")
	if err != nil {
		return err
	}
	decided := []string{partLone, partChosen}
	if lent > 0 {
		decided = append(decided, partLent)
	}
	n := 1 + hard/r.hardCalls
	for i := range n {
		slice := []string{"{slice}", strconv.FormatUint(i, 10), "{slices}", strconv.FormatUint(n, 10)}
		if hard > 0 {
			if err := r.pick(ctx, slice); err != nil {
				return err
			}
			decided = append(decided, partPicked)
		}
		union, err := r.union(decided)
		if err != nil {
			return err
		}
		if err := r.exec(ctx, statements, slices.Concat(version, slice, []string{"{decided}", union})...); err != nil {
			return err
		}
		decided = nil
	}
	return nil
}

// pick decides hard calls, report by report.
func (r *Resolver) pick(ctx context.Context, slice []string) error {
	if err := r.emptyWork(ctx, hardTables); err != nil {
		return err
	}
	if err := r.exec(ctx, []string{fillReports, fillPicked}, slice...); err != nil {
		return err
	}
	return r.execIf(ctx, "reports", "connector_id = ''", []string{fillAdopted})
}

// union puts parts together that give reports.
func (r *Resolver) union(names []string) (string, error) {
	queries := make([]string, len(names))
	for i, name := range names {
		var err error
		if queries[i], err = r.fill(name, nil); err != nil {
			return "", err
		}
	}
	return strings.Join(queries, "\nUNION ALL\n"), nil
}
