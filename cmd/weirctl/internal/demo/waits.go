package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/rules"
)

const (
	evaluateTimeout = 90 * time.Second
	alertTimeout    = 10 * time.Second
)

// waitEvaluated waits until the baseline has evaluated every built-in rule at
// its last tick before the end.
func waitEvaluated(ctx context.Context, c *collector, conn driver.Conn, end time.Time, update func(string)) error {
	awaited, err := lastTicks(end)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, evaluateTimeout)
	defer cancel()
	var open []string
	err = poll(ctx, 2*pollEvery, func() (bool, error) {
		if err := c.alive(); err != nil {
			return false, err
		}
		evaluated, err := evaluatedTicks(ctx, conn)
		if err != nil {
			return false, err
		}
		open = open[:0]
		oldest := end
		for rule, tick := range awaited {
			if at := evaluated[rule]; at.Before(tick) {
				open = append(open, rule)
				if at.Before(oldest) {
					oldest = at
				}
			}
		}
		if oldest.Unix() > 0 {
			update("evaluated up to " + oldest.Format("Mon 15:04"))
		}
		return len(open) == 0, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the baseline did not evaluate %s up to %s within %s; log: %s",
			strings.Join(open, ", "), end.Format(time.RFC3339), evaluateTimeout, c.logPath)
	}
	return err
}

// lastTicks is the last tick of each enabled rule that is not after a time.
func lastTicks(end time.Time) (map[string]time.Time, error) {
	all, err := rules.Load([]string{rules.BuiltinName})
	if err != nil {
		return nil, fmt.Errorf("cannot read the built-in rules: %w", err)
	}
	last := map[string]time.Time{}
	for _, rule := range all {
		if !rule.Enabled {
			continue
		}
		schedule, err := rule.Ticks()
		if err != nil {
			return nil, fmt.Errorf("cannot read the schedule of rule %s: %w", rule.Name, err)
		}
		for tick := schedule.Next(end.Add(-lastDay)); !tick.After(end); tick = schedule.Next(tick) {
			last[rule.Name] = tick.UTC().Truncate(time.Hour)
		}
	}
	return last, nil
}

// evaluatedTicks is how far each rule has been evaluated.
func evaluatedTicks(ctx context.Context, conn driver.Conn) (map[string]time.Time, error) {
	rows, err := conn.Query(ctx, "SELECT rule, max(tick) FROM baseline_state GROUP BY rule")
	if err != nil {
		return nil, fmt.Errorf("cannot read how far the baseline is: %w", err)
	}
	defer rows.Close()
	evaluated := map[string]time.Time{}
	for rows.Next() {
		var rule string
		var tick time.Time
		if err := rows.Scan(&rule, &tick); err != nil {
			return nil, fmt.Errorf("cannot read how far the baseline is: %w", err)
		}
		evaluated[rule] = tick.UTC()
	}
	return evaluated, rows.Err()
}

// waitAlerts gives the alerts of the findings some time to arrive at the webhook
// and returns how many findings it was told of.
func (r *run) waitAlerts(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, alertTimeout)
	defer cancel()
	told := 0
	err := poll(ctx, pollEvery, func() (bool, error) {
		var due int
		due, told = alertsTold(r.result.Findings, r.hook.received())
		return told >= due, r.main.collector.alive()
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return told, nil // judged later
	}
	return told, err
}

// alertsTold counts the findings that fire or fired, and those of them that a
// notification names.
func alertsTold(findings []finding.Finding, posts [][]byte) (due, told int) {
	for _, f := range findings {
		if f.Status == finding.Pending {
			continue
		}
		due++
		for _, post := range posts {
			if strings.Contains(string(post), f.Fingerprint) {
				told++
				break
			}
		}
	}
	return due, told
}
