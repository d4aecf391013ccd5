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

// maxQuerySize has room for the names of many thousand entities.
const maxQuerySize = 64 << 20

// Load reads a history.
func (s *Source) Load(ctx context.Context, r Reading) (*detect.History, error) {
	k, err := kindOf(r.Entity)
	if err != nil {
		return nil, err
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": maxQuerySize}))
	l := newLoader(s, &r, k)
	query, args := k.endpoints(&r)
	if err := s.each(ctx, query, args, l.endpoint); err != nil {
		return nil, fmt.Errorf("cannot read the history of %ss: %w", name(r.Entity), err)
	}
	l.finish()
	if columns := l.measures(); len(columns) > 0 {
		query, args := k.measures(&r, columns)
		if err := s.each(ctx, query, args, func(rows driver.Rows) error { return l.measure(rows, columns) }); err != nil {
			return nil, fmt.Errorf("cannot read %s of %ss: %w", strings.Join(columns, ", "), name(r.Entity), err)
		}
	}
	if r.Tops {
		query, args := k.tops(&r)
		if err := s.each(ctx, query, args, l.top); err != nil {
			return nil, fmt.Errorf("cannot read the 5-minute history of %ss: %w", name(r.Entity), err)
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
	platform  string
	errors    []float32 // by hour, of the entity at hand
}

func newLoader(s *Source, r *Reading, k *kind) *loader {
	return &loader{
		source: s, reading: r, kind: k,
		history:   &detect.History{Start: r.Start, Hours: int(r.End.Sub(r.Start) / time.Hour)},
		entities:  map[detect.Key]int{},
		calendars: s.Calendars(r.Start, r.End),
	}
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
	at, columns := unpack(figures, 4)
	if len(at) == 0 {
		return nil
	}
	failed := columns[2]
	ep.Calls, ep.Bytes, ep.Errors = columns[0], columns[1], columns[3]
	ep.Hours = make([]int32, len(at))
	for i, unix := range at {
		ep.Hours[i] = int32(l.hour(unix))
	}
	ep.First = int(ep.Hours[0])
	e := l.entity(key)
	l.platform = max(l.platform, platform)
	for i, h := range ep.Hours {
		l.errors[h] += failed[i]
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
	defer func() {
		l.platform = ""
		if l.errors == nil {
			l.errors = make([]float32, l.history.Hours)
		}
	}()
	if len(l.history.Entities) == 0 {
		return
	}
	e := &l.history.Entities[len(l.history.Entities)-1]
	e.SumEndpoints()
	e.Errors = make([]float32, len(e.Hours))
	for i, h := range e.Hours {
		e.Errors[i], l.errors[h] = l.errors[h], 0
	}
	e.Peer = l.peer(e)
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

// measures are the columns to read for the measures that are asked for.
func (l *loader) measures() []string {
	var columns []string
	for _, m := range []string{detect.BytesIn, detect.Cost, detect.Users, detect.Latency} {
		if slices.Contains(l.reading.Measures, m) {
			columns = append(columns, m)
		}
	}
	return columns
}

func (l *loader) measure(rows driver.Rows, columns []string) error {
	var key detect.Key
	var packed []byte
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &packed); err != nil {
		return err
	}
	at, values := unpack(packed, len(columns))
	e := l.known(key)
	if e == nil {
		return nil
	}
	for i, column := range columns {
		figures := l.spread(e, at, values[i])
		switch column {
		case detect.BytesIn:
			e.BytesIn = figures
		case detect.Cost:
			e.Cost = figures
		case detect.Users:
			e.Users = figures
		case detect.Latency:
			e.Latency = figures
		}
	}
	return nil
}

func (l *loader) top(rows driver.Rows) error {
	var key detect.Key
	var packed []byte
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &packed); err != nil {
		return err
	}
	e := l.known(key)
	if e == nil {
		return nil
	}
	at, columns := unpack(packed, 2)
	e.TopRequests, e.TopBytes = l.spread(e, at, columns[0]), l.spread(e, at, columns[1])
	for i := range e.Hours { // the two rollups may be of different moments
		e.TopRequests[i], e.TopBytes[i] = min(e.TopRequests[i], e.Requests[i]), min(e.TopBytes[i], e.BytesOut[i])
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
func (l *loader) spread(e *detect.Entity, at []uint32, values []float32) []float32 {
	figures := make([]float32, len(e.Hours))
	for k, unix := range at {
		if i, ok := slices.BinarySearch(e.Hours, int32(l.hour(unix))); ok {
			figures[i] = values[k]
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
