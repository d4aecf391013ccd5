// Package profiles keeps what is usual for a fleet from day to day, so that
// nothing reads weeks of history every hour.
//
// A model is what was known at the start of a UTC day. It is built once a day,
// part of the fleet by part, from the rollups and from the model of an earlier
// day, whose replay need not be repeated; and it is stored, so that a restart or
// another collector goes on with it:
//
//	model of an earlier day ─┐
//	rollups, part by part ───┴─► detect.Builder ─► baseline_profiles, baseline_models
package profiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/history"
)

const (
	// What is read at a time: of hours, and of 5-minute buckets, which cost a pass
	// over the table each time.
	partEntities, partRows   = 1000, 150_000
	blockEntities, blockRows = 40_000, 12_000_000
	// surveyed entities are enough to know a fleet by.
	surveyed = 5000
	// rowsPerInsert bounds what an insert holds in memory.
	rowsPerInsert = 5_000
	// reach is how old a model may be to go on from, as long as a row lives.
	reach = 10 * 24 * time.Hour
)

// Wanted is the model that is asked for.
type Wanted struct {
	Entity   string // of the rules
	Rules    []*detect.Rule
	Measures []string
	Revision string // of whatever a model depends on but the data
	Day      time.Time
	Options  detect.Options
	Prepare  func() error // called before it is built
}

// Store keeps the models of one database. It is not safe for concurrent use.
type Store struct {
	Conn    driver.Conn
	Version func() uint64 // grows from write to write, over all collectors
	Now     func() time.Time
	Logger  *zap.Logger

	kept map[string]kept // by entity: the last one
}

type kept struct {
	revision string
	model    *detect.Model
}

// Model returns a stored model, or builds it.
func (s *Store) Model(ctx context.Context, source *history.Source, w Wanted) (*detect.Model, error) {
	last := s.kept[w.Entity]
	if last.model != nil && last.model.Day.Equal(w.Day) && last.revision == w.Revision {
		return last.model, nil
	}
	model, err := s.load(ctx, w, w.Day, true)
	if err != nil {
		return nil, err
	}
	if model == nil {
		if model, err = s.build(ctx, source, w, last.model); err != nil {
			return nil, err
		}
	}
	if s.kept == nil {
		s.kept = map[string]kept{}
	}
	s.kept[w.Entity] = kept{w.Revision, model}
	return model, nil
}

// Newest is the model in memory, if it is wanted's or of the day before; else nil.
func (s *Store) Newest(w Wanted) *detect.Model {
	last := s.kept[w.Entity]
	if last.model == nil || last.revision != w.Revision || last.model.Day.After(w.Day) || w.Day.Sub(last.model.Day) > 24*time.Hour {
		return nil
	}
	return last.model
}

// Forget drops what is kept in memory: another collector may have gone on.
func (s *Store) Forget() { s.kept = nil }

// build makes the model of a day from an earlier one; before may be nil, or of
// any day.
func (s *Store) build(ctx context.Context, source *history.Source, w Wanted, before *detect.Model) (*detect.Model, error) {
	began := s.Now()
	if err := w.Prepare(); err != nil {
		return nil, err
	}
	if before == nil || !before.Day.Before(w.Day) {
		var err error
		if before, err = s.before(ctx, w); err != nil {
			return nil, err
		}
	}
	delete(s.kept, w.Entity) // it is used up
	b := detect.NewBuilder(w.Rules, w.Day, before, w.Options)
	b.TakeOver()
	reading := history.Reading{Entity: w.Entity, Start: b.From(), End: w.Day, Before: before == nil, Tops: true, Measures: w.Measures}
	blocks, err := source.Blocks(ctx, w.Entity, reading.Start, reading.End,
		history.Size{Entities: blockEntities, Rows: blockRows}, history.Size{Entities: partEntities, Rows: partRows})
	if err != nil {
		return nil, err
	}
	if before == nil {
		if err := survey(ctx, source, b, reading, blocks); err != nil {
			return nil, err
		}
	}
	entities, err := add(ctx, source, b, reading, blocks)
	if err != nil {
		return nil, err
	}
	model, err := settled(w, b.Model())
	if err != nil {
		return nil, err
	}
	took := s.Now().Sub(began)
	if err := s.save(ctx, w, model, took); err != nil {
		return nil, err
	}
	s.Logger.Info("built the profiles of a day", zap.String("entity", w.Entity), zap.Time("day", w.Day), zap.Int("entities", entities),
		zap.Bool("from_an_earlier_day", before != nil), zap.Duration("took", took))
	return model, nil
}

