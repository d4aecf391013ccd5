package main

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/segment"
)

// maxReason and maxKey keep a table readable; --output json has all of it.
const (
	maxReason = 80
	maxKey    = 60
)

func printDeadLetters(w io.Writer, letters []segment.DeadLetter) error {
	if len(letters) == 0 {
		_, err := fmt.Fprintln(w, "No dead letters: ClickHouse has taken every row.")
		return err
	}
	return cli.Table(w, []string{"LETTER", "AT", "TABLE", "ROWS", "CODE", "KEY", "REASON"}, deadLetterRows(letters))
}

func deadLetterRows(letters []segment.DeadLetter) [][]string {
	var rows [][]string
	for _, l := range letters {
		at := l.At.UTC().Format(time.RFC3339)
		if l.Damaged != "" {
			rows = append(rows, []string{l.Segment, at, "", "", "", "", l.Damaged})
		}
		for _, t := range l.Tables {
			rows = append(rows, []string{l.Segment, at, t.Table, strconv.Itoa(t.Rows), strconv.Itoa(t.Code), cut(t.Key, maxKey), shorten(t.Message)})
		}
	}
	return rows
}

// preamble is what stands before ClickHouse's own words: the transport, the
// status and the code, which has a column.
var preamble = regexp.MustCompile(`^.*?(?:code: \d+, message|DB::Exception): `)

// shorten is a reason on one line, without what every reason begins with.
func shorten(reason string) string {
	return cut(preamble.ReplaceAllString(strings.Join(strings.Fields(reason), " "), ""), maxReason)
}

func cut(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
