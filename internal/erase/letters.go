package erase

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	native "github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship/block"
)

// Files of a segment folder.
const (
	sealedSuffix  = ".seg"
	openSuffix    = ".open"
	journalSuffix = ".split" // beside a letter that was replayed in part
	damagedSuffix = ".damaged"
	idSize        = 16 // of the segment id, which blocks lack
)

// noRows is what of a letter cannot be read row by row.
const noRows = "bytes that are no rows"

// finder searches rows outside the database.
type finder struct{ ids, texts, anywhere *regexp.Regexp }

func newFinder(p patterns) (*finder, error) {
	ids, err := regexp.Compile(p.ids)
	if err != nil {
		return nil, fmt.Errorf("cannot search for the subject: %w", err)
	}
	texts, err := regexp.Compile(p.texts)
	if err != nil {
		return nil, fmt.Errorf("cannot search for the subject: %w", err)
	}
	anywhere, err := regexp.Compile(p.anywhere)
	if err != nil {
		return nil, fmt.Errorf("cannot search for the subject: %w", err)
	}
	return &finder{ids: ids, texts: texts, anywhere: anywhere}, nil
}

// waiting searches the segments of a folder that are not delivered. What a
// collector delivers or writes meanwhile is no error.
func (f *finder) waiting(directory string) ([]FoundLetter, error) {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("cannot list the segments: %w", err)
	}
	all := []FoundLetter{}
	for _, e := range entries {
		if suffix := filepath.Ext(e.Name()); suffix != sealedSuffix && suffix != openSuffix {
			continue
		}
		path := filepath.Join(directory, e.Name())
		rows, err := f.rows(path)
		var damaged *segment.DamagedError
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.As(err, &damaged) {
			return nil, err
		}
		if len(rows) > 0 {
			all = append(all, FoundLetter{Path: path, Rows: rows})
		}
	}
	return all, nil
}

// letters searches the dead letters of a segment folder, their reasons too.
func (f *finder) letters(directory string) ([]FoundLetter, error) {
	letters, err := segment.DeadLetters(directory)
	if err != nil {
		return nil, err
	}
	all := []FoundLetter{}
	for _, l := range letters {
		found, err := f.letter(l)
		if err != nil {
			return nil, err
		}
		if len(found.Rows) > 0 || found.What != "" {
			all = append(all, found)
		}
	}
	return all, nil
}

func (f *finder) letter(l segment.DeadLetter) (FoundLetter, error) {
	found := FoundLetter{Path: l.Path, Rows: map[string]int{}}
	if filepath.Ext(l.Path) == damagedSuffix {
		data, err := os.ReadFile(l.Path)
		if err != nil {
			return found, fmt.Errorf("cannot read a dead letter: %w", err)
		}
		if f.anywhere.Match(data) {
			found.What = noRows
		}
		return found, nil
	}
	rows, err := f.rows(l.Path)
	found.Rows = rows
	var damaged *segment.DamagedError
	switch {
	case errors.As(err, &damaged):
		found.What = noRows // perhaps: they are cut off
	case err != nil:
		return found, err
	}
	if f.inReason(l.Reason) {
		found.What = "the reason"
	}
	journal, err := os.ReadFile(l.Path + journalSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return found, fmt.Errorf("cannot read what was replayed of a dead letter: %w", err)
	}
	if f.texts.Match(journal) {
		found.What = "the journal"
	}
	return found, nil
}

func (f *finder) inReason(r segment.Reason) bool {
	return slices.ContainsFunc(r.Tables, func(t segment.TableReason) bool { return f.texts.MatchString(t.Key) || f.texts.MatchString(t.Message) })
}

// rows counts the subject's rows of a segment file by table.
func (f *finder) rows(path string) (map[string]int, error) {
	counts := map[string]int{}
	_, err := segment.Read(path, func(r segment.Record) error {
		for _, t := range r.Tables {
			held, _, err := f.held(t)
			if err != nil {
				return fmt.Errorf("cannot search %s: %w", path, err)
			}
			if theirs := len(positions(held, true)); theirs > 0 {
				counts[t.Name] += theirs
			}
		}
		return nil
	})
	return counts, err
}

