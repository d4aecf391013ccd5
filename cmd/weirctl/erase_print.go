package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/erase"
)

func (f *eraseFlags) printFound(out io.Writer, found *erase.Found, segments string) error {
	if *f.output == "json" {
		return cli.JSON(out, found)
	}
	if err := printFoundTable(out, found); err != nil {
		return err
	}
	for _, note := range f.notes(found, segments) {
		fmt.Fprintln(out, note)
	}
	return nil
}

func printFoundTable(out io.Writer, found *erase.Found) error {
	var rows [][]string
	for _, t := range found.Tables {
		rows = append(rows, []string{"table " + t.Table, count(t.Rows), strings.Join(slices.Sorted(maps.Keys(t.Columns)), ", ")})
	}
	for _, l := range found.DeadLetters {
		rows = append(rows, letterRow("dead letter", l))
	}
	for _, l := range found.Waiting {
		rows = append(rows, letterRow("waiting segment", l))
	}
	if len(rows) == 0 {
		return nil
	}
	return cli.Table(out, []string{"WHERE", "ROWS", "COLUMNS"}, rows)
}

func letterRow(kind string, l erase.FoundLetter) []string {
	n := 0
	tables := slices.Sorted(maps.Keys(l.Rows))
	for _, t := range tables {
		n += l.Rows[t]
	}
	if l.What != "" {
		tables = append(tables, l.What)
	}
	return []string{kind + " " + l.Path, strconv.Itoa(n), strings.Join(tables, ", ")}
}

// notes say what the search did not cover, and what is next.
func (f *eraseFlags) notes(found *erase.Found, segments string) (notes []string) {
	for _, t := range found.Tables {
		if t.Kept != "" {
			notes = append(notes, "Table "+t.Table+" keeps a row: "+t.Kept+".")
		}
	}
	if len(found.Waiting) > 0 {
		notes = append(notes, "Rows of waiting segments are stored when they are delivered: erase again then.")
	}
	if f.config == "" {
		notes = append(notes, "Tokens that redaction made were not looked for: name the policy's keys with --config.")
	}
	if segments == "" {
		notes = append(notes, "Dead letters and waiting segments were not looked at: name the collector's folder with --segments.")
	}
	if found.Empty() {
		return append(notes, "Nothing is stored of the subject.")
	}
	return append(notes, "Nothing was changed. Delete it with --yes.")
}

func (f *eraseFlags) printReceipt(out io.Writer, r *erase.Receipt) error {
	if *f.output == "json" {
		return cli.JSON(out, r)
	}
	rows := make([][]string, 0, len(r.Rows))
	for _, table := range slices.Sorted(maps.Keys(r.Rows)) {
		rows = append(rows, []string{table, count(r.Rows[table])})
	}
	if err := cli.Table(out, []string{"ERASED FROM", "ROWS"}, rows); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nreceipt   %s\noperator  %s\nstarted   %s\nfinished  %s\nsubject   %s (keyed hash, key %s)\n",
		r.ID, cli.Plain(r.Operator), r.Started.Format(time.RFC3339), r.Finished.Format(time.RFC3339), strings.Join(r.Subjects, " "), r.KeyID)
	for _, left := range r.Left {
		fmt.Fprintln(out, "LEFT      "+cli.Plain(left))
	}
	return nil
}
