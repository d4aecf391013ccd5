package ruletest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/rules"
)

// Result is the outcome of one test.
type Result struct {
	File  string          `json:"file"`
	Line  int             `json:"line"`
	Test  string          `json:"test"`
	Rule  string          `json:"rule"`
	Fires bool            `json:"fires"`           // the test expects a finding
	Wrong []string        `json:"wrong,omitempty"` // what is not as expected; none: passed
	Found []queryrule.Row `json:"found,omitempty"`
}

// Passed says whether all was as expected.
func (r *Result) Passed() bool { return len(r.Wrong) == 0 }

// NeedsEngine says whether any of the files has a test of a query rule.
func NeedsEngine(files []*File) bool {
	return slices.ContainsFunc(files, func(f *File) bool {
		return slices.ContainsFunc(f.Tests, func(t Test) bool { return t.Rule.Family == rules.Query })
	})
}

// Run runs all tests, in order. open gives a connection to an engine that is
// used for nothing else; it is called only where [NeedsEngine].
func Run(ctx context.Context, files []*File, open func(database string) (driver.Conn, error)) (results []Result, err error) {
	var s *store
	if NeedsEngine(files) {
		if s, err = newStore(ctx, open); err != nil {
			return nil, err
		}
		defer func() {
			if closed := s.close(); err == nil {
				err = closed
			}
		}()
	}
	for _, f := range files {
		for i := range f.Tests {
			r, err := f.Tests[i].run(ctx, s)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: test %q: %w", f.Path, f.Tests[i].Line, f.Tests[i].Name, err)
			}
			r.File = f.Path
			results = append(results, r)
		}
	}
	return results, nil
}

func (t *Test) run(ctx context.Context, s *store) (Result, error) {
	r := Result{Line: t.Line, Test: t.Name, Rule: t.Rule.Name, Fires: t.Fires()}
	if t.Rule.Family == rules.Query {
		var err error
		if r.Found, err = t.query(ctx, s); err != nil {
			return r, err
		}
	} else {
		r.Found = t.statistics()
	}
	r.Wrong = compare(t.expect, r.Found, t.Rule.Severity)
	return r, nil
}

func (t *Test) query(ctx context.Context, s *store) ([]queryrule.Row, error) {
	if err := s.fill(ctx, t); err != nil {
		return nil, err
	}
	revision := ""
	if t.catalog != nil {
		revision = t.catalog.Revision
	}
	return queryrule.Evaluate(ctx, s.conn, t.Rule, queryrule.WindowAt(t.Rule, t.At), revision)
}

// compare pairs each expected finding with one that was found, and says what
// is left on either side.
func compare(expect []Expected, found []queryrule.Row, severity string) []string {
	var wrong []string
	left := slices.Clone(found)
	for i := range expect {
		at := slices.IndexFunc(left, func(r queryrule.Row) bool { return len(expect[i].differences(&r, severity)) == 0 })
		switch {
		case at >= 0:
			left = slices.Delete(left, at, at+1)
		case len(left) == 1:
			wrong = append(wrong, fmt.Sprintf("expect[%d]: %s", i, strings.Join(expect[i].differences(&left[0], severity), ", ")))
			left = nil
		default:
			wrong = append(wrong, fmt.Sprintf("expect[%d] was not found", i))
		}
	}
	for i := range left {
		wrong = append(wrong, "found and not expected: "+describe(&left[i], severity))
	}
	return wrong
}

// differences says in what a finding is not as expected.
func (e *Expected) differences(r *queryrule.Row, severity string) []string {
	var all []string
	text := func(name string, want *string, got string) {
		if want != nil && *want != got {
			all = append(all, fmt.Sprintf("%s is %q, expected %q", name, got, *want))
		}
	}
	number := func(name string, want *float64, got float64) {
		if want != nil && math.Abs(*want-got) > 1e-6*math.Max(1, math.Abs(*want)) {
			all = append(all, fmt.Sprintf("%s is %g, expected %g", name, got, *want))
		}
	}
	text("tenant", e.Tenant, r.TenantID)
	text("connector", e.Connector, r.ConnectorID)
	text("entity", e.Entity, r.Entity)
	text("endpoint", e.Endpoint, r.Endpoint)
	text("severity", e.Severity, severityOf(r, severity))
	text("detail", e.Detail, r.Detail)
	number("observed", e.Observed, r.Observed)
	number("expected", e.Expected, r.Expected)
	return all
}

func severityOf(r *queryrule.Row, ofRule string) string {
	if r.Severity != "" {
		return r.Severity
	}
	return ofRule
}

func describe(r *queryrule.Row, severity string) string {
	return fmt.Sprintf("{tenant: %s, connector: %s, entity: %q, endpoint: %q, severity: %s, observed: %g, expected: %g, detail: %q}",
		r.TenantID, r.ConnectorID, r.Entity, r.Endpoint, severityOf(r, severity), r.Observed, r.Expected, r.Detail)
}
