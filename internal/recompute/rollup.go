package recompute

import (
	"context"
	"fmt"
	"time"
)

// rollupActions bounds how many actions one step of the rollup reads.
const rollupActions = 200_000

const hour = 3600

// stretch is a range of buckets, both ends included, that ends with an hour.
type stretch struct{ from, to uint32 }

// rollUp recomputes the rollups of all buckets that resolving has touched.
func (r *Resolver) rollUp(ctx context.Context, resolved []item) (buckets int, err error) {
	segments := list(resolved)
	stretches, buckets, err := r.stretches(ctx, segments)
	if err != nil {
		return 0, err
	}
	for _, s := range stretches {
		placeholders := []string{"{segments}", segments, "{from}", dateTime(s.from), "{to}", dateTime(s.to)}
		at, err := r.number(ctx, rollupVersion, placeholders...)
		if err != nil {
			return 0, err
		}
		for _, name := range []string{write5m, zero5m, writeHours} {
			if err := r.exec(ctx, name, append(placeholders, "{version}", at)...); err != nil {
				return 0, err
			}
		}
	}
	return buckets, r.exec(ctx, markDone, "{segments}", segments)
}

// stretches cuts the touched buckets into steps of bounded size.
func (r *Resolver) stretches(ctx context.Context, segments string) ([]stretch, int, error) {
	rows, err := r.conn.Query(ctx, `
SELECT toUnixTimestamp(bucket) AS at, count() AS actions
FROM actions
WHERE bucket IN (SELECT arrayJoin(touched) FROM recompute_queue FINAL WHERE segment_id IN (`+segments+`))
GROUP BY at
ORDER BY at`)
	if err != nil {
		return nil, 0, fmt.Errorf("cannot read the touched buckets: %w", err)
	}
	defer rows.Close()
	var all []stretch
	var sum, buckets int
	for rows.Next() {
		var at uint32
		var actions uint64
		if err := rows.Scan(&at, &actions); err != nil {
			return nil, 0, fmt.Errorf("cannot read a touched bucket: %w", err)
		}
		buckets++
		last := len(all) - 1
		// Only whole hours: the hour's rollup sums its buckets.
		if last < 0 || sum+int(actions) > rollupActions && at/hour != all[last].to/hour {
			all, sum = append(all, stretch{from: at}), 0
			last++
		}
		all[last].to = at
		sum += int(actions)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("cannot read the touched buckets: %w", err)
	}
	return all, buckets, nil
}

func dateTime(unix uint32) string {
	return "toDateTime('" + time.Unix(int64(unix), 0).UTC().Format(time.DateTime) + "', 'UTC')"
}
