// Package cli holds what weirctl's commands share: exit codes and output.
package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

var (
	// ErrUsage marks wrong flags or arguments: exit code 2.
	ErrUsage = errors.New("wrong usage")
	// ErrFound marks a command that worked and found something, or whose check
	// failed; it has already printed what: exit code 1, nothing more printed.
	ErrFound = errors.New("found")
)

// Usagef returns an ErrUsage with a message.
func Usagef(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrUsage}, args...)...)
}

// JSON writes v as indented JSON.
func JSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// Table writes rows under a header, aligned for people. Characters that would
// steer a terminal or break a row are shown as escapes: much of what is printed
// was written by whoever sent the telemetry.
func Table(w io.Writer, header []string, rows [][]string) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	writeRow(tw, header)
	for _, row := range rows {
		writeRow(tw, row)
	}
	return tw.Flush()
}

func writeRow(w io.Writer, cells []string) {
	for i, cell := range cells {
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, Plain(cell))
	}
	fmt.Fprintln(w)
}

// Plain returns text with its control and formatting characters as escapes,
// e.g. ESC as \x1b.
func Plain(text string) string {
	if !strings.ContainsFunc(text, steers) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if steers(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// steers says whether r moves a cursor, starts an escape sequence, or turns
// the direction of writing.
func steers(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
