package queryrule

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Row is one thing to tell.
type Row struct {
	TenantID    string   `json:"tenant_id"`
	ConnectorID string   `json:"connector_id"`
	Entity      string   `json:"entity"`   // what the rule's entity names: a credential's hash, a user, …
	Endpoint    string   `json:"endpoint"` // "GET /contacts/export"; "" = none in particular
	Severity    string   `json:"severity"` // "" = the rule's
	Detail      string   `json:"detail"`   // a sentence for a person
	Observed    float64  `json:"observed"` // in the unit of the rule's measure
	Expected    float64  `json:"expected"`
	TraceIDs    []string `json:"trace_ids,omitempty"` // hex
}

// mostStrength bounds Strength where next to nothing is expected.
const mostStrength = 100

// Strength is how far the row is beyond what it is held to: 1 is just so, 2 is
// twice as much. Every row is worth at least 1: the SQL returned it.
func (r *Row) Strength() float64 {
	if r.Expected <= 0 {
		return 2 // something where nothing should be: there is no degree of it
	}
	return min(max(1, r.Observed/r.Expected), mostStrength)
}

// Key is what rows of one finding have in common, window by window.
func (r *Row) Key() [4]string { return [4]string{r.TenantID, r.ConnectorID, r.Entity, r.Endpoint} }

func compare(a, b Row) int {
	ka, kb := a.Key(), b.Key()
	return cmp.Or(slices.Compare(ka[:], kb[:]), cmp.Compare(b.Observed, a.Observed))
}

var (
	needed   = []string{"tenant_id", "connector_id", "entity", "observed", "expected"}
	optional = []string{"severity", "endpoint", "detail", "trace_ids"}
)

// read takes all rows, in whatever column types a SELECT gave them.
func read(rows driver.Rows) ([]Row, error) {
	columns := rows.Columns()
	if len(columns) == 0 { // an empty answer has none
		return nil, rows.Err()
	}
	if err := checkColumns(columns); err != nil {
		return nil, err
	}
	into := make([]any, len(columns))
	for i, t := range rows.ColumnTypes() {
		into[i] = reflect.New(t.ScanType()).Interface()
	}
	var found []Row
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("cannot read a row: %w", err)
		}
		var r Row
		for i, column := range columns {
			if err := r.set(column, reflect.ValueOf(into[i]).Elem()); err != nil {
				return nil, err
			}
		}
		if !slices.Contains([]string{"", "info", "warning", "critical"}, r.Severity) {
			return nil, fmt.Errorf("column severity is %q, expected info, warning or critical", r.Severity)
		}
		found = append(found, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, compare)
	return slices.CompactFunc(found, func(a, b Row) bool { return a.Key() == b.Key() }), nil
}

func checkColumns(columns []string) error {
	var errs []error
	for _, name := range needed {
		if !slices.Contains(columns, name) {
			errs = append(errs, fmt.Errorf("the SQL returns no column %s, expected %s", name, strings.Join(needed, ", ")))
		}
	}
	for _, name := range columns {
		if !slices.Contains(needed, name) && !slices.Contains(optional, name) {
			errs = append(errs, fmt.Errorf("the SQL returns the column %s, expected only %s and, if it likes, %s",
				name, strings.Join(needed, ", "), strings.Join(optional, ", ")))
		}
	}
	return errors.Join(errs...)
}

func (r *Row) set(column string, v reflect.Value) error {
	for v.Kind() == reflect.Pointer { // Nullable
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if variant, is := v.Interface().(interface{ Any() any }); is { // if(a, 1, 0.5)
		v = reflect.ValueOf(variant.Any())
	}
	var ok bool
	switch column {
	case "observed":
		r.Observed, ok = number(v)
	case "expected":
		r.Expected, ok = number(v)
	case "trace_ids":
		r.TraceIDs, ok = reflect.TypeAssert[[]string](v)
		r.TraceIDs = slices.Clone(r.TraceIDs)
	default:
		*r.text(column), ok = text(v)
	}
	if !ok {
		return fmt.Errorf("column %s is a %s, expected %s", column, v.Type(), kindOf(column))
	}
	return nil
}

func (r *Row) text(column string) *string {
	return map[string]*string{
		"tenant_id": &r.TenantID, "connector_id": &r.ConnectorID, "entity": &r.Entity,
		"endpoint": &r.Endpoint, "severity": &r.Severity, "detail": &r.Detail,
	}[column]
}

func kindOf(column string) string {
	switch column {
	case "observed", "expected":
		return "a number"
	case "trace_ids":
		return "an array of texts"
	}
	return "a text"
}

func text(v reflect.Value) (string, bool) {
	if v.Kind() != reflect.String {
		return "", false
	}
	return v.String(), true
}

// number takes any number; what is not finite is no amount.
func number(v reflect.Value) (float64, bool) {
	var f float64
	switch {
	case v.CanInt():
		f = float64(v.Int())
	case v.CanUint():
		f = float64(v.Uint())
	case v.CanFloat():
		f = v.Float()
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			f = 1
		}
	default:
		return 0, false
	}
	if math.IsNaN(f) {
		f = 0
	}
	return min(max(f, -math.MaxFloat64), math.MaxFloat64), true
}
