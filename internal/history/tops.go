package history

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/detect"
)

// Tops are the largest five minutes of each hour of many entities, packed. The
// table of 5-minute buckets lies in order of time, so that reading it for one part
// of a fleet reads it for all: for a fleet in parts it is read once a block
// ([Block]).
type Tops struct {
	of      map[detect.Key]*topsOf
	figures unpacker
}

// topsOf one entity, by hour.
type topsOf struct {
	at           []uint32
	calls, bytes []float32
}

// topsAtOnce bounds what the engine aggregates in one statement, and what is read of
// it at once: a block of rows has all that thousands of entities did in this time.
const topsAtOnce = 24 * time.Hour

// Tops reads those of a reading.
func (s *Source) Tops(ctx context.Context, r Reading) (*Tops, error) {
	k, err := kindOf(r.Entity)
	if err != nil {
		return nil, err
	}
	t := &Tops{of: map[detect.Key]*topsOf{}}
	ctx = bounded(ctx)
	some := r
	for from := r.Start; from.Before(r.End); from = some.End {
		some.Start, some.End = from, minTime(from.Add(topsAtOnce), r.End)
		query, args := k.tops(&some)
		if err := s.each(ctx, query, args, t.row); err != nil {
			return nil, fmt.Errorf("cannot read the 5-minute history of %ss: %w", name(r.Entity), err)
		}
	}
	return t, nil
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (t *Tops) row(rows driver.Rows) error {
	var key detect.Key
	var packed []byte
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &packed); err != nil {
		return err
	}
	of := t.of[key]
	if of == nil {
		of = &topsOf{}
		t.of[key] = of
	}
	at, columns := t.figures.unpack(packed, 2)
	for i, unix := range at {
		of.add(unix-unix%3600, float32(columns[0][i]), float32(columns[1][i]))
	}
	return nil
}

// add takes buckets in order of time.
func (o *topsOf) add(hour uint32, calls, bytes float32) {
	last := len(o.at) - 1
	if last < 0 || o.at[last] != hour {
		o.at, o.calls, o.bytes = append(o.at, hour), append(o.calls, calls), append(o.bytes, bytes)
		return
	}
	o.calls[last], o.bytes[last] = max(o.calls[last], calls), max(o.bytes[last], bytes)
}

// tops puts the largest five minutes beside the hours of all entities.
func (l *loader) tops(ctx context.Context) error {
	known := l.reading.Known
	if known == nil {
		var err error
		if known, err = l.source.Tops(ctx, *l.reading); err != nil {
			return err
		}
	}
	for i := range l.history.Entities {
		e := &l.history.Entities[i]
		of := known.of[e.Key()]
		if of == nil {
			continue
		}
		e.TopRequests, e.TopBytes = make([]float32, len(e.Hours)), make([]float32, len(e.Hours))
		for k, unix := range of.at {
			if i, ok := slices.BinarySearch(e.Hours, int32(l.hour(unix))); ok { // the two rollups may be of different moments
				e.TopRequests[i], e.TopBytes[i] = min(of.calls[k], e.Requests[i]), min(of.bytes[k], e.BytesOut[i])
			}
		}
	}
	return nil
}
