package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/detect"
)

// What one statement may use in the engine, whatever the size of the fleet.
const (
	maxQuerySize = 64 << 20  // of its text: the names of many thousand entities
	maxMemory    = 512 << 20 // bytes
	spillAfter   = 96 << 20  // what a GROUP BY or ORDER BY holds in memory before it goes to disk
	maxThreads   = 2
	maxBlock     = 16_384 // rows
)

func bounded(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"max_query_size":                     maxQuerySize,
		"max_memory_usage":                   maxMemory,
		"max_bytes_before_external_group_by": spillAfter,
		"max_bytes_before_external_sort":     spillAfter,
		"max_threads":                        maxThreads,
		"max_block_size":                     maxBlock,
	}))
}

// Load reads a history.
func (s *Source) Load(ctx context.Context, r Reading) (*detect.History, error) {
	k, err := kindOf(r.Entity)
	if err != nil {
		return nil, err
	}
	ctx = bounded(ctx)
	l := newLoader(s, &r, k)
	query, args := k.lately(&r).endpoints(&r, l.added)
	if err := s.each(ctx, query, args, l.endpoint); err != nil {
		return nil, fmt.Errorf("cannot read the history of %ss: %w", name(r.Entity), err)
	}
	l.finish()
	if columns := l.wanted(detect.Users, detect.Latency); len(columns) > 0 {
		query, args := k.lately(&r).measures(&r, columns)
		if err := s.each(ctx, query, args, func(rows driver.Rows) error { return l.measure(rows, columns) }); err != nil {
			return nil, fmt.Errorf("cannot read %s of %ss: %w", strings.Join(columns, ", "), name(r.Entity), err)
		}
	}
	if r.Tops {
		if err := l.tops(ctx); err != nil {
			return nil, err
		}
	}
	if r.Before {
		query, args := k.first(&r)
		if err := s.each(ctx, query, args, l.first); err != nil {
			return nil, fmt.Errorf("cannot read when %ss were first seen: %w", name(r.Entity), err)
		}
	}
	return l.history, nil
}

func name(entity string) string {
	if entity == "" {
		return Connector
	}
	return entity
}

func (s *Source) each(ctx context.Context, query string, args []any, row func(driver.Rows) error) error {
	rows, err := s.Conn.Query(ctx, query, args...)
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

// loader collects rows into a history.
type loader struct {
	source    *Source
	reading   *Reading
	kind      *kind
	history   *detect.History
	entities  map[detect.Key]int
	calendars func(detect.Key) *detect.Calendar
	added     []string // measures that are added up of endpoints
	platform  string
	sums      [][]float64 // by hour, of the entity at hand: errors, and those of added
	figures   unpacker
}

func newLoader(s *Source, r *Reading, k *kind) *loader {
	l := &loader{
		source: s, reading: r, kind: k,
		history:   &detect.History{Start: r.Start, Hours: int(r.End.Sub(r.Start) / time.Hour), Entities: make([]detect.Entity, 0, r.Expected)},
		entities:  map[detect.Key]int{},
		calendars: s.Calendars(r.Start, r.End),
	}
	l.added = l.wanted(detect.BytesIn, detect.Cost)
	l.sums = make([][]float64, 1+len(l.added))
	for i := range l.sums {
		l.sums[i] = make([]float64, l.history.Hours)
	}
	return l
}

func (l *loader) hour(unix uint32) int { return int((int64(unix) - l.history.Start.Unix()) / 3600) }

// endpoint takes the rows of one entity after those of another.
func (l *loader) endpoint(rows driver.Rows) error {
	var key detect.Key
	var ep detect.Endpoint
	var platform string
	var figures []byte
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &ep.Name, &platform, &figures); err != nil {
		return err
	}
	at, columns := l.figures.unpack(figures, 4+len(l.added))
	calls, bytes, failed, refused := columns[0], columns[1], columns[2], columns[3]
	ep.Hours, ep.Calls, ep.Bytes, ep.Errors = make([]int32, 0, len(at)), make([]float32, 0, len(at)), make([]float32, 0, len(at)), make([]float32, 0, len(at))
	for i, unix := range at {
		if calls[i] <= 0 {
			continue
		}
		hour := l.hour(unix)
		ep.Hours, ep.Calls, ep.Bytes = append(ep.Hours, int32(hour)), append(ep.Calls, float32(calls[i])), append(ep.Bytes, float32(bytes[i]))
		ep.Errors = append(ep.Errors, float32(refused[i]))
	}
	if len(ep.Hours) == 0 {
		return nil
	}
	ep.First = int(ep.Hours[0])
	e := l.entity(key)
	l.platform = max(l.platform, platform)
	for i, unix := range at {
		if calls[i] <= 0 {
			continue
		}
		hour := l.hour(unix)
		l.sums[0][hour] += failed[i]
		for k := range l.added {
			l.sums[1+k][hour] += columns[4+k][i]
		}
	}
	e.First = min(e.First, ep.First)
	e.Endpoints = append(e.Endpoints, ep)
	return nil
}

