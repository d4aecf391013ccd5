// Package state keeps where the evaluation of rules stands, in the table
// baseline_state: it survives restarts, and an evaluation can start again from
// an earlier tick.
package state

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
)

// Tick is what is known after a rule was evaluated for one window.
type Tick struct {
	Rule            string
	At              time.Time // end of the window
	DataVersion     time.Time // newest recompute of the window's hours that it saw
	RuleRevision    string
	CatalogRevision string
	Open            episode.Set
}

// Load returns the ticks of all rules since a time, by rule, in order.
func Load(ctx context.Context, conn driver.Conn, since time.Time) (map[string][]Tick, error) {
	const query = `SELECT rule, tick, data_version, rule_revision, catalog_revision, open
		FROM baseline_state FINAL WHERE tick >= ? ORDER BY rule, tick`
	rows, err := conn.Query(ctx, query, since)
	if err != nil {
		return nil, fmt.Errorf("cannot read the state of the baselines: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	ticks := map[string][]Tick{}
	for rows.Next() {
		var t Tick
		var open string
		if err := rows.Scan(&t.Rule, &t.At, &t.DataVersion, &t.RuleRevision, &t.CatalogRevision, &open); err != nil {
			return nil, fmt.Errorf("cannot read the state of the baselines: %w", err)
		}
		t.At, t.DataVersion = t.At.UTC(), t.DataVersion.UTC()
		if err := json.Unmarshal([]byte(open), &t.Open); err != nil {
			return nil, fmt.Errorf("cannot read the open episodes of rule %s at %s: %w", t.Rule, t.At, err)
		}
		ticks[t.Rule] = append(ticks[t.Rule], t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the state of the baselines: %w", err)
	}
	return ticks, nil
}

// Save writes ticks. Of a rule's tick, the row with the largest version counts.
func Save(ctx context.Context, conn driver.Conn, ticks []Tick, version uint64) error {
	if len(ticks) == 0 {
		return nil
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplication_token": "baseline-" + strconv.FormatUint(version, 10),
	}))
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO baseline_state (rule, tick, data_version, rule_revision, catalog_revision, open, version)")
	if err != nil {
		return fmt.Errorf("cannot write the state of the baselines: %w", err)
	}
	defer batch.Close() //nolint:errcheck // after Send there is nothing left to close
	for _, t := range ticks {
		open, err := json.Marshal(t.Open)
		if err != nil {
			return fmt.Errorf("cannot write the open episodes of rule %s: %w", t.Rule, err)
		}
		if err := batch.Append(t.Rule, t.At, t.DataVersion, t.RuleRevision, t.CatalogRevision, string(open), version); err != nil {
			return fmt.Errorf("cannot write the state of rule %s: %w", t.Rule, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("cannot write the state of the baselines: %w", err)
	}
	return nil
}
