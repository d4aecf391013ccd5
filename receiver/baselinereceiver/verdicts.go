package baselinereceiver

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
	"github.com/weir-otel/weir/rules"
)

// verdicts are what people said of episodes, as the detector uses it: an episode
// that was an incident, or that was expected, is no part of what is usual; one
// that was benign, or expected, needs more to be told again for a time. A verdict
// counts for the windows that end after it, so that what was found before stays.
type verdicts struct {
	left   map[[2]string][]stretch      // out of the baseline, by tenant and connector
	raised map[verdictKey][]raisedUntil // thresholds
}

type verdictKey struct{ rule, tenant, connector string }

type raisedUntil struct {
	fingerprint string
	effect      float64
	said, until time.Time
}

func loadVerdicts(ctx context.Context, conn driver.Conn) (*verdicts, error) {
	all, err := finding.Verdicts(ctx, conn)
	if err != nil {
		return nil, fmt.Errorf("cannot learn from verdicts: %w", err)
	}
	v := &verdicts{left: map[[2]string][]stretch{}, raised: map[verdictKey][]raisedUntil{}}
	for i := range all {
		v.add(&all[i])
	}
	return v, nil
}

func (v *verdicts) add(j *finding.Judged) {
	f := &j.Finding
	if j.Verdict.LeavesBaseline() {
		to := f.ResolvedAt
		if to.IsZero() {
			to = f.WindowEnd
		}
		key := [2]string{f.TenantID, f.ConnectorID}
		v.left[key] = append(v.left[key], stretch{f.StartedAt, to})
	}
	if j.Verdict.RaisesThreshold() {
		key := verdictKey{f.Rule, f.TenantID, f.ConnectorID}
		v.raised[key] = append(v.raised[key], raisedUntil{f.Fingerprint, f.Effect, j.SaidAt, j.Until})
	}
}

// leaves says whether an hour is left out of the baseline for good.
func (v *verdicts) leaves(e *detect.Entity, hour time.Time) bool {
	for _, s := range v.left[[2]string{e.Tenant, e.ID}] {
		if hour.Add(time.Hour).After(s.from) && hour.Before(s.to) {
			return true
		}
	}
	return false
}

// benign is the largest effect that somebody called benign before a tick, 0 if none.
func (v *verdicts) benign(rule *rules.Rule, e *detect.Entity, tick time.Time) float64 {
	most := 0.0
	for _, r := range v.raised[verdictKey{rule.Name, e.Tenant, e.ID}] {
		if !r.said.After(tick) && tick.Before(r.until) && r.fingerprint == explain.Fingerprint(rule, e) {
			most = max(most, r.effect)
		}
	}
	return most
}