// add hands the parts over, one to each processor at a time, while the engine
// reads the next.
func add(ctx context.Context, source *history.Source, b *detect.Builder, reading history.Reading, blocks []history.Block) (entities int, err error) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	err = each(ctx, source, reading, blocks, func(chunk *detect.History) bool {
		entities += len(chunk.Entities)
		group.Go(func() error {
			b.Add(chunk)
			return nil
		})
		return true
	})
	return entities, errors.Join(err, group.Wait())
}

// each reads part after part until one is enough.
func each(ctx context.Context, source *history.Source, reading history.Reading, blocks []history.Block, more func(*detect.History) bool) error {
	var sweep history.Sweep
	for _, block := range blocks {
		reading.Part, reading.Known = block.Part, nil // of the block before
		var err error
		if reading.Known, err = source.Tops(ctx, reading); err != nil {
			return err
		}
		for _, part := range block.Parts {
			reading.Part = part
			chunk, err := source.Load(ctx, reading)
			if err != nil {
				return err
			}
			sweep.After(chunk)
			if !more(chunk) {
				return nil
			}
		}
	}
	return nil
}

// settled passes what is known of the fleet through the form in which it is stored,
// which rounds: it must not matter whether a collector was restarted since. Profiles
// are held in that form.
func settled(w Wanted, built *detect.Model) (*detect.Model, error) {
	encoded, err := json.Marshal(built.Fleets())
	if err != nil {
		return nil, fmt.Errorf("cannot encode a baseline model: %w", err)
	}
	var fleets []*detect.Fleet
	if err := json.Unmarshal(encoded, &fleets); err != nil {
		return nil, fmt.Errorf("cannot encode a baseline model: %w", err)
	}
	return built.Rebase(w.Rules, fleets), nil
}

// survey takes a first look at enough of the fleet.
func survey(ctx context.Context, source *history.Source, b *detect.Builder, reading history.Reading, blocks []history.Block) error {
	seen := 0
	return each(ctx, source, reading, blocks, func(chunk *detect.History) bool {
		b.Survey(chunk)
		seen += len(chunk.Entities)
		return seen < surveyed
	})
}

// before is the newest stored model of an earlier day; nil if there is none.
func (s *Store) before(ctx context.Context, w Wanted) (*detect.Model, error) {
	var day time.Time
	const query = "SELECT max(day) FROM baseline_models WHERE entity = ? AND day < ? AND day >= ?"
	if err := s.Conn.QueryRow(ctx, query, w.Entity, date(w.Day), date(w.Day.Add(-reach))).Scan(&day); err != nil {
		return nil, fmt.Errorf("cannot look for an earlier baseline model: %w", err)
	}
	if day.Unix() <= 0 {
		return nil, nil
	}
	return s.load(ctx, w, day.UTC(), false)
}

