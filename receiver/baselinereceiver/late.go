package baselinereceiver

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
)

// settlePoll is how often it is looked whether rollups have settled.
const settlePoll = 2 * time.Second

// settle waits until no delivered report before a time is missing from the
// rollups, but no longer than settle_timeout: one that never settles must not
// silence the alerts. What settles later is evaluated again. It returns the
// versions of the hours as they were then.
func (r *runner) settle(ctx context.Context, source *history.Source, before time.Time) (map[time.Time]time.Time, error) {
	deadline := r.clock.Now().Add(r.config.SettleTimeout)
	for {
		// Read first: if nothing is unsettled after that, it holds for all rollups.
		versions, err := source.Versions(ctx, r.remembers())
		if err != nil {
			return nil, err
		}
		n, err := source.Unsettled(ctx, before)
		if err != nil || n == 0 {
			return versions, err
		}
		if !r.clock.Now().Before(deadline) {
			r.logger.Warn("rollups have not settled in time; evaluating what there is", zap.Int("segments", n), zap.Duration("waited", r.config.SettleTimeout))
			return source.VersionsOfHours(ctx, r.remembers())
		}
		if err := r.clock.Wait(ctx, settlePoll); err != nil {
			return nil, err
		}
	}
}

// remembers is the first hour of which a change matters.
func (r *runner) remembers() time.Time {
	return r.clock.Now().Add(-r.config.CatchUp - r.longestWindow()).Truncate(time.Hour)
}

// changed lists, for each rule, the evaluated ticks from the first whose hours
// were recomputed since. It waits, a bounded number of passes, while more comes;
// settled says whether nothing does.
func (r *runner) changed(ctx context.Context, source *history.Source, versions map[time.Time]time.Time) (all []work, settled bool, err error) {
	horizon := r.clock.Now().Add(-r.config.CatchUp)
	for _, rule := range r.rules {
		done := r.done[rule.Name]
		if !rule.settles() {
			continue
		}
		for i, t := range done {
			if t.At.Before(horizon) || !newest(versions, t.At, time.Duration(rule.Window)).After(t.DataVersion) {
				continue
			}
			w := work{rule: rule, again: true}
			if i > 0 {
				w.base = done[i-1]
			}
			for _, later := range done[i:] {
				w.ticks = append(w.ticks, later.At)
			}
			all = append(all, w)
			break
		}
	}
	if len(all) == 0 {
		r.dirtySince = time.Time{}
		return nil, true, nil
	}
	now := r.clock.Now()
	if r.dirtySince.IsZero() {
		r.dirtySince = now
	}
	n, err := source.Unsettled(ctx, latest(all))
	if err != nil {
		return nil, false, err
	}
	if n > 0 && now.Sub(r.dirtySince) < r.config.SettleTimeout {
		return nil, true, nil
	}
	r.dirtySince = time.Time{}
	return all, n == 0, nil
}

// newest is when the hours of the window that ends at end were last recomputed.
func newest(versions map[time.Time]time.Time, end time.Time, window time.Duration) time.Time {
	var t time.Time
	for hour := end.Add(-window).Truncate(time.Hour); hour.Before(end); hour = hour.Add(time.Hour) {
		if v := versions[hour]; v.After(t) {
			t = v
		}
	}
	return t
}

// merge puts the ticks that are due behind those that are evaluated again.
func merge(again, due []work) []work {
	all := append([]work(nil), again...)
	for _, d := range due {
		found := false
		for i := range all {
			if all[i].rule.Name == d.rule.Name {
				all[i].ticks = append(all[i].ticks, d.ticks...)
				found = true
			}
		}
		if !found {
			all = append(all, d)
		}
	}
	return all
}

// remember replaces what is known of a rule from a tick on.
func (r *runner) remember(t state.Tick) {
	done := r.done[t.Rule]
	for len(done) > 0 && !done[len(done)-1].At.Before(t.At) {
		done = done[:len(done)-1]
	}
	done = append(done, t)
	if keep := int(r.config.CatchUp/time.Hour) + 2; len(done) > 2*keep {
		done = append([]state.Tick(nil), done[len(done)-keep:]...)
	}
	r.done[t.Rule] = done
}
