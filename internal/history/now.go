package history

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/detect"
)

const (
	// span is what the hour that is still running is judged by.
	span = 5 * time.Minute
	// quarter is how far back it is looked for when they end.
	quarter = 15 * time.Minute

	// Lately is the time that Now reads.
	Lately = quarter + span
)

// Now is what was done lately.
type Now struct {
	// History has one hour, that of the moment, and in it what was done in the
	// last minutes; TopRequests and TopBytes are those of the largest five.
	History *detect.History
	// Ends are when those five minutes end, of requests and of bytes, by entity.
	Ends map[detect.Key][2]time.Time
}

// Now reads the calls of the last quarter of an hour before at, minute by minute:
// five-minute buckets would tell of a burst up to five minutes later.
func (s *Source) Now(ctx context.Context, entity string, at time.Time) (*Now, error) {
	k, err := kindOf(entity)
	if err != nil {
		return nil, err
	}
	from := at.Add(-Lately)
	query := `
SELECT ` + keyColumns + `, endpoint, groupArray(minute), groupArray(calls), groupArray(bytes)
FROM (
    SELECT ` + k.selectKey() + `, ` + endpointName + ` AS endpoint, toUInt32(intDiv(toUnixTimestamp(timestamp) - ?, 60)) AS minute,
        toFloat32(sum(adjusted_count)) AS calls, toFloat32(sum(bytes_out * adjusted_count)) AS bytes
    FROM actions FINAL
    WHERE bucket >= ? AND timestamp >= ? AND timestamp < ? AND live AND NOT dry_run AND environment IN ('production', '') AND connector_id != ''
    GROUP BY ` + keyColumns + `, endpoint, minute
)
GROUP BY ` + keyColumns + `, endpoint
ORDER BY ` + keyColumns + `, endpoint`
	hour := at.Add(-time.Nanosecond).UTC().Truncate(time.Hour)
	r := &Reading{Entity: entity, Start: hour, End: hour.Add(time.Hour)}
	n := &minutes{loader: newLoader(s, r, k), from: from, ends: map[detect.Key][2]time.Time{}}
	err = s.each(bounded(ctx), query, []any{from.Unix(), from.Truncate(span), from, at}, n.endpoint)
	if err != nil {
		return nil, fmt.Errorf("cannot read the last minutes of %ss: %w", name(entity), err)
	}
	n.close()
	return &Now{History: n.history, Ends: n.ends}, nil
}

// minutes adds up the minutes of one entity after those of another.
type minutes struct {
	*loader
	from  time.Time
	calls [int(Lately / time.Minute)]float32
	bytes [int(Lately / time.Minute)]float32
	ends  map[detect.Key][2]time.Time
}

func (n *minutes) endpoint(rows driver.Rows) error {
	var key detect.Key
	var endpoint string
	var at []uint32
	var calls, bytes []float32
	if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &endpoint, &at, &calls, &bytes); err != nil {
		return err
	}
	if held := len(n.history.Entities); held == 0 || n.history.Entities[held-1].Key() != key {
		n.close()
		n.add(key)
	}
	ep := detect.Endpoint{Name: endpoint, Hours: []int32{0}, Calls: []float32{0}, Bytes: []float32{0}}
	for i, minute := range at {
		if int(minute) < len(n.calls) {
			n.calls[minute] += calls[i]
			n.bytes[minute] += bytes[i]
			ep.Calls[0] += calls[i]
			ep.Bytes[0] += bytes[i]
		}
	}
	e := &n.history.Entities[len(n.history.Entities)-1]
	e.Endpoints = append(e.Endpoints, ep)
	return nil
}

// close sums up the entity at hand.
func (n *minutes) close() {
	if len(n.history.Entities) == 0 {
		return
	}
	e := &n.history.Entities[len(n.history.Entities)-1]
	e.First = 0
	e.SumEndpoints()
	calls, callsEnd := largest(n.calls[:])
	bytes, bytesEnd := largest(n.bytes[:])
	e.TopRequests, e.TopBytes = []float32{calls}, []float32{bytes}
	e.Errors = make([]float32, len(e.Hours))
	n.ends[e.Key()] = [2]time.Time{n.from.Add(callsEnd), n.from.Add(bytesEnd)}
	clear(n.calls[:])
	clear(n.bytes[:])
}

// largest is the largest sum of five minutes in a row, and when it ends.
func largest(minutes []float32) (most float32, end time.Duration) {
	const five = int(span / time.Minute)
	sums := make([]float32, len(minutes)-five+1)
	for i := range sums {
		for _, v := range minutes[i : i+five] {
			sums[i] += v
		}
	}
	most = slices.Max(sums)
	return most, time.Duration(slices.Index(sums, most)+five) * time.Minute
}