// entity is the one at hand, or the next.
func (l *loader) entity(key detect.Key) *detect.Entity {
	if n := len(l.history.Entities); n > 0 && l.history.Entities[n-1].Key() == key {
		return &l.history.Entities[n-1]
	}
	l.finish()
	return l.add(key)
}

// add begins an entity.
func (l *loader) add(key detect.Key) *detect.Entity {
	l.entities[key] = len(l.history.Entities)
	named, _, allowed := l.source.about(key.ID)
	l.history.Entities = append(l.history.Entities, detect.Entity{
		Tenant: key.Tenant, ID: key.ID, User: key.User, Endpoint: key.Endpoint, Name: named, Allowed: allowed,
		Calendar: l.calendars(key), First: l.history.Hours,
	})
	return &l.history.Entities[len(l.history.Entities)-1]
}

// finish adds up the endpoints of the entity at hand.
func (l *loader) finish() {
	defer func() { l.platform = "" }()
	if len(l.history.Entities) == 0 {
		return
	}
	e := &l.history.Entities[len(l.history.Entities)-1]
	e.SumEndpoints()
	e.Errors = l.take(0, e)
	for k, measure := range l.added {
		switch measure {
		case detect.BytesIn:
			e.BytesIn = l.take(1+k, e)
		case detect.Cost:
			e.Cost = l.take(1+k, e)
		}
	}
	e.Peer = l.peer(e)
}

// take are the sums of an entity, which begin anew.
func (l *loader) take(k int, e *detect.Entity) []float32 {
	figures := make([]float32, len(e.Hours))
	for i, h := range e.Hours {
		figures[i], l.sums[k][h] = float32(l.sums[k][h]), 0
	}
	return figures
}

// peer is the group that an entity is like: its platform, and the first part of
// the path that it calls most, e.g. "power_automate /contacts".
func (l *loader) peer(e *detect.Entity) string {
	_, platform, _ := l.source.about(e.ID)
	if platform == "" {
		platform = l.platform
	}
	busiest, most := "", 0.0
	for i := range e.Endpoints {
		if calls, _ := e.Endpoints[i].Within(0, l.history.Hours); calls > most {
			busiest, most = e.Endpoints[i].Name, calls
		}
	}
	_, path, _ := strings.Cut(busiest, " ")
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if platform == "" && first == "" {
		return ""
	}
	return platform + " /" + first
}

// wanted are those of some measures that are asked for.
func (l *loader) wanted(measures ...string) []string {
	return slices.DeleteFunc(measures, func(m string) bool { return !slices.Contains(l.reading.Measures, m) })
}

func (l *loader) measure(rows driver.Rows, columns []string) error {
	var key detect.Key
	var packed []byte
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &packed); err != nil {
		return err
	}
	at, values := l.figures.unpack(packed, len(columns))
	e := l.known(key)
	if e == nil {
		return nil
	}
	for i, column := range columns {
		figures := l.spread(e, at, values[i])
		switch column {
		case detect.Users:
			e.Users = figures
		case detect.Latency:
			e.Latency = figures
		}
	}
	return nil
}

func (l *loader) known(key detect.Key) *detect.Entity {
	i, ok := l.entities[key]
	if !ok {
		return nil
	}
	return &l.history.Entities[i]
}

// spread puts values of some times beside the hours of an entity.
func (l *loader) spread(e *detect.Entity, at []uint32, values []float64) []float32 {
	figures := make([]float32, len(e.Hours))
	for k, unix := range at {
		if i, ok := slices.BinarySearch(e.Hours, int32(l.hour(unix))); ok {
			figures[i] = float32(values[k])
		}
	}
	return figures
}

func (l *loader) first(rows driver.Rows) error {
	var key detect.Key
	var endpoint string
	var at uint32
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &endpoint, &at); err != nil {
		return err
	}
	e := l.known(key)
	if e == nil { // quiet for the whole history
		return nil
	}
	e.First = min(e.First, l.hour(at))
	if i, ok := slices.BinarySearchFunc(e.Endpoints, endpoint, func(ep detect.Endpoint, name string) int { return strings.Compare(ep.Name, name) }); ok {
		e.Endpoints[i].First = min(e.Endpoints[i].First, l.hour(at))
	}
	return nil
}