// load reads a stored model; nil if there is none, or if it is of another format.
// An earlier day's may be of another revision: what it knows of rules that are
// gone, or have changed, is left alone.
func (s *Store) load(ctx context.Context, w Wanted, day time.Time, exact bool) (*detect.Model, error) {
	query := "SELECT fleets, profiles, version FROM baseline_models FINAL WHERE entity = ? AND day = ? AND (revision = ? OR NOT ?) ORDER BY version DESC LIMIT 1"
	rows, err := s.Conn.Query(ctx, query, w.Entity, date(day), w.Revision, exact)
	if err != nil {
		return nil, fmt.Errorf("cannot read a baseline model: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	var encoded string
	var profiles, version uint64
	found := false
	for rows.Next() {
		found = true
		if err := rows.Scan(&encoded, &profiles, &version); err != nil {
			return nil, fmt.Errorf("cannot read a baseline model: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read a baseline model: %w", err)
	}
	if !found {
		return nil, nil
	}
	var fleets []*detect.Fleet
	if err := json.Unmarshal([]byte(encoded), &fleets); err != nil {
		s.Logger.Warn("a stored baseline model is of another format; it is built anew", zap.Error(err))
		return nil, nil
	}
	model := detect.NewModel(w.Rules, day, fleets, w.Options)
	n, err := s.loadProfiles(ctx, model, day, version)
	if err != nil || n != profiles {
		return nil, err
	}
	return model, nil
}

func (s *Store) loadProfiles(ctx context.Context, model *detect.Model, day time.Time, version uint64) (n uint64, err error) {
	const query = "SELECT tenant_id, connector_id, user_id, endpoint, profile FROM baseline_profiles WHERE day = ? AND version = ?"
	rows, err := s.Conn.Query(ctx, query, date(day), version)
	if err != nil {
		return 0, fmt.Errorf("cannot read baseline profiles: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	for rows.Next() {
		var key detect.Key
		var encoded []byte
		if err := rows.Scan(&key.Tenant, &key.ID, &key.User, &key.Endpoint, &encoded); err != nil {
			return n, fmt.Errorf("cannot read baseline profiles: %w", err)
		}
		if err := model.PutEncoded(key, slices.Clip(encoded)); err != nil {
			s.Logger.Info("the stored baseline profiles are built anew", zap.Error(err))
			return 0, nil
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("cannot read baseline profiles: %w", err)
	}
	return n, nil
}

// save writes the profiles, and then the row that says they are all there.
func (s *Store) save(ctx context.Context, w Wanted, model *detect.Model, took time.Duration) error {
	version := s.Version()
	in := inserter{ctx: ctx, conn: s.Conn, day: date(w.Day), version: version}
	defer in.close()
	model.EachEncoded(in.add)
	if err := in.flush(); err != nil {
		return fmt.Errorf("cannot write baseline profiles: %w", err)
	}
	fleets, err := json.Marshal(model.Fleets())
	if err != nil {
		return fmt.Errorf("cannot write a baseline model: %w", err)
	}
	err = s.Conn.Exec(ctx, "INSERT INTO baseline_models (day, entity, revision, fleets, profiles, seconds, version) VALUES (?, ?, ?, ?, ?, ?, ?)",
		date(w.Day), w.Entity, w.Revision, string(fleets), in.rows, took.Seconds(), version)
	if err != nil {
		return fmt.Errorf("cannot write a baseline model: %w", err)
	}
	return nil
}

// inserter writes profiles some thousand at a time.
type inserter struct {
	ctx     context.Context //nolint:containedctx // of one save
	conn    driver.Conn
	day     string
	version uint64
	batch   driver.Batch
	rows    uint64
	err     error
}

func (in *inserter) add(key detect.Key, profile []byte) {
	if in.err != nil {
		return
	}
	if in.batch == nil {
		ctx := clickhouse.Context(in.ctx, clickhouse.WithSettings(clickhouse.Settings{
			"insert_deduplication_token": "profiles-" + strconv.FormatUint(in.version, 10) + "-" + strconv.FormatUint(in.rows, 10),
		}))
		in.batch, in.err = in.conn.PrepareBatch(ctx, "INSERT INTO baseline_profiles (day, version, tenant_id, connector_id, user_id, endpoint, profile)")
		if in.err != nil {
			in.batch = nil
			return
		}
	}
	in.err = in.batch.Append(in.day, in.version, key.Tenant, key.ID, key.User, key.Endpoint, profile)
	in.rows++
	if in.rows%rowsPerInsert == 0 {
		in.err = in.flush()
	}
}

func (in *inserter) flush() error {
	if in.err != nil || in.batch == nil {
		return in.err
	}
	err := in.batch.Send()
	in.batch = nil
	return err
}

func (in *inserter) close() {
	if in.batch != nil {
		_ = in.batch.Close()
	}
}

func date(day time.Time) string { return day.UTC().Format(time.DateOnly) }
