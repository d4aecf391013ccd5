package baselinereceiver

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/explain"
)

// recentDays is how long an episode is left out of the calibration: after that,
// what nobody called an incident counts as something this fleet does.
const recentDays = 2

// recentEpisodes are the stretches of time that are too recent an episode to be
// called normal at the start of a UTC day.
type recentEpisodes struct {
	by   map[[2]string][]stretch // by tenant and connector
	lost detect.Lost             // hours without telemetry
	day  time.Time
}

type stretch struct{ from, to time.Time } // to is zero while it is open

// loadRecent reads the episodes that began before a day and are not long over.
// What a query rule finds says nothing of how much a connector does.
func loadRecent(ctx context.Context, conn driver.Conn, day time.Time) (recentEpisodes, error) {
	r := recentEpisodes{by: map[[2]string][]stretch{}, lost: detect.Lost{}, day: day}
	found, err := finding.Select(ctx, conn, finding.Told+" AND family != 'query' AND started_at < ? AND started_at >= ?",
		day, day.AddDate(0, 0, -recentDays-7))
	for i := range found {
		f := &found[i]
		s := stretch{f.StartedAt, f.ResolvedAt}
		if s.to.After(day) {
			s.to = time.Time{}
		}
		if f.Measure == explain.OutageMeasure {
			to := s.to
			if to.IsZero() {
				to = day
			}
			r.lost.Add(f.TenantID, s.from, to)
			continue
		}
		key := [2]string{f.TenantID, f.ConnectorID}
		r.by[key] = append(r.by[key], s)
	}
	return r, err
}

// excludes says whether an hour belongs to an episode that is too recent.
func (r *recentEpisodes) excludes(e *detect.Entity, hour time.Time) bool {
	for _, s := range r.by[[2]string{e.Tenant, e.ID}] {
		open := s.to.IsZero()
		if !hour.Before(s.from) && (open || hour.Before(s.to) && s.to.After(r.day.AddDate(0, 0, -recentDays))) {
			return true
		}
	}
	return false
}

// knownFindings are the findings of ticks that are evaluated again: what was told
// is not told twice.
type knownFindings struct {
	told map[episodeKey]finding.Finding
	seen map[episodeKey]bool
}

type episodeKey struct {
	fingerprint string
	started     int64
}

func keyOf(f *finding.Finding) episodeKey {
	return episodeKey{f.Fingerprint, f.StartedAt.UnixMilli()}
}

func loadKnown(ctx context.Context, conn driver.Conn, all []work) (knownFindings, error) {
	k := knownFindings{told: map[episodeKey]finding.Finding{}, seen: map[episodeKey]bool{}}
	for _, w := range all {
		if !w.again {
			continue
		}
		found, err := finding.Select(ctx, conn, "rule = ? AND updated_at >= ?", w.rule.Name, w.ticks[0])
		if err != nil {
			return k, err
		}
		for i := range found {
			k.told[keyOf(&found[i])] = found[i]
		}
	}
	return k, nil
}

// news drops what was told before: of an episode that is known, only a later
// state or another outcome is news.
func (k *knownFindings) news(findings []finding.Finding) []finding.Finding {
	return slices.DeleteFunc(findings, func(f finding.Finding) bool {
		key := keyOf(&f)
		k.seen[key] = true
		before, ok := k.told[key]
		if !ok {
			return false
		}
		if f.UpdatedAt.Before(before.UpdatedAt) {
			return true // the state before the one that is known
		}
		return f.Status == before.Status && f.UpdatedAt.Equal(before.UpdatedAt) && f.Observed == before.Observed
	})
}

// unseen lists the known findings that are open and did not come up again.
func (k *knownFindings) unseen(open map[string]episode.Set) []finding.Finding {
	var gone []finding.Finding
	for _, key := range slices.SortedFunc(maps.Keys(k.told), func(a, b episodeKey) int { return strings.Compare(a.fingerprint, b.fingerprint) }) {
		f := k.told[key]
		if f.Status.Over() || k.seen[key] {
			continue
		}
		if e := open[f.Rule][f.Fingerprint]; e != nil && e.Finding.StartedAt.Equal(f.StartedAt) {
			continue
		}
		gone = append(gone, f)
	}
	return gone
}