// held says of each row of a segment's table whether it holds the subject. data
// is the block with an empty segment id.
func (f *finder) held(t segment.Table) (held []bool, data []byte, err error) {
	data = slices.Concat(t.Block, make([]byte, t.Rows*idSize))
	decoded := native.NewBlock()
	if err := decoded.Decode(proto.NewReader(bytes.NewReader(data)), 0); err != nil {
		return nil, nil, fmt.Errorf("cannot decode rows of table %s: %w", t.Name, err)
	}
	if decoded.Rows() != t.Rows {
		return nil, nil, fmt.Errorf("cannot decode rows of table %s: there are %d, expected %d", t.Name, decoded.Rows(), t.Rows)
	}
	held = make([]bool, t.Rows)
	for _, c := range decoded.Columns {
		if base, _ := splitType(string(c.Type())); noText.MatchString(base) {
			continue
		}
		pattern := f.texts
		if patternOf(c.Name()) == kindIDs {
			pattern = f.ids
		}
		for row := range held {
			held[row] = held[row] || matches(reflect.ValueOf(c.Row(row, false)), pattern)
		}
	}
	return held, data, nil
}

func positions(held []bool, want bool) []int {
	var at []int
	for i, is := range held {
		if is == want {
			at = append(at, i)
		}
	}
	return at
}

// matches walks maps, lists, tuples and pointers.
func matches(v reflect.Value, pattern *regexp.Regexp) bool {
	switch v.Kind() {
	case reflect.String:
		return pattern.MatchString(v.String())
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && matches(v.Elem(), pattern)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if matches(v.Index(i), pattern) {
				return true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if matches(entries.Key(), pattern) || matches(entries.Value(), pattern) {
				return true
			}
		}
	}
	return false
}

// letterReplayed is of a letter that cannot be cut.
const letterReplayed = "a part of table %s of dead letter %s is stored: replay the letter (weirctl dead-letter replay), or remove it, then erase again"

// letterEvents is of one whose audit events are not chained in the database.
const letterEvents = "dead letter %s has audit events of the subject whose chain is not stored: replay the letter (weirctl dead-letter replay), or remove it, then erase again"

// cutter takes the subject's rows out of dead letters.
type cutter struct {
	*finder
	conn      driver.Conn
	directory string
	// state leaves a signed statement about audit events, by their digests in hex,
	// before they vanish; false when their chain is not known.
	state func(ctx context.Context, letter string, digests []string) (bool, error)
}

// cut rewrites each letter, on disk when it returns; one of which nothing is
// left is removed. left says what could not be cut.
func (c *cutter) cut(ctx context.Context) (left []string, err error) {
	letters, err := segment.DeadLetters(c.directory)
	if err != nil {
		return nil, err
	}
	for _, l := range letters {
		found, err := c.letter(l)
		if err != nil {
			return left, err
		}
		if len(found.Rows) == 0 && found.What == "" {
			continue
		}
		problem, err := c.cutOne(ctx, l)
		if err != nil {
			return left, fmt.Errorf("cannot cut the subject out of dead letter %s: %w", l.Segment, err)
		}
		if problem != "" {
			left = append(left, problem)
		}
	}
	return left, nil
}

func (c *cutter) cutOne(ctx context.Context, l segment.DeadLetter) (problem string, err error) {
	if filepath.Ext(l.Path) == damagedSuffix {
		return "", l.Remove() // no row of it can ever be stored
	}
	rest, err := c.rest(l.Path)
	if err != nil {
		return "", err
	}
	stored, problem, err := c.stored(ctx, l, rest.before)
	if err != nil || problem != "" {
		return problem, err
	}
	if len(rest.digests) > 0 {
		if chained, err := c.state(ctx, l.Segment, rest.digests); err != nil || !chained {
			return fmt.Sprintf(letterEvents, l.Segment), err
		}
	}
	for i := range rest.records {
		rest.records[i].Tables = slices.DeleteFunc(rest.records[i].Tables, func(t segment.Table) bool { return stored[t.Name] })
	}
	records := slices.DeleteFunc(rest.records, func(r segment.Record) bool { return len(r.Tables) == 0 })
	// Its steps are numbers of rows, which change.
	if err := removeJournal(l.Path); err != nil {
		return "", err
	}
	if len(records) == 0 {
		return "", l.Remove()
	}
	return "", segment.WriteLetter(c.directory, rest.header, records, c.clean(l.Reason, rest.after, stored))
}

