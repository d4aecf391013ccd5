// The redaction part of `make eval`: it measures the engine, with all detectors
// and the default policy, on labelled sets that are not part of the repository,
// and on lines that it makes itself.
//
//	go run ./internal/tools/redacteval [-data ../shared/eval/redaction] [-only secrets,pii,made,lines] [-v]
//
// It prints what was measured beside what is wanted and fails when one of them
// is missed. With -v it also prints every miss and every false hit.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/weir-otel/weir/internal/redact"
)

// errMissed is returned when a threshold is.
var errMissed = errors.New("the redaction engine missed a threshold")

type options struct {
	data    string
	only    string
	lines   int
	seed    uint64
	verbose bool
}

func main() {
	var opts options
	flag.StringVar(&opts.data, "data", "../shared/eval/redaction", "`folder` with secrets.jsonl.gz and pii_texts.json.gz")
	flag.StringVar(&opts.only, "only", "secrets,pii,made,lines", "which `parts` to measure")
	flag.IntVar(&opts.lines, "lines", 100_000, "ordinary lines to make")
	flag.Uint64Var(&opts.seed, "seed", 1, "of the lines that are made")
	flag.BoolVar(&opts.verbose, "v", false, "print misses and false hits")
	flag.Parse()
	if err := run(os.Stdout, opts); err != nil {
		fmt.Fprintln(os.Stderr, "redacteval:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, opts options) error {
	engine, err := redact.New(redact.Config{})
	if err != nil {
		return err
	}
	r := &report{verbose: opts.verbose, out: out}
	m := newMeasure(engine)
	for part := range strings.SplitSeq(opts.only, ",") {
		switch strings.TrimSpace(part) {
		case "secrets":
			err = m.secrets(opts.data, r)
		case "pii":
			err = m.texts(opts.data, r)
		case "made":
			m.made(opts.seed, r)
		case "lines":
			m.lines(opts.seed, opts.lines, r)
		default:
			err = fmt.Errorf("-only names %q: expected secrets, pii, made or lines", part)
		}
		if err != nil {
			return err
		}
	}
	if err := r.print(); err != nil {
		return err
	}
	if r.missed() {
		return errMissed
	}
	return nil
}

// measure runs the engine and knows the classes of its detectors.
type measure struct {
	engine  *redact.Engine
	classes map[string]string // by detector
}

func newMeasure(engine *redact.Engine) *measure {
	m := &measure{engine: engine, classes: map[string]string{}}
	for _, d := range redact.Detectors() {
		m.classes[d.Name] = d.Class
	}
	return m
}

// has reports whether one of the matches is of the class.
func (m *measure) has(matches []redact.Match, class string) bool {
	for _, match := range matches {
		if m.classes[match.Detector] == class {
			return true
		}
	}
	return false
}
