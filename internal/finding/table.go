package finding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// columns of the table findings, in the order of values and of scan.
const columns = `fingerprint, started_at, status, rule, family, severity, category,
	tenant_id, connector_id, connector_name, entity, endpoint, measure,
	observed, expected, lower, upper, score, effect, p_value,
	window_start, window_end, updated_at, resolved_at, baseline_days, baseline_buckets,
	summary, contributors, trace_ids, evidence_sql, runbook_url, dashboard_url, rule_revision, catalog_revision`

// Insert writes findings to the table. Of an episode, the row with the largest
// version counts. The insert's deduplication token is a hash of what is written,
// so that repeating it changes nothing.
func Insert(ctx context.Context, conn driver.Conn, findings []Finding, version uint64) error {
	if len(findings) == 0 {
		return nil
	}
	content, err := json.Marshal(findings)
	if err != nil {
		return fmt.Errorf("cannot write %d findings: %w", len(findings), err)
	}
	sum := sha256.Sum256(strconv.AppendUint(content, version, 10))
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplication_token": "findings-" + hex.EncodeToString(sum[:16]),
	}))
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO findings ("+columns+", version)")
	if err != nil {
		return fmt.Errorf("cannot write %d findings: %w", len(findings), err)
	}
	defer batch.Close() //nolint:errcheck // after Send there is nothing left to close
	for i := range findings {
		if err := batch.Append(append(findings[i].values(), version)...); err != nil {
			return fmt.Errorf("cannot write finding %s: %w", findings[i].Fingerprint, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("cannot write %d findings: %w", len(findings), err)
	}
	return nil
}

// Select reads findings. where is a condition on the table's columns with ? for
// each of args, e.g. "started_at >= ?"; empty means all. The latest version of
// each episode is returned, oldest first.
func Select(ctx context.Context, conn driver.Conn, where string, args ...any) ([]Finding, error) {
	if where == "" {
		where = "1"
	}
	query := "SELECT " + columns + " FROM findings FINAL WHERE " + where + " ORDER BY started_at, fingerprint"
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("cannot read findings: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	var found []Finding
	for rows.Next() {
		f, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read findings: %w", err)
	}
	return found, nil
}

// Told is a condition on the table's columns: of the episodes that somebody was told of.
const Told = "status NOT IN ('pending', 'lapsed')"

// Begun counts, by rule, the episodes that began in [from, to) and were told.
func Begun(ctx context.Context, conn driver.Conn, from, to time.Time) (map[string]int, error) {
	const query = "SELECT rule, count() FROM findings FINAL WHERE " + Told + " AND started_at >= ? AND started_at < ? GROUP BY rule"
	rows, err := conn.Query(ctx, query, from, to)
	if err != nil {
		return nil, fmt.Errorf("cannot count findings: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	counts := map[string]int{}
	for rows.Next() {
		var rule string
		var n uint64
		if err := rows.Scan(&rule, &n); err != nil {
			return nil, fmt.Errorf("cannot count findings: %w", err)
		}
		counts[rule] = int(n)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot count findings: %w", err)
	}
	return counts, nil
}

func (f *Finding) values() []any {
	var resolved *time.Time
	if !f.ResolvedAt.IsZero() {
		resolved = &f.ResolvedAt
	}
	traces := f.TraceIDs
	if traces == nil {
		traces = []string{}
	}
	return []any{
		f.Fingerprint, f.StartedAt, string(f.Status), f.Rule, f.Family, f.Severity, f.Category,
		f.TenantID, f.ConnectorID, f.ConnectorName, f.Entity, f.Endpoint, f.Measure,
		f.Observed, f.Expected, f.Lower, f.Upper, f.Score, f.Effect, f.PValue,
		f.WindowStart, f.WindowEnd, f.UpdatedAt, resolved, f.BaselineDays, uint32(max(f.BaselineBuckets, 0)),
		f.Summary, EncodeContributors(f.Contributors), traces, f.EvidenceSQL, f.RunbookURL, f.DashboardURL, f.RuleRevision, f.CatalogRevision,
	}
}

func scan(rows driver.Rows) (Finding, error) {
	var f Finding
	var status, contributors string
	var resolved *time.Time
	var buckets uint32
	err := rows.Scan(&f.Fingerprint, &f.StartedAt, &status, &f.Rule, &f.Family, &f.Severity, &f.Category,
		&f.TenantID, &f.ConnectorID, &f.ConnectorName, &f.Entity, &f.Endpoint, &f.Measure,
		&f.Observed, &f.Expected, &f.Lower, &f.Upper, &f.Score, &f.Effect, &f.PValue,
		&f.WindowStart, &f.WindowEnd, &f.UpdatedAt, &resolved, &f.BaselineDays, &buckets,
		&f.Summary, &contributors, &f.TraceIDs, &f.EvidenceSQL, &f.RunbookURL, &f.DashboardURL, &f.RuleRevision, &f.CatalogRevision)
	if err != nil {
		return f, fmt.Errorf("cannot read findings: %w", err)
	}
	f.Status, f.BaselineBuckets = Status(status), int(buckets)
	f.Contributors, err = DecodeContributors(contributors)
	for _, t := range []*time.Time{&f.StartedAt, &f.WindowStart, &f.WindowEnd, &f.UpdatedAt} {
		*t = t.UTC()
	}
	if resolved != nil {
		f.ResolvedAt = resolved.UTC()
	}
	if len(f.TraceIDs) == 0 {
		f.TraceIDs = nil
	}
	return f, err
}
