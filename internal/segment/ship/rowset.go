package ship

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship/block"
)

// rowSet is a segment's rows for one table, so that some of them can be taken
// out. Rows are numbered in the order of the file, which never changes.
type rowSet struct {
	blocks []*block.Block
	starts []int // number of each block's first row
	rows   int
}

func readRows(r *segment.Reader, table string) (*rowSet, error) {
	set := &rowSet{}
	for i := range r.Blocks(table) {
		body, _ := r.Part(table, i, i+1)
		data, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		for len(data) > 0 {
			var parsed *block.Block
			if parsed, data, err = block.Parse(data); err != nil {
				return nil, fmt.Errorf("cannot tell the rows of table %s apart: %w", table, err)
			}
			set.blocks = append(set.blocks, parsed)
			set.starts = append(set.starts, set.rows)
			set.rows += parsed.Rows()
		}
	}
	return set, nil
}

// group is the rows of one day and, where a table is also partitioned by other
// columns, of one value of each: what is in one partition, and so is stored
// whole or not at all.
type group struct {
	key  string // the values, joined by groupSeparator
	rows []int
}

const groupSeparator = "\x00"

// groups are in the order of their first rows.
func (s *rowSet) groups(partitionedBy []string) []group {
	var all []group
	place := map[string]int{}
	s.each(func(row int, b *block.Block, at int) {
		key := partition(b, at, partitionedBy)
		i, ok := place[key]
		if !ok {
			i = len(all)
			place[key] = i
			all = append(all, group{key: key})
		}
		all[i].rows = append(all[i].rows, row)
	})
	return all
}

func (s *rowSet) each(visit func(row int, b *block.Block, at int)) {
	for i, b := range s.blocks {
		for at := range b.Rows() {
			visit(s.starts[i]+at, b, at)
		}
	}
}

func partition(b *block.Block, at int, columns []string) string {
	parts := make([]string, 0, len(columns))
	for _, name := range columns {
		c := b.Column(name)
		if c == nil {
			parts = append(parts, "") // the column's default, the same for all
			continue
		}
		day, ok := c.Day(at)
		if !ok {
			day = c.Text(at)
		}
		parts = append(parts, day)
	}
	return strings.Join(parts, groupSeparator)
}

// days are the first and the last day of a column of times; ok is false for
// other columns.
func (s *rowSet) days(column string) (first, last string, ok bool) {
	s.each(func(_ int, b *block.Block, at int) {
		c := b.Column(column)
		if c == nil {
			return
		}
		day, isTime := c.Day(at)
		if !isTime {
			return
		}
		if !ok || day < first {
			first = day
		}
		if day > last {
			last = day
		}
		ok = true
	})
	return first, last, ok
}

// encode makes blocks of some rows, which must be sorted.
func (s *rowSet) encode(rows []int, appendRows func(b *block.Block, dst []byte, rows []int) []byte) [][]byte {
	var encoded [][]byte
	for len(rows) > 0 {
		i := s.blockOf(rows[0])
		end := s.starts[i] + s.blocks[i].Rows()
		n, _ := slices.BinarySearch(rows, end)
		within := make([]int, n)
		for j, row := range rows[:n] {
			within[j] = row - s.starts[i]
		}
		encoded = append(encoded, appendRows(s.blocks[i], nil, within))
		rows = rows[n:]
	}
	return encoded
}

// body is some rows as an INSERT takes them.
func (s *rowSet) body(rows []int) io.Reader {
	return bytes.NewReader(slices.Concat(s.encode(rows, (*block.Block).Append)...))
}

// records are some rows as a segment holds them.
func (s *rowSet) records(table string, rows []int) []segment.Record {
	var records []segment.Record
	counts := s.encode(rows, func(_ *block.Block, _ []byte, within []int) []byte { return make([]byte, len(within)) })
	for i, data := range s.encode(rows, (*block.Block).AppendWithoutLast) {
		records = append(records, segment.Record{Tables: []segment.Table{{Name: table, Rows: len(counts[i]), Block: data}}})
	}
	return records
}

func (s *rowSet) blockOf(row int) int {
	i, found := slices.BinarySearch(s.starts, row)
	if !found {
		i--
	}
	return i
}

// describe is a row's values of the given columns, e.g.
// "tenant_id=acme timestamp=2026-01-02 03:04:05".
func (s *rowSet) describe(row int, columns []string) string {
	i := s.blockOf(row)
	var parts []string
	for _, name := range columns {
		if c := s.blocks[i].Column(name); c != nil {
			parts = append(parts, name+"="+c.Text(row-s.starts[i]))
		}
	}
	return strings.Join(parts, " ")
}

// dayAfter is the day after 2006-01-02.
func dayAfter(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.AddDate(0, 0, 1).Format(time.DateOnly)
}
