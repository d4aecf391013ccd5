// Package history reads what a fleet did from the rollups, in three queries
// whatever the number of connectors, into the form the statistics want.
package history

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/detect"
)

// Source reads histories.
type Source struct {
	Conn driver.Conn
	// Locate is the time zone a connector works in; never nil.
	Locate func(connector string) *time.Location
	// Name is what people call a connector; "" if it has no name.
	Name func(connector string) string
}

// production keeps sandboxes and tests out of the baseline; dry runs are not in
// the rollups at all. Calls that nobody could attribute have no baseline.
const production = "environment IN ('production', '') AND connector_id != ''"

// endpointHours gives one row an endpoint: when and how much.
const endpointHours = `
SELECT tenant_id, connector_id, endpoint, groupArray(at), groupArray(calls), groupArray(bytes)
FROM (
    SELECT tenant_id, connector_id, trimBoth(concat(method, ' ', route)) AS endpoint, toUnixTimestamp(hour) AS at,
        toFloat32(sum(adjusted_count)) AS calls, toFloat32(sum(bytes_out)) AS bytes
    FROM connector_hours FINAL
    WHERE hour >= ? AND hour < ? AND ` + production + `
    GROUP BY tenant_id, connector_id, endpoint, at
    HAVING calls > 0
)
GROUP BY tenant_id, connector_id, endpoint
ORDER BY tenant_id, connector_id, endpoint`

// firstCalls gives, for endpoints that are older than the history, when they began.
const firstCalls = `
SELECT tenant_id, connector_id, trimBoth(concat(method, ' ', route)) AS endpoint, toUnixTimestamp(min(hour))
FROM connector_hours FINAL
WHERE hour < ? AND adjusted_count > 0 AND ` + production + `
GROUP BY tenant_id, connector_id, endpoint`

// largestFives gives, by connector and hour, the bytes of the largest five minutes.
const largestFives = `
SELECT tenant_id, connector_id, groupArray(at), groupArray(top)
FROM (
    SELECT tenant_id, connector_id, toUnixTimestamp(toStartOfHour(bucket)) AS at, toFloat32(max(bytes)) AS top
    FROM (
        SELECT tenant_id, connector_id, bucket, sum(bytes_out) AS bytes
        FROM connector_5m FINAL
        WHERE bucket >= ? AND bucket < ? AND ` + production + `
        GROUP BY tenant_id, connector_id, bucket
    )
    GROUP BY tenant_id, connector_id, at
)
GROUP BY tenant_id, connector_id`

// Load reads the hours from start, a UTC midnight, to end.
func (s *Source) Load(ctx context.Context, start, end time.Time) (*detect.History, error) {
	b := &builder{
		source: s, start: start.Unix(),
		history:   &detect.History{Start: start, Hours: int(end.Sub(start) / time.Hour)},
		entities:  map[[2]string]int{},
		endpoints: map[[3]string]int{},
		calendars: map[*time.Location]*detect.Calendar{},
	}
	if err := b.each(ctx, endpointHours, []any{start, end}, b.endpoint); err != nil {
		return nil, fmt.Errorf("cannot read the history of connectors: %w", err)
	}
	if err := b.each(ctx, firstCalls, []any{start}, b.first); err != nil {
		return nil, fmt.Errorf("cannot read when endpoints were first called: %w", err)
	}
	if err := b.each(ctx, largestFives, []any{start, end}, b.fives); err != nil {
		return nil, fmt.Errorf("cannot read the 5-minute history of connectors: %w", err)
	}
	return b.history, nil
}

// builder collects rows into a history.
type builder struct {
	source    *Source
	start     int64
	history   *detect.History
	entities  map[[2]string]int
	endpoints map[[3]string]int // index within its entity
	calendars map[*time.Location]*detect.Calendar
}

func (b *builder) each(ctx context.Context, query string, args []any, row func(driver.Rows) error) error {
	rows, err := b.source.Conn.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (b *builder) hour(unix uint32) int { return int((int64(unix) - b.start) / 3600) }

func (b *builder) endpoint(rows driver.Rows) error {
	var tenant, connector, name string
	var at []uint32
	var calls, bytes []float32
	if err := rows.Scan(&tenant, &connector, &name, &at, &calls, &bytes); err != nil {
		return err
	}
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return int(at[i]) - int(at[j]) })
	ep := detect.Endpoint{Name: name, First: b.hour(at[order[0]])}
	entity := b.entity(tenant, connector, ep.First)
	for _, i := range order {
		h := b.hour(at[i])
		ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(h)), append(ep.Calls, calls[i]), append(ep.Bytes, bytes[i])
		entity.Requests[h] += float64(calls[i])
		entity.Bytes[h] += float64(bytes[i])
	}
	b.endpoints[[3]string{tenant, connector, name}] = len(entity.Endpoints)
	entity.Endpoints = append(entity.Endpoints, ep)
	return nil
}

// entity finds or adds a connector that was seen at an hour.
func (b *builder) entity(tenant, connector string, at int) *detect.Entity {
	key := [2]string{tenant, connector}
	i, ok := b.entities[key]
	if !ok {
		i = len(b.history.Entities)
		b.entities[key] = i
		b.history.Entities = append(b.history.Entities, detect.Entity{
			Tenant: tenant, ID: connector, Name: b.source.Name(connector), First: at,
			Calendar: b.calendar(b.source.Locate(connector)),
			Requests: make([]float64, b.history.Hours), Bytes: make([]float64, b.history.Hours), Top: make([]float64, b.history.Hours),
		})
	}
	entity := &b.history.Entities[i]
	entity.First = min(entity.First, at)
	return entity
}

func (b *builder) calendar(loc *time.Location) *detect.Calendar {
	if b.calendars[loc] == nil {
		b.calendars[loc] = detect.NewCalendar(loc, b.history.Start, b.history.Hours)
	}
	return b.calendars[loc]
}

func (b *builder) first(rows driver.Rows) error {
	var tenant, connector, name string
	var at uint32
	if err := rows.Scan(&tenant, &connector, &name, &at); err != nil {
		return err
	}
	i, ok := b.entities[[2]string{tenant, connector}]
	if !ok { // quiet for the whole history
		return nil
	}
	entity := &b.history.Entities[i]
	entity.First = min(entity.First, b.hour(at))
	if j, ok := b.endpoints[[3]string{tenant, connector, name}]; ok {
		entity.Endpoints[j].First = min(entity.Endpoints[j].First, b.hour(at))
	}
	return nil
}

func (b *builder) fives(rows driver.Rows) error {
	var tenant, connector string
	var at []uint32
	var top []float32
	if err := rows.Scan(&tenant, &connector, &at, &top); err != nil {
		return err
	}
	i, ok := b.entities[[2]string{tenant, connector}]
	if !ok {
		return nil
	}
	entity := &b.history.Entities[i]
	for k, unix := range at {
		if h := b.hour(unix); h >= 0 && h < len(entity.Top) {
			entity.Top[h] = min(float64(top[k]), entity.Bytes[h])
		}
	}
	return nil
}

// Versions returns, for the hours from start on, when each was last recomputed.
func (s *Source) Versions(ctx context.Context, start time.Time) (map[time.Time]time.Time, error) {
	rows, err := s.Conn.Query(ctx, "SELECT hour, max(computed_at) FROM connector_hours WHERE hour >= ? GROUP BY hour", start)
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
