package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/recompute"
)

// connect reaches the collector's embedded engine as weirctl does: with the
// credential file in its folder.
func connect(at layout) (driver.Conn, error) {
	config, err := chconn.FromCredentialFile(at.engine())
	if err != nil {
		return nil, fmt.Errorf("cannot reach the embedded engine: %w", err)
	}
	return config.Open(nil)
}

const settleTimeout = 90 * time.Second

// waitSettled waits until all that was sent is in the tables and the rollups
// are computed.
func waitSettled(ctx context.Context, c *collector, conn driver.Conn, spans int, update func(stored, pending int)) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	stored, pending := 0, 0
	err := poll(ctx, 2*pollEvery, func() (bool, error) {
		if err := c.alive(); err != nil {
			return false, err
		}
		var err error
		if stored, err = count(ctx, conn, "SELECT count() FROM spans"); err != nil {
			return false, err
		}
		if pending, err = recompute.Pending(ctx, conn); err != nil {
			return false, err
		}
		update(stored, pending)
		return stored >= spans && pending == 0, nil
	})
	if err != nil {
		return fmt.Errorf("cannot settle: %d of %d spans stored, %d segments to recompute: %w", stored, spans, pending, err)
	}
	return nil
}

func count(ctx context.Context, conn driver.Conn, query string) (int, error) {
	var n uint64
	if err := conn.QueryRow(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count (%s): %w", query, err)
	}
	return int(n), nil
}

// actionsByConnector is what the rollups say; "" is unattributed.
func actionsByConnector(ctx context.Context, conn driver.Conn) (map[string]int, error) {
	rows, err := conn.Query(ctx, "SELECT connector_id, sum(actions) FROM connector_hours FINAL GROUP BY connector_id")
	if err != nil {
		return nil, fmt.Errorf("cannot read the rollups: %w", err)
	}
	defer rows.Close()
	actions := map[string]int{}
	for rows.Next() {
		var id string
		var n uint64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, fmt.Errorf("cannot read the rollups: %w", err)
		}
		actions[id] = int(n)
	}
	return actions, rows.Err()
}

// findings reads the episodes, oldest first.
func findings(ctx context.Context, conn driver.Conn) ([]finding.Finding, error) {
	rows, err := conn.Query(ctx, `SELECT fingerprint, status, rule, family, severity, category, tenant_id, connector_id, connector_name, endpoint, measure,
		observed, expected, lower, upper, score, p_value, window_start, window_end, started_at, updated_at, summary
		FROM findings FINAL ORDER BY window_start, connector_id, rule`)
	if err != nil {
		return nil, fmt.Errorf("cannot read the findings: %w", err)
	}
	defer rows.Close()
	all := []finding.Finding{}
	for rows.Next() {
		var f finding.Finding
		var status string
		if err := rows.Scan(&f.Fingerprint, &status, &f.Rule, &f.Family, &f.Severity, &f.Category, &f.TenantID, &f.ConnectorID, &f.ConnectorName,
			&f.Endpoint, &f.Measure, &f.Observed, &f.Expected, &f.Lower, &f.Upper, &f.Score, &f.PValue,
			&f.WindowStart, &f.WindowEnd, &f.StartedAt, &f.UpdatedAt, &f.Summary); err != nil {
			return nil, fmt.Errorf("cannot read the findings: %w", err)
		}
		f.Status = finding.Status(status)
		all = append(all, f)
	}
	return all, rows.Err()
}

// storedCounts reads how many spans and live actions there are.
func storedCounts(ctx context.Context, conn driver.Conn) (c Counts, err error) {
	if c.Spans, err = count(ctx, conn, "SELECT count() FROM spans"); err != nil {
		return c, err
	}
	c.Actions, err = count(ctx, conn, "SELECT count() FROM actions FINAL WHERE live")
	return c, err
}
