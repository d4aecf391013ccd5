package backtest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/history"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/rules"
)

// Backtest replays rules over [From, To).
type Backtest struct {
	Conn    driver.Conn
	Catalog *catalog.Catalog
	Rules   []rules.Rule
	From    time.Time
	To      time.Time
	// Progress is told which rule is replayed and how far it is, 0..1; may be nil.
	Progress func(rule string, share float64)

	connectors uint64
	histories  map[string]*evaluator // by entity
}

// Run replays all rules, in their order. A rule that cannot be evaluated says so
// in its result; an error is one of all of them.
func (b *Backtest) Run(ctx context.Context) ([]Result, error) {
	if !b.From.Before(b.To) {
		return nil, fmt.Errorf("cannot replay from %s to %s: nothing lies between", b.From.Format(time.RFC3339), b.To.Format(time.RFC3339))
	}
	const active = "SELECT uniqExact(tenant_id, connector_id) FROM connector_hours WHERE hour >= ? AND hour < ? AND connector_id != ''"
	if err := b.Conn.QueryRow(ctx, active, b.From, b.To).Scan(&b.connectors); err != nil {
		return nil, fmt.Errorf("cannot count the active connectors: %w", err)
	}
	if err := queryrule.PublishCatalog(ctx, b.Conn, b.Catalog); err != nil {
		return nil, err
	}
	b.histories = map[string]*evaluator{}
	results := make([]Result, 0, len(b.Rules))
	for i := range b.Rules {
		result, err := b.replay(ctx, &b.Rules[i])
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			result = Result{Rule: b.Rules[i].Name, Family: b.Rules[i].Family, Error: err.Error()}
		}
		results = append(results, result)
	}
	return results, nil
}

// days is the length of the stretch.
func (b *Backtest) days() float64 { return b.To.Sub(b.From).Hours() / 24 }

// observer says what a rule observes at a tick.
type observer func(ctx context.Context, tick time.Time) ([]observation, error)

func (b *Backtest) replay(ctx context.Context, rule *rules.Rule) (Result, error) {
	r := Result{Rule: rule.Name, Family: rule.Family, Budget: rule.Budget * float64(b.connectors) / 1000}
	observe := observer(func(ctx context.Context, tick time.Time) ([]observation, error) { return b.query(ctx, rule, tick) })
	if rule.Family != rules.Query {
		e, err := b.history(ctx, rule)
		if err != nil {
			return r, err
		}
		observe = func(_ context.Context, tick time.Time) ([]observation, error) {
			return e.observe(rule.Detect(), tick), nil
		}
	}
	schedule, err := rule.Ticks()
	if err != nil {
		return r, err
	}
	var counts []*episodes
	for _, factor := range Factors {
		counts = append(counts, newEpisodes(factor, rule.FireAfter, rule.Resolve))
	}
	for tick := schedule.Next(b.From); !tick.After(b.To); tick = schedule.Next(tick) {
		if rule.Family != rules.Query && tick.Truncate(time.Hour) != tick { // the history has whole hours
			continue
		}
		if b.Progress != nil {
			b.Progress(rule.Name, float64(tick.Sub(b.From))/float64(b.To.Sub(b.From)))
		}
		observed, err := observe(ctx, tick)
		if err != nil {
			return r, err
		}
		for _, count := range counts {
			count.step(tick, observed)
		}
		r.Windows++
	}
	b.summarise(&r, counts)
	return r, nil
}

func (b *Backtest) summarise(r *Result, counts []*episodes) {
	r.Findings, r.PerDay = counts[0].began, float64(counts[0].began)/b.days()
	for _, count := range counts {
		r.Factors = append(r.Factors, Outcome{Factor: count.factor, Findings: count.began, PerDay: float64(count.began) / b.days()})
	}
	for day := b.From.UTC().Truncate(24 * time.Hour); day.Before(b.To); day = day.Add(24 * time.Hour) {
		name := day.Format(time.DateOnly)
		r.Days = append(r.Days, Day{Day: name, Findings: counts[0].perDay[name]})
	}
}

// query evaluates a query rule. Where nothing is expected there is no degree of
// it: such a row stays at any threshold.
func (b *Backtest) query(ctx context.Context, rule *rules.Rule, tick time.Time) ([]observation, error) {
	rows, err := queryrule.Evaluate(ctx, b.Conn, rule, queryrule.WindowAt(rule, tick), b.Catalog.Revision)
	if err != nil {
		return nil, err
	}
	observed := make([]observation, len(rows))
	for i := range rows {
		key := rows[i].Key()
		observed[i] = observation{key: strings.Join(key[:], "\x00"), strength: rows[i].Strength()}
		if rows[i].Expected <= 0 {
			observed[i].strength = math.Inf(1)
		}
	}
	return observed, nil
}

// evaluator evaluates the statistical rules of one kind of entity.
type evaluator struct {
	*detect.Evaluator
	history *detect.History
}

// history reads, once for each kind of entity, what all statistical rules of it
// need.
func (b *Backtest) history(ctx context.Context, rule *rules.Rule) (*evaluator, error) {
	if e := b.histories[rule.Entity]; e != nil {
		return e, nil
	}
	reading := history.Reading{Entity: rule.Entity, End: b.To.UTC().Truncate(time.Hour), Before: true, Tops: true}
	reach := time.Duration(0)
	for i := range b.Rules {
		if other := &b.Rules[i]; other.Entity == rule.Entity && other.Family != rules.Query {
			reach = max(reach, time.Duration(other.Lookback)+time.Duration(other.Window))
			reading.Measures = append(reading.Measures, other.Measure)
		}
	}
	reading.Start = b.From.Add(-reach - (detect.ReplayDays+1)*24*time.Hour).UTC().Truncate(24 * time.Hour)
	source := &history.Source{Conn: b.Conn, Catalog: b.Catalog}
	h, err := source.Load(ctx, reading)
	if err != nil {
		return nil, err
	}
	b.histories[rule.Entity] = &evaluator{detect.NewEvaluator(h, nil), h}
	return b.histories[rule.Entity], nil
}

func (e *evaluator) observe(rule *detect.Rule, tick time.Time) []observation {
	at := int(tick.Sub(e.history.Start) / time.Hour)
	var observed []observation
	for _, c := range e.Evaluate(rule, at) {
		observed = append(observed, observation{key: fmt.Sprint(e.history.Entities[c.Entity].Key()), strength: c.Strength})
	}
	return observed
}
