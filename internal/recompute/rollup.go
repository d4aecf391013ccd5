package recompute

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// rollupActions bounds how many actions one step of the rollup reads, where an
// hour has fewer: what they are added up in should stay in the processor's cache.
const rollupActions = 200_000

const hour = 3600

// Caps of what one bucket of a rollup holds, so that a scanner that invents
// paths, or a sender that invents names, cannot fill it. What is beyond, by
// actions and then by name, is added up under '{other}'.
const (
	maxEndpoints    = 200 // of a connector
	maxEnvironments = 20  // of a connector
	maxServices     = 200 // of a tenant, in its coverage
)

// stretch is a range of buckets, both ends included, that ends with an hour.
type stretch struct{ from, to uint32 }

// rollUp recomputes the rollups of all buckets that resolving has touched.
func (r *Resolver) rollUp(ctx context.Context, resolved []item, result *Result) error {
	segments := list(resolved)
	if err := r.exec(ctx, []string{fillTouched}, "{segments}", segments); err != nil {
		return err
	}
	stretches, buckets, err := r.stretches(ctx)
	if err != nil {
		return err
	}
	for i, s := range stretches {
		if i > 0 {
			if err := r.emptyWork(ctx, []string{"live", "rollup"}); err != nil {
				return err
			}
		}
		if err := r.rollUpStretch(ctx, s, result); err != nil {
			return err
		}
	}
	result.Buckets = buckets
	return r.exec(ctx, []string{markDone}, "{segments}", segments)
}

func (r *Resolver) rollUpStretch(ctx context.Context, s stretch, result *Result) error {
	placeholders := []string{
		"{from}", dateTime(s.from), "{to}", dateTime(s.to),
		"{endpoints}", strconv.Itoa(maxEndpoints), "{environments}", strconv.Itoa(maxEnvironments), "{services}", strconv.Itoa(maxServices),
	}
	var at int64
	var replaces bool
	if err := r.scan(ctx, rollupVersion, placeholders, &at, &replaces); err != nil {
		return err
	}
	placeholders = append(placeholders, "{version}", strconv.FormatInt(at, 10))
	if err := r.exec(ctx, []string{fillLive, fillRollup}, placeholders...); err != nil {
		return err
	}
	var beyond int64
	if err := r.scan(ctx, countBeyond, placeholders, &beyond); err != nil {
		return err
	}
	result.Beyond += int(beyond)
	fives := workTable("rollup", r.run)
	if replaces || beyond > 0 {
		// Not all of the hours' buckets are there, as they are to be.
		var err error
		if fives, err = r.fill(partFives, placeholders); err != nil {
			return err
		}
	}
	write := write5m
	if beyond > 0 {
		write = write5mCapped
	}
	statements := []string{write, writeCoverage}
	if replaces {
		statements = append(statements, zero5m, zeroCoverage)
	}
	return r.exec(ctx, append(statements, writeHours), append(placeholders, "{fives}", fives)...)
}

// stretches cuts the touched buckets into steps of bounded size.
func (r *Resolver) stretches(ctx context.Context) ([]stretch, int, error) {
	rows, err := r.conn.Query(ctx, `
SELECT toUnixTimestamp(bucket) AS at, count() AS actions
FROM actions
WHERE bucket IN (SELECT bucket FROM `+workTable("touched", r.run)+`)
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