// rest is what stays of a letter.
type rest struct {
	header        segment.Header
	records       []segment.Record
	before, after map[string]int // rows by table
	digests       []string       // of the audit events that do not stay, hex
}

func (c *cutter) rest(path string) (*rest, error) {
	r := &rest{before: map[string]int{}, after: map[string]int{}}
	header, err := segment.Read(path, func(record segment.Record) error { return r.add(c.finder, record) })
	var damaged *segment.DamagedError
	if err != nil && !errors.As(err, &damaged) { // what is damaged is cut off
		return nil, err
	}
	r.header = header
	return r, nil
}

// add takes the rows of a record over that do not hold the subject. The record
// is valid only during the call.
func (r *rest) add(f *finder, record segment.Record) error {
	kept := segment.Record{Meta: bytes.Clone(record.Meta), Digests: bytes.Clone(record.Digests), Request: record.Request, Audit: record.Audit}
	for _, t := range record.Tables {
		r.before[t.Name] += t.Rows
		held, data, err := f.held(t)
		if err != nil {
			return err
		}
		parsed, _, err := block.Parse(data)
		if err != nil {
			return fmt.Errorf("cannot tell rows of table %s apart: %w", t.Name, err)
		}
		if digest := parsed.Column("digest"); t.Name == audit.TableEvents && digest != nil {
			for _, row := range positions(held, true) {
				r.digests = append(r.digests, digest.Text(row))
			}
		}
		if stay := positions(held, false); len(stay) > 0 {
			r.after[t.Name] += len(stay)
			kept.Tables = append(kept.Tables, segment.Table{Name: t.Name, Rows: len(stay), Block: parsed.AppendWithoutLast(nil, stay)})
		}
	}
	if len(kept.Tables) > 0 {
		r.records = append(r.records, kept)
	}
	return nil
}

// stored says which tables of a letter the database has already: they need not
// be kept. One that it has in part cannot be cut, as no row says which part.
func (c *cutter) stored(ctx context.Context, l segment.DeadLetter, rows map[string]int) (tables map[string]bool, problem string, err error) {
	tables = map[string]bool{}
	for name, n := range rows {
		var there uint64
		if err := c.conn.QueryRow(ctx, "SELECT count() FROM "+quote(name)+" WHERE toString(segment_id) = '"+l.Segment+"'").Scan(&there); err != nil {
			return nil, "", fmt.Errorf("cannot see what of table %s is stored: %w", name, err)
		}
		switch {
		case l.Stored[name] >= n, there >= uint64(n):
			tables[name] = true
		case there > 0 || l.Stored[name] > 0:
			return nil, fmt.Sprintf(letterReplayed, name, l.Segment), nil
		}
	}
	return tables, "", nil
}

// clean takes what names the subject out of a letter's reason.
func (c *cutter) clean(r segment.Reason, rows map[string]int, stored map[string]bool) segment.Reason {
	var tables []segment.TableReason
	for _, t := range r.Tables {
		if stored[t.Table] || rows[t.Table] == 0 {
			continue
		}
		t.Rows, t.First = min(t.Rows, rows[t.Table]), 0
		t.Key = "" // of a row that may be gone
		if c.texts.MatchString(t.Message) {
			t.Message = "(erased)"
		}
		tables = append(tables, t)
	}
	r.Tables, r.Stored = tables, nil
	return r
}

func removeJournal(path string) error {
	if err := os.Remove(path + journalSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the journal of a dead letter: %w", err)
	}
	return nil
}
