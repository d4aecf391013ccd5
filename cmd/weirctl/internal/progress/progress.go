// Package progress shows how far long work is: one line that is redrawn on a
// terminal, and plain lines, not too many, elsewhere.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

const (
	redrawEvery = 100 * time.Millisecond
	printEvery  = 5 * time.Second
	barWidth    = 24
)

// Line is the display of one piece of work at a time. It is not safe for
// concurrent use.
type Line struct {
	out      io.Writer
	terminal bool
	now      func() time.Time
	every    time.Duration
	label    string
	began    time.Time
	last     time.Time
}

// New writes to out; it redraws when out is a terminal.
func New(out io.Writer) *Line {
	l := &Line{out: out, now: time.Now, every: printEvery}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		l.terminal, l.every = true, redrawEvery
	}
	return l
}

// Begin names the work that starts.
func (l *Line) Begin(label string) {
	l.label, l.began, l.last = label, l.now(), l.now()
	if l.terminal {
		l.draw(label + " …")
	}
}

// Update shows a share of the work (below 0: not known) and a remark.
func (l *Line) Update(share float64, remark string) {
	now := l.now()
	if now.Sub(l.last) < l.every {
		return
	}
	l.last = now
	text := l.label
	if share >= 0 {
		share = min(share, 1)
		filled := int(share * barWidth)
		text += fmt.Sprintf("  %s%s %3.0f%%", strings.Repeat("█", filled), strings.Repeat("░", barWidth-filled), 100*share)
	}
	l.draw(text + "  " + remark)
}

// Done closes the work with its result and the time it took.
func (l *Line) Done(result string) {
	l.finish("✓", result)
}

// Fail closes the work as failed.
func (l *Line) Fail(result string) {
	l.finish("✗", result)
}

func (l *Line) finish(mark, result string) {
	took := l.now().Sub(l.began).Seconds()
	line := fmt.Sprintf("%s %-38s %6.1fs  %s", mark, l.label, took, result)
	if l.terminal {
		fmt.Fprintf(l.out, "\r\x1b[K%s\n", line)
		return
	}
	fmt.Fprintln(l.out, line)
}

func (l *Line) draw(text string) {
	if l.terminal {
		fmt.Fprintf(l.out, "\r\x1b[K  %s", text)
		return
	}
	fmt.Fprintf(l.out, "  %s\n", text)
}

// Count writes a number as people read it: 987, 12.3k, 1.04M.
func Count(n float64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.2fM", n/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.1fk", n/1e3)
	default:
		return fmt.Sprintf("%.0f", n)
	}
}

// Bytes writes a size as people read it.
func Bytes(n float64) string {
	for _, unit := range []string{"B", "KiB", "MiB"} {
		if n < 1024 {
			return fmt.Sprintf("%.3g %s", n, unit)
		}
		n /= 1024
	}
	return fmt.Sprintf("%.3g GiB", n)
}
