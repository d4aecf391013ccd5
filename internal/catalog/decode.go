package catalog

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxDepth refuses an anchor that contains itself; the model is 6 deep.
	maxDepth = 16
	// maxNodes refuses aliases that multiply a small file into a huge one.
	maxNodes = 20_000_000
	// maxFields is more than any struct of the model has.
	maxFields = 32
)

// decoder fills structs from nodes by their yaml tags. It is stricter than
// yaml.Unmarshal: unknown and repeated keys are problems, and a scalar keeps its
// own text, so that an unquoted workflow id 0042 does not become 34.
type decoder struct {
	file     string
	path     []step // down to the node at hand
	nodes    int
	fields   map[reflect.Type][]string
	problems Problems
}

// step is a field, or an index into a list.
type step struct {
	field string // "" = an index
	i     int
}

func (d *decoder) report(n *node, message, hint string) {
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, Problem{File: d.file, Line: int(n.line), Field: fieldPath(d.path), Message: message, Hint: hint})
	}
}

func (d *decoder) decode(n *node, depth int, into reflect.Value) {
	if d.nodes++; depth > maxDepth || d.nodes > maxNodes {
		d.report(n, "nested too deep or too large, expected a plain list of values", "an anchor may contain itself")
		return
	}
	switch n.shape {
	case shapeAlias:
		d.decode(n.first, depth+1, into)
		return
	case shapeNull:
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		d.decodeStruct(n, depth, into)
	case reflect.Slice:
		d.decodeSlice(n, depth, into)
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		d.decode(n, depth, into.Elem())
	default:
		d.decodeScalar(n, into)
	}
}

func (d *decoder) decodeScalar(n *node, into reflect.Value) {
	isScalar := n.shape == shapeScalar || n.shape == shapeMerge
	switch into.Kind() {
	case reflect.String:
		if !isScalar {
			d.report(n, describe(n)+", expected text", "")
			return
		}
		into.SetString(n.value)
	case reflect.Int:
		number, err := strconv.Atoi(n.value)
		if !isScalar || err != nil {
			d.report(n, describe(n)+", expected a whole number", "")
			return
		}
		into.SetInt(int64(number))
	case reflect.Float64:
		number, err := strconv.ParseFloat(n.value, 64)
		if !isScalar || err != nil {
			d.report(n, describe(n)+", expected a number", "")
			return
		}
		into.SetFloat(number)
	case reflect.Bool:
		if !isScalar || n.value != "true" && n.value != "false" {
			d.report(n, describe(n)+", expected true or false", "")
			return
		}
		into.SetBool(n.value == "true")
	}
}

func (d *decoder) decodeSlice(n *node, depth int, into reflect.Value) {
	if n.shape != shapeList {
		d.report(n, describe(n)+", expected a list", "")
		return
	}
	list := reflect.MakeSlice(into.Type(), int(n.count), int(n.count))
	i := 0
	for element := n.first; element != nil; element = element.next {
		d.path = append(d.path, step{i: i})
		d.decode(element, depth+1, list.Index(i))
		d.path = d.path[:len(d.path)-1]
		i++
	}
	into.Set(list)
}

func (d *decoder) decodeStruct(n *node, depth int, into reflect.Value) {
	if n.shape != shapeMapping {
		d.report(n, describe(n)+", expected a mapping", "")
		return
	}
	for key := n.first; key != nil; key = key.next.next { // first, so that a key given here overrides the merged one
		if key.shape == shapeMerge {
			d.decode(key.next, depth+1, into)
		}
	}
	fields := d.fieldsOf(into.Type())
	var seen [maxFields]*node
	for key := n.first; key != nil; key = key.next.next {
		if key.shape == shapeMerge {
			continue
		}
		d.path = append(d.path, step{field: key.value})
		switch field := slices.Index(fields, key.value); {
		case field < 0 || key.value == "-":
			d.report(key, "unknown field, expected one of "+strings.Join(known(fields), ", "), nearest(key.value, fields))
		case seen[field] != nil:
			d.report(key, fmt.Sprintf("repeated, first given on line %d", seen[field].line), "keep one of the two")
		default:
			seen[field] = key
			d.decode(key.next, depth+1, into.Field(field))
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// fieldsOf returns the yaml name of each field of t, "-" for those without.
func (d *decoder) fieldsOf(t reflect.Type) []string {
	names, known := d.fields[t]
	if !known {
		names = readFields(t)
		if d.fields == nil {
			d.fields = map[reflect.Type][]string{}
		}
		d.fields[t] = names
	}
	return names
}

func readFields(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if names[i] == "" {
			names[i] = "-"
		}
	}
	return names
}

func known(fields []string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return name == "-" })
}

func describe(n *node) string {
	switch n.shape {
	case shapeMapping:
		return "a mapping"
	case shapeList:
		return "a list"
	}
	return strconv.Quote(clip(n.value))
}

// clip keeps a value short enough for an error.
func clip(value string) string {
	const limit = 60
	if len(value) <= limit {
		return value
	}
	return value[:limit] + "…"
}

// fieldPath writes steps as a reader would: connectors[3].match.jwt[0].claim.
func fieldPath(steps []step) string {
	var b strings.Builder
	for i, step := range steps {
		if step.field == "" {
			fmt.Fprintf(&b, "[%d]", step.i)
			continue
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(clip(step.field))
	}
	return b.String()
}

// nearest suggests the field that differs in no more than two letters.
func nearest(key string, fields []string) string {
	best, distance := "", 3
	for _, field := range fields {
		if d := editDistance(strings.ToLower(key), field); d < distance {
			best, distance = field, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", best)
}

func editDistance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
