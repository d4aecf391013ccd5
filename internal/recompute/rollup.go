package recompute

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
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
	touched := touchedBy(resolved)
	stretches, buckets, err := r.stretches(ctx, touched)
	if err != nil {
		return err
	}
	var beyond atomic.Int64
	err = r.together(ctx, len(stretches), func(ctx context.Context, w *work, i int) error {
		if err := w.makeWork(ctx, rollupTables); err != nil {
			return err
		}
		n, err := w.rollUpStretch(ctx, stretches[i], within(touched, stretches[i]))
		beyond.Add(n)
		return err
	})
	result.Beyond = int(beyond.Load())
	if err != nil {
		return err
	}
	result.Buckets = buckets
	return r.newWork().exec(ctx, []string{markDone}, "{segments}", list(resolved))
}

// within gives those of sorted buckets that lie in a stretch.
func within(buckets []uint32, s stretch) []uint32 {
	from, _ := slices.BinarySearch(buckets, s.from)
	to, ok := slices.BinarySearch(buckets, s.to)
	if ok {
		to++
	}
	return buckets[from:to]
}

func (w *work) rollUpStretch(ctx context.Context, s stretch, touched []uint32) (beyond int64, err error) {
	placeholders := []string{
		"{from}", dateTime(s.from), "{to}", dateTime(s.to), "{touched}", numbers(touched), "{hours}", numbers(hours(touched)),
		"{endpoints}", strconv.Itoa(maxEndpoints), "{environments}", strconv.Itoa(maxEnvironments), "{services}", strconv.Itoa(maxServices),
	}
	if err := w.exec(ctx, []string{fillLive}, placeholders...); err != nil {
		return 0, err
	}
	var at int64
	var replaces bool
	var actions, keys uint64
	if err := w.scan(ctx, rollupVersion, placeholders, &at, &replaces, &actions, &keys); err != nil {
		return 0, err
	}
	placeholders = append(placeholders, "{version}", strconv.FormatInt(at, 10))
	sparse := actions > uint64(w.few) && keys > actions/manyActions
	if err := w.addUp(ctx, sparse, actions, keys, placeholders); err != nil {
		return 0, err
	}
	// The rollups are written by one thread each: coverage has another.
	beside, ctx := errgroup.WithContext(ctx)
	beside.Go(func() error { return w.exec(ctx, when(replaces, writeCoverage, zeroCoverage), placeholders...) })
	beside.Go(func() (err error) {
		beyond, err = w.writeRollups(ctx, sparse, replaces, slices.Clip(placeholders))
		return err
	})
	err = beside.Wait()
	return beyond, err
}

// writeRollups writes what has been added up. beyond is how many endpoints and
// environments are too much for the rollup.
func (w *work) writeRollups(ctx context.Context, sparse, replaces bool, placeholders []string) (beyond int64, err error) {
	if err := w.scan(ctx, countBeyond, placeholders, &beyond); err != nil {
		return 0, err
	}
	if !replaces && beyond == 0 {
		placeholders = append(placeholders, "{fives}", workTable("rollup", w.run))
		beside, ctx := errgroup.WithContext(ctx)
		beside.Go(func() error { return w.exec(ctx, []string{write5m}, placeholders...) })
		beside.Go(func() error { return w.writeHours(ctx, sparse, placeholders) })
		return 0, beside.Wait()
	}
	write := write5m
	if beyond > 0 {
		write = write5mCapped
	}
	if err := w.exec(ctx, when(replaces, write, zero5m), placeholders...); err != nil {
		return 0, err
	}
	// Not all of the hours' buckets are in the work table, as they are to be.
	fives, err := w.fill(partFives, placeholders)
	if err != nil {
		return 0, err
	}
	return beyond, w.writeHours(ctx, sparse, append(placeholders, "{fives}", fives))
}

// when gives a statement, and under a condition the one that follows it.
func when(condition bool, statement, next string) []string {
	if condition {
		return []string{statement, next}
	}
	return []string{statement}
}

// manyActions of a key are worth to be found by a hash of it; where keys have
// fewer, most have one, which is added up by taking it as it is.
const manyActions = 4

const rollupKey = "bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class"

// addUp fills the work table rollup.
func (w *work) addUp(ctx context.Context, sparse bool, actions, keys uint64, placeholders []string) error {
	all, exact := []string{"{repeated}", "1"}, []string{"{key}", rollupKey, "{by}", rollupKey}
	switch {
	case sparse:
		if err := w.makeWork(ctx, []string{"repeated"}); err != nil {
			return err
		}
		repeated := []string{"{repeated}", "bitXor(actor, place) IN " + workTable("repeated", w.run)}
		return w.exec(ctx, []string{fillRepeated, fillRollupOnce, fillRollup}, slices.Concat(placeholders, repeated, exact)...)
	case keys <= actions/manyActions:
		hashed := []string{"{key}", "any(" + strings.ReplaceAll(rollupKey, ", ", "), any(") + ")", "{by}", "actor, place"}
		return w.exec(ctx, []string{fillRollup}, slices.Concat(placeholders, all, hashed)...)
	}
	return w.exec(ctx, []string{fillRollup}, slices.Concat(placeholders, all, exact)...)
}

// writeHours sums the buckets of the hours that have changed.
func (w *work) writeHours(ctx context.Context, sparse bool, placeholders []string) error {
	if !sparse {
		return w.exec(ctx, []string{writeHours}, append(placeholders, "{repeated}", "1")...)
	}
	if err := w.makeWork(ctx, []string{"repeated"}); err != nil {
		return err
	}
	repeated, err := w.fill(partRepeatedHour, nil)
	if err != nil {
		return err
	}
	return w.exec(ctx, []string{repeatedHours, writeHoursOnce, writeHours}, append(placeholders, "{repeated}", repeated)...)
}

// stretches cuts the touched buckets into steps of bounded size.
func (r *Resolver) stretches(ctx context.Context, touched []uint32) ([]stretch, int, error) {
	rows, err := r.conn.Query(ctx, `
SELECT toUnixTimestamp(bucket) AS at, count() AS actions
FROM actions
WHERE bucket IN (`+numbers(touched)+`)
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

// hours gives those that sorted buckets lie in.
func hours(buckets []uint32) []uint32 {
	all := make([]uint32, len(buckets))
	for i, b := range buckets {
		all[i] = b - b%hour
	}
	return slices.Compact(all)
}

func dateTime(unix uint32) string {
	return "toDateTime('" + time.Unix(int64(unix), 0).UTC().Format(time.DateTime) + "', 'UTC')"
}
