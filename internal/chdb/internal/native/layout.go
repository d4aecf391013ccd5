package native

import (
	"strconv"
	"strings"
)

// shape is how the values of a type lie in a column of the Native format.
type shape int

const (
	fixed          shape = iota // width bytes a row
	text                        // a length as a varint, and the bytes
	nullable                    // a byte a row, then the part
	array                       // an offset (8 bytes) a row, then the part's rows
	tuple                       // the parts one after the other
	lowCardinality              // indexes into a dictionary of the part
	foreign                     // not known here
)

// layout is a type as a tree of shapes: Map(K, V) is an array of tuples.
type layout struct {
	shape shape
	width int
	parts []*layout
}

// widths of the types of a fixed size without parameters.
var widths = map[string]int{
	"UInt8": 1, "UInt16": 2, "UInt32": 4, "UInt64": 8, "UInt128": 16, "UInt256": 32,
	"Int8": 1, "Int16": 2, "Int32": 4, "Int64": 8, "Int128": 16, "Int256": 32,
	"Float32": 4, "Float64": 8, "BFloat16": 2, "Bool": 1, "UUID": 16, "IPv4": 4, "IPv6": 16, "Nothing": 1,
	"Date": 2, "Date32": 4, "DateTime": 4, "DateTime64": 8, "Time": 4, "Time64": 8, "Enum8": 1, "Enum16": 2,
}

// aliases are the geometric types.
var aliases = map[string]string{
	"Point": "Tuple(Float64, Float64)", "Ring": "Array(Point)", "LineString": "Array(Point)", "MultiLineString": "Array(LineString)",
	"Polygon": "Array(Ring)", "MultiPolygon": "Array(Polygon)",
}

// maxDepth of a type; ClickHouse itself allows some hundreds.
const maxDepth = 100

// layoutOf reads a type's name, e.g. Map(LowCardinality(String), Array(UInt8)).
func layoutOf(name string) *layout { return parseLayout(name, 0) }

func parseLayout(name string, depth int) *layout {
	name = strings.TrimSpace(name)
	if alias, ok := aliases[name]; ok {
		name = alias
	}
	base, args := split(name)
	if depth > maxDepth {
		return &layout{shape: foreign}
	}
	if width, ok := widths[base]; ok {
		return &layout{shape: fixed, width: width}
	}
	switch base {
	case "String":
		return &layout{shape: text}
	case "FixedString":
		return sized(args, func(n int) int { return n })
	case "Decimal":
		return sized(args, decimalWidth)
	case "Nullable":
		return of(nullable, args, 1, depth)
	case "Array":
		return of(array, args, 1, depth)
	case "LowCardinality":
		return dictionary(of(lowCardinality, args, 1, depth))
	case "Tuple":
		return of(tuple, unnamed(args), len(args), depth)
	case "Map":
		return nested(of(tuple, args, 2, depth))
	case "Nested":
		return nested(of(tuple, unnamed(args), len(args), depth))
	case "SimpleAggregateFunction":
		if len(args) == 2 {
			return parseLayout(args[1], depth+1)
		}
	}
	if strings.HasPrefix(base, "Interval") && len(args) == 0 {
		return &layout{shape: fixed, width: 8}
	}
	return &layout{shape: foreign}
}

// of makes a layout of parts; one foreign part makes the whole foreign.
func of(s shape, args []string, want, depth int) *layout {
	if len(args) != want || want == 0 {
		return &layout{shape: foreign}
	}
	l := &layout{shape: s}
	for _, arg := range args {
		part := parseLayout(arg, depth+1)
		if part.shape == foreign {
			return part
		}
		l.parts = append(l.parts, part)
	}
	return l
}

func nested(element *layout) *layout {
	if element.shape == foreign {
		return element
	}
	return &layout{shape: array, parts: []*layout{element}}
}

// dictionary drops the Nullable of a LowCardinality: its dictionary holds a
// default value in the place of NULL.
func dictionary(l *layout) *layout {
	if l.shape == lowCardinality && l.parts[0].shape == nullable {
		l.parts = l.parts[0].parts
	}
	return l
}

func sized(args []string, width func(int) int) *layout {
	if len(args) == 0 {
		return &layout{shape: foreign}
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > 1<<24 {
		return &layout{shape: foreign}
	}
	return &layout{shape: fixed, width: width(n)}
}

func decimalWidth(precision int) int {
	switch {
	case precision <= 9:
		return 4
	case precision <= 18:
		return 8
	case precision <= 38:
		return 16
	default:
		return 32
	}
}

// split cuts Base(a, b) into its base and arguments; commas and parentheses
// within quotes or nested types do not count.
func split(name string) (base string, args []string) {
	base, inner, ok := strings.Cut(name, "(")
	if !ok || !strings.HasSuffix(inner, ")") {
		return name, nil
	}
	inner = inner[:len(inner)-1]
	depth, start := 0, 0
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '\'', '`', '"':
			i = closing(inner, i)
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				args = append(args, strings.TrimSpace(inner[start:i]))
				start = i + 1
			}
		}
	}
	if last := strings.TrimSpace(inner[start:]); last != "" {
		args = append(args, last)
	}
	return base, args
}

// closing is the place of the quote that ends the one at start.
func closing(s string, start int) int {
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[start]:
			return i
		}
	}
	return len(s)
}

// unnamed takes the names from the elements of a tuple: "a UInt8" → "UInt8".
func unnamed(args []string) []string {
	types := make([]string, len(args))
	for i, arg := range args {
		types[i] = arg
		if arg == "" {
			continue
		}
		if arg[0] == '`' || arg[0] == '"' {
			if end := closing(arg, 0); end+1 < len(arg) {
				types[i] = strings.TrimSpace(arg[end+1:])
			}
			continue
		}
		// A space before any parenthesis parts name and type.
		if space := strings.IndexAny(arg, " ("); space > 0 && arg[space] == ' ' {
			types[i] = strings.TrimSpace(arg[space:])
		}
	}
	return types
}
