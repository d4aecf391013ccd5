package explain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
)

// summary is the finding in words, for example: crm-sync read 1.2 GB between
// 02:00 and 03:00 on Tue 3 Mar (Europe/Berlin, 01:00 to 02:00 UTC); it usually
// reads 3–40 MB then (28 days). 97% went to GET /contacts/export, first seen today.
func (c *Case) summary(f *finding.Finding, parts []detect.Contribution) string {
	what := f.ConnectorID
	if what == "" {
		what = "An unattributed connector"
	}
	when := window(f.WindowStart, f.WindowEnd, c.entity().Calendar.Location)
	switch c.Rule.Family {
	case detect.Hours:
		return fmt.Sprintf("%s made %s %s; in %s it was hardly ever active then.%s",
			what, requests(f.Observed), when, days(f.BaselineDays), share(f, parts))
	case detect.Endpoints:
		return fmt.Sprintf("%s called %s for the first time%s %s; in %s it took up %s.",
			what, list(parts), calls(parts), when, days(f.BaselineDays), rate(c.Candidate))
	}
	verb, usual := "made "+requests(f.Observed), "makes "+span(f, number)
	if f.Measure == detect.BytesOut {
		verb, usual = "read "+bytesOf(f.Observed), "reads "+span(f, bytesOf)
	}
	then := "then"
	if f.WindowEnd.Sub(f.WindowStart) > time.Hour {
		then = "in that time"
	}
	return fmt.Sprintf("%s %s %s; it usually %s %s (%s).%s", what, verb, when, usual, then, days(f.BaselineDays), share(f, parts))
}

// window is "between 02:00 and 03:00 on Tue 3 Mar (Europe/Berlin, 01:00 to 02:00 UTC)".
func window(start, end time.Time, loc *time.Location) string {
	from, to := start.In(loc), end.In(loc)
	day := from.Format("Mon 2 Jan")
	text := fmt.Sprintf("between %s and %s on %s", from.Format("15:04"), to.Format("15:04"), day)
	if end.Sub(start) > 6*time.Hour {
		text = fmt.Sprintf("between %s %s and %s %s", day, from.Format("15:04"), to.Format("Mon 2 Jan"), to.Format("15:04"))
	}
	if loc == time.UTC || loc.String() == "UTC" {
		return text + " (UTC)"
	}
	return fmt.Sprintf("%s (%s, %s to %s UTC)", text, loc, start.UTC().Format("15:04"), end.UTC().Format("15:04"))
}

// share is " 97% went to GET /contacts/export, first seen today."
func share(f *finding.Finding, parts []detect.Contribution) string {
	if len(parts) == 0 || f.Observed <= 0 || parts[0].Observed < 0.3*f.Observed {
		return ""
	}
	text := fmt.Sprintf(" %.0f%% went to %s", math.Min(100, 100*parts[0].Observed/f.Observed), parts[0].Endpoint)
	if parts[0].New {
		text += ", first seen then"
	}
	return text + "."
}

// list is "GET /a" or "GET /a, GET /b and 2 others".
func list(parts []detect.Contribution) string {
	names := make([]string, 0, 2)
	for _, p := range parts[:min(2, len(parts))] {
		names = append(names, p.Endpoint)
	}
	if more := len(parts) - len(names); more > 0 {
		return strings.Join(names, ", ") + " and " + plural(float64(more), "other")
	}
	return strings.Join(names, " and ")
}

func calls(parts []detect.Contribution) string {
	total := 0.0
	for _, p := range parts {
		total += p.Observed
	}
	return " (" + plural(total, "call") + ")"
}

// rate says how often the connector takes up endpoints.
func rate(c detect.Candidate) string {
	expected := c.Expected * c.Days
	if expected < 0.5 {
		return "no other new endpoint"
	}
	return "about " + plural(math.Round(expected), "other new endpoint")
}

// span is the usual range, "3–40 MB", or "about 20" where it is narrow.
func span(f *finding.Finding, format func(float64) string) string {
	low, high := format(f.Lower), format(f.Upper)
	if f.Upper <= 0 {
		return "next to nothing"
	}
	if low == high {
		return high
	}
	lowNumber, lowUnit, _ := strings.Cut(low, " ")
	if _, highUnit, _ := strings.Cut(high, " "); lowUnit == highUnit {
		low = lowNumber
	}
	return low + "–" + high
}

func days(n float64) string { return plural(math.Floor(n), "day") }

func requests(n float64) string { return plural(n, "request") }

func plural(n float64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// number has digits grouped by commas.
func number(n float64) string {
	s := strconv.FormatInt(int64(math.Round(n)), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// bytesOf is "1.2 GB", in powers of 1000.
func bytesOf(n float64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB", "PB"}
	i := 0
	for n >= 999.5 && i < len(units)-1 {
		n /= 1000
		i++
	}
	if i > 0 && n < 9.95 {
		return fmt.Sprintf("%.1f %s", n, units[i])
	}
	return fmt.Sprintf("%.0f %s", n, units[i])
}

// round keeps 6 digits: more would be noise in texts and tables.
func round(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(x))))
	if math.IsInf(scale, 0) || scale == 0 {
		return x
	}
	return math.Round(x*scale) / scale
}

// probability is e^logP, no smaller than can be written down.
func probability(logP float64) float64 { return max(round(math.Exp(logP)), 1e-300) }
