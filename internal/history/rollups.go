package history

import (
	"context"
	"fmt"
	"time"
)

// Versions returns, for the hours from start on, when each was last recomputed: as
// the 5-minute rollup says, which lies in order of time and is written just before
// the hourly one. What it says of an hour holds for both once nothing is unsettled.
func (s *Source) Versions(ctx context.Context, start time.Time) (map[time.Time]time.Time, error) {
	return s.versions(ctx, "SELECT toStartOfHour(bucket) AS hour, max(computed_at) FROM connector_5m WHERE bucket >= ? GROUP BY hour", start)
}

// VersionsOfHours are those of the hourly rollup itself; the query reads all of it.
func (s *Source) VersionsOfHours(ctx context.Context, start time.Time) (map[time.Time]time.Time, error) {
	return s.versions(ctx, "SELECT hour, max(computed_at) FROM connector_hours WHERE hour >= ? GROUP BY hour", start)
}

func (s *Source) versions(ctx context.Context, query string, start time.Time) (map[time.Time]time.Time, error) {
	rows, err := s.Conn.Query(bounded(ctx), query, start)
	if err != nil {
		return nil, fmt.Errorf("cannot read when hours were recomputed: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	versions := map[time.Time]time.Time{}
	for rows.Next() {
		var hour, computed time.Time
		if err := rows.Scan(&hour, &computed); err != nil {
			return nil, fmt.Errorf("cannot read when hours were recomputed: %w", err)
		}
		versions[hour.UTC()] = computed.UTC()
	}
	return versions, rows.Err()
}

// Empty says whether there is no history at all yet.
func (s *Source) Empty(ctx context.Context) (bool, error) {
	var n uint64
	if err := s.Conn.QueryRow(ctx, "SELECT count() FROM (SELECT 1 FROM connector_hours LIMIT 1)").Scan(&n); err != nil {
		return false, fmt.Errorf("cannot read the history of connectors: %w", err)
	}
	return n == 0, nil
}

// Unsettled counts the delivered segments whose reports lie before a time and
// are not in the rollups yet.
func (s *Source) Unsettled(ctx context.Context, before time.Time) (int, error) {
	var n uint64
	const query = "SELECT count() FROM recompute_queue FINAL WHERE state != 'done' AND arrayExists(b -> b < toDateTime(?, 'UTC'), buckets)"
	if err := s.Conn.QueryRow(ctx, query, before.Unix()).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot read the recompute queue: %w", err)
	}
	return int(n), nil
}

// Traces returns up to 5 traces of a connector's calls in a window, those with
// the largest answers; endpoint "" means any. A call without a trace has none.
func (s *Source) Traces(ctx context.Context, tenant, connector, endpoint string, start, end time.Time) ([]string, error) {
	const query = `SELECT lower(hex(trace_id)) AS trace FROM actions FINAL
		WHERE bucket >= ? AND bucket < ? AND live AND tenant_id = ? AND connector_id = ?
			AND (? = '' OR trimBoth(concat(method, ' ', route)) = ?) AND trace_id != toFixedString('', 16)
		GROUP BY trace_id ORDER BY max(bytes_out) DESC, trace LIMIT 5`
	rows, err := s.Conn.Query(ctx, query, start, end, tenant, connector, endpoint, endpoint)
	if err != nil {
		return nil, fmt.Errorf("cannot read sample traces of %s: %w", connector, err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	var traces []string
	for rows.Next() {
		var trace string
		if err := rows.Scan(&trace); err != nil {
			return nil, fmt.Errorf("cannot read sample traces of %s: %w", connector, err)
		}
		traces = append(traces, trace)
	}
	return traces, rows.Err()
}
