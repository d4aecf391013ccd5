package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/detect/series"
)

type scoreOptions struct {
	timeColumn  string
	valueColumn string
	output      string
}

func newScoreCommand() *cobra.Command {
	opts := scoreOptions{}
	cmd := &cobra.Command{
		Use:   "score [FILE]",
		Short: "Score each point of a time series for how unusual it is",
		Long: `score reads a CSV file with a header (stdin without one) and writes the same
rows with four more columns:

  score         0 = as usual; ½ = unusual as one point in a hundred; below 1.
                It means the same for every series, so one threshold serves all
  expected      what the points before let expect
  lower, upper  where 99 of 100 points would lie

The score of a row depends on it and on the rows before, never on later ones, so
it is what a live system would have said. Seasons (days, weeks, or whatever the
series repeats) are found; there is nothing to configure. An anomaly that lasts
is told at its beginning, and again when it becomes much worse.

It is for metrics that are no sparse counts: CPU, latency, sensors, traffic. What
connectors do is judged by rules, see 'weirctl rules'.

Times: RFC 3339, 2006-01-02 15:04:05, a date, seconds or milliseconds since 1970,
or any increasing number. Rows must be in order; a time that goes back is taken
for the next one, with a warning. An empty value is a gap with score 0.`,
		Example: `  weirctl score cpu.csv > scored.csv
  weirctl score --value-column p99_ms latency.csv | awk -F, '$3 > 0.5'
  curl -s https://metrics.example.org/export.csv | weirctl score --output json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in := cmd.InOrStdin()
			if len(args) > 0 && args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("cannot read the series: %w", err)
				}
				defer file.Close()
				in = file
			}
			return runScore(in, cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	cmd.Flags().StringVar(&opts.timeColumn, "time-column", "timestamp", "`column` of the times")
	cmd.Flags().StringVar(&opts.valueColumn, "value-column", "value", "`column` of the values")
	cmd.Flags().StringVar(&opts.output, "output", "csv", "csv, or json: an object a line")
	return cmd
}

// scoreColumns are what score adds.
var scoreColumns = []string{"score", "expected", "lower", "upper"}

func runScore(in io.Reader, out, errOut io.Writer, opts scoreOptions) error {
	if opts.output != "csv" && opts.output != "json" {
		return cli.Usagef("--output is %q: expected csv or json", opts.output)
	}
	reader := csv.NewReader(bufio.NewReaderSize(in, 1<<16))
	reader.ReuseRecord = true
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the series is empty: expected CSV with a header, e.g. timestamp,value")
	}
	if err != nil {
		return fmt.Errorf("cannot read the series: %w", err)
	}
	s, err := newScoring(header, opts)
	if err != nil {
		return err
	}
	w := newScoreWriter(out, s.header, opts.output)
	if err := s.run(reader, w); err != nil {
		return errors.Join(err, w.flush())
	}
	if s.backwards > 0 {
		fmt.Fprintf(errOut, "weirctl: %d times went back or stood still and were taken for the next; the first in line %d\n", s.backwards, s.firstBack)
	}
	return w.flush()
}

// scoring is one run over a file.
type scoring struct {
	header      []string
	time, value int // columns
	parse       *timeParser
	scorer      *series.Scorer
	last        time.Time
	backwards   int // times that were not after the one before
	firstBack   int // line of the first
}

func newScoring(header []string, opts scoreOptions) (*scoring, error) {
	header = slices.Clone(header)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	s := &scoring{header: header, parse: &timeParser{}, scorer: series.New()}
	for _, column := range []struct {
		flag, name string
		at         *int
	}{{"--time-column", opts.timeColumn, &s.time}, {"--value-column", opts.valueColumn, &s.value}} {
		if *column.at = slices.Index(header, column.name); *column.at < 0 {
			return nil, cli.Usagef("the series has no column %q: it has %s; name the one with %s", column.name, strings.Join(header, ", "), column.flag)
		}
	}
	return s, nil
}

func (s *scoring) run(reader *csv.Reader, w scoreWriter) error {
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot read the series: %w", err)
		}
		line, _ := reader.FieldPos(s.time)
		point, err := s.score(row, line)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if err := w.write(row, point); err != nil {
			return fmt.Errorf("cannot write the scores: %w", err)
		}
	}
}

func (s *scoring) score(row []string, line int) (series.Point, error) {
	at, err := s.parse.parse(row[s.time])
	if err != nil {
		return series.Point{}, fmt.Errorf("column %s: %w", s.header[s.time], err)
	}
	if !at.After(s.last) && !s.last.IsZero() {
		if s.backwards == 0 {
			s.firstBack = line
		}
		s.backwards++
	}
	s.last = at
	value := math.NaN()
	if text := strings.TrimSpace(row[s.value]); text != "" {
		if value, err = strconv.ParseFloat(text, 64); err != nil {
			return series.Point{}, fmt.Errorf("column %s: %q is no number: expected one, or nothing for a gap", s.header[s.value], text)
		}
	}
	return s.scorer.Add(at, value), nil
}

// timeLayouts are what is tried, with time.Parse.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02",
}

// timeParser reads times of one column: all of them are of the first one's form
// if they can be.
type timeParser struct{ layout string }

func (p *timeParser) parse(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if p.layout != "" {
		if at, err := time.Parse(p.layout, text); err == nil {
			return at, nil
		}
	}
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return numericTime(number)
	}
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			p.layout = layout
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: expected e.g. 2026-03-01T09:00:00Z, 2026-03-01 09:00:00 or 1772355600", text)
}

// numericTime takes a number for seconds, milliseconds, microseconds or
// nanoseconds since 1970, by its size: below 1e11 for seconds (until the year
// 5138), and so for small ones that only count.
func numericTime(number float64) (time.Time, error) {
	if math.IsNaN(number) || math.Abs(number) >= math.MaxInt64 {
		return time.Time{}, fmt.Errorf("%g is no time: expected seconds, milliseconds, microseconds or nanoseconds since 1970", number)
	}
	unit := float64(time.Second)
	for _, limit := range []float64{1e11, 1e14, 1e17} {
		if math.Abs(number) < limit {
			break
		}
		unit /= 1000
	}
	whole, fraction := math.Modf(number * (unit / float64(time.Second)))
	return time.Unix(int64(whole), int64(fraction*float64(time.Second))).UTC(), nil
}

// scoreWriter writes rows with their scores.
type scoreWriter interface {
	write(row []string, p series.Point) error
	flush() error
}

func newScoreWriter(out io.Writer, header []string, output string) scoreWriter {
	if output == "json" {
		buffered := bufio.NewWriter(out)
		encoder := json.NewEncoder(buffered)
		encoder.SetEscapeHTML(false)
		return &jsonScores{out: buffered, encoder: encoder, header: header}
	}
	w := &csvScores{out: csv.NewWriter(out)}
	// What fails here fails again at the first row.
	_ = w.out.Write(append(slices.Clone(header), scoreColumns...))
	return w
}

type csvScores struct {
	out *csv.Writer
	row []string
}

func (w *csvScores) write(row []string, p series.Point) error {
	w.row = append(w.row[:0], row...)
	for _, v := range []float64{p.Score, p.Expected, p.Lower, p.Upper} {
		w.row = append(w.row, strconv.FormatFloat(v, 'g', 6, 64))
	}
	return w.out.Write(w.row)
}

func (w *csvScores) flush() error {
	w.out.Flush()
	return w.out.Error()
}

type jsonScores struct {
	out     *bufio.Writer
	encoder *json.Encoder
	header  []string
}

func (w *jsonScores) write(row []string, p series.Point) error {
	object := make(map[string]any, len(row)+len(scoreColumns))
	for i, name := range w.header {
		object[name] = row[i]
	}
	object["score"], object["expected"], object["lower"], object["upper"] = p.Score, p.Expected, p.Lower, p.Upper
	return w.encoder.Encode(object)
}

func (w *jsonScores) flush() error { return w.out.Flush() }
