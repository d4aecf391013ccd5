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
	who := c.who()
	when := window(f.WindowStart, f.WindowEnd, c.entity().Calendar.Location)
	switch {
	case c.Candidate.Direction == detect.Down:
		return c.silence(f, who, when)
	case c.Rule.Family == detect.Hours:
		return fmt.Sprintf("%s made %s %s; in %s it was hardly ever active then.%s",
			who, requests(f.Observed), when, days(f.BaselineDays), share(f, parts))
	case c.Rule.Family == detect.Swap:
		return fmt.Sprintf("%s behaved less like itself than like %s %s: it called other endpoints, at other hours, than in %s before. Somebody else may use its credential.",
			who, c.Candidate.Like, when, days(f.BaselineDays))
	case c.Rule.Family == detect.Endpoints:
		return c.endpoints(f, parts, who, when)
	case c.Rule.Detect().Grows():
		return fmt.Sprintf("%s made %s %s, %.1f times as many as in the week five weeks before (%s), and rose from week to week.%s",
			who, requests(f.Observed), when, f.Observed/max(f.Expected, 1), number(f.Expected), share(f, parts))
	}
	verb, usual := c.amount(f)
	if n := c.Candidate.Peers; n > 0 {
		return fmt.Sprintf("%s %s %s; it has no past of its own, and a connector like it usually %s in its busiest hour (%s).%s",
			who, verb, when, usual, plural(float64(n), "peer"), share(f, parts))
	}
	then := "then"
	if f.WindowEnd.Sub(f.WindowStart) > time.Hour {
		then = "in that time"
	}
	return fmt.Sprintf("%s %s %s; it usually %s %s (%s).%s", who, verb, when, usual, then, days(f.BaselineDays), share(f, parts))
}

// who is the connector, or the user, credential or tenant.
func (c *Case) who() string {
	e := c.entity()
	switch {
	case e.User != "":
		return e.User
	case e.ID != "" && e.Endpoint != "":
		return e.ID + " on " + e.Endpoint
	case e.ID != "":
		return e.ID
	case e.Tenant != "":
		return "Tenant " + e.Tenant
	}
	return "An unattributed connector"
}

// amount says what was observed and what is usual of a volume measure.
func (c *Case) amount(f *finding.Finding) (observed, usual string) {
	format, did, does := number, "made", "makes"
	unit := " " + strings.ReplaceAll(f.Measure, "_", " ")
	switch f.Measure {
	case detect.Requests:
		return "made " + requests(f.Observed), "makes " + span(f, number)
	case detect.BytesOut:
		format, did, does, unit = bytesOf, "read", "reads", ""
	case detect.BytesIn:
		format, did, does, unit = bytesOf, "wrote", "writes", ""
	case detect.ErrorRate:
		format, did, does, unit = percent, "failed in", "fails in", " of its calls"
	case detect.Errors:
		did, does = "had", "has"
	case detect.Cost:
		format, did, does, unit = decimal, "cost", "costs", ""
	case detect.Users:
		did, does, unit = "was used by", "is by", " users"
	case detect.Latency:
		format, did, does, unit = seconds, "took", "takes", " in 95 of 100 calls"
	}
	return did + " " + format(f.Observed) + unit, does + " " + span(f, format)
}

// silence is "crm-sync fell silent: it made no request between …".
func (c *Case) silence(f *finding.Finding, who, when string) string {
	what := "fell silent: it made no request"
	if f.Observed >= 1 {
		what = "made only " + requests(f.Observed)
	}
	return fmt.Sprintf("%s %s %s; it usually makes %s then (%s).", who, what, when, span(f, number), days(f.BaselineDays))
}

// endpoints says which endpoints are unusual, and how.
func (c *Case) endpoints(f *finding.Finding, parts []detect.Contribution, who, when string) string {
	switch c.Rule.Measure {
	case detect.RareEndpoints:
		return fmt.Sprintf("%s called %s%s %s, which it, and others like it, hardly ever call (%s).", who, list(parts), calls(parts), when, days(f.BaselineDays))
	case detect.UnlistedEndpoints:
		return fmt.Sprintf("%s called %s%s %s, which the catalog does not allow it.", who, list(parts), calls(parts), when)
	case detect.Enumeration:
		return fmt.Sprintf("%s went through %s of %s %s; the most that is usual is %s (%s).", who, plural(f.Observed, "id"), list(parts), when, number(f.Upper), days(f.BaselineDays))
	case detect.EndpointMix:
		return fmt.Sprintf("%s divided its calls differently %s: %s of them went elsewhere than usual (%s).%s", who, when, percent(f.Observed), days(f.BaselineDays), moved(parts))
	}
	return fmt.Sprintf("%s called %s for the first time%s %s; in %s it took up %s.", who, list(parts), calls(parts), when, days(f.BaselineDays), rate(c.Candidate))
}

// moved is " GET /a had 40 calls (usually 5), GET /b 2 (usually 30)."
func moved(parts []detect.Contribution) string {
	if len(parts) == 0 {
		return ""
	}
	texts := make([]string, 0, 2)
	for _, p := range parts[:min(2, len(parts))] {
		texts = append(texts, fmt.Sprintf("%s had %s (usually %s)", p.Endpoint, plural(p.Observed, "call"), number(p.Expected)))
	}
	return " " + strings.Join(texts, ", ") + "."
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

// share is, of a measure that endpoints add up to, " 97% went to GET /contacts/export, first seen today."
func share(f *finding.Finding, parts []detect.Contribution) string {
	inCalls := f.Measure == detect.Requests || f.Measure == detect.BytesOut || f.Measure == detect.ActiveHours
	if !inCalls || len(parts) == 0 || f.Observed <= 0 || parts[0].Observed < 0.3*f.Observed {
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

// percent is "12%", with a digit more below ten.
func percent(x float64) string {
	if x > 0 && x < 0.0995 {
		return fmt.Sprintf("%.1f%%", 100*x)
	}
	return fmt.Sprintf("%.0f%%", 100*x)
}

// decimal has two digits below a hundred.
func decimal(x float64) string {
	if math.Abs(x) < 100 {
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return number(x)
}

// seconds is "350 ms" or "2.5 s".
func seconds(x float64) string {
	if x < 1 {
		return fmt.Sprintf("%.0f ms", 1000*x)
	}
	return fmt.Sprintf("%.1f s", x)
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
