package block

import (
	"fmt"
	"strconv"
	"strings"
)

// shape is how the values of a type lie in a column.
type shape int

const (
	fixed      shape = iota // width bytes a row
	text                    // a length as a varint, and the bytes
	nullable                // a byte a row, then the part
	list                    // the end (8 bytes) of each row, then the part's rows
	tuple                   // the parts one after the other
	dictionary              // indexes into distinct values of the part
)

// layout is a type as a tree of shapes: Map(K, V) is a list of tuples.
type layout struct {
	shape shape
	width int
	parts []*layout
}

// widths of the types of a fixed size.
var widths = map[string]int{
	"UInt8": 1, "UInt16": 2, "UInt32": 4, "UInt64": 8, "UInt128": 16, "UInt256": 32,
	"Int8": 1, "Int16": 2, "Int32": 4, "Int64": 8, "Int128": 16, "Int256": 32,
	"Float32": 4, "Float64": 8, "BFloat16": 2, "Bool": 1, "UUID": 16, "IPv4": 4, "IPv6": 16,
	"Date": 2, "Date32": 4, "DateTime": 4, "DateTime64": 8, "Enum8": 1, "Enum16": 2,
}

const maxDepth = 20

// parseType reads a type's name, e.g. Map(LowCardinality(String), Array(UInt8)).
func parseType(name string, depth int) (*layout, error) {
	base, args := split(name)
	if width, ok := widths[base]; ok {
		return &layout{shape: fixed, width: width}, nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("type %q is nested too deeply", name)
	}
	switch {
	case base == "String":
		return &layout{shape: text}, nil
	case base == "FixedString" && len(args) == 1:
		width, err := strconv.Atoi(args[0])
		if err != nil || width < 1 || width > 1<<16 {
			return nil, fmt.Errorf("type %q has no known width", name)
		}
		return &layout{shape: fixed, width: width}, nil
	case base == "Nullable" && len(args) == 1:
		return compound(nullable, args, depth)
	case base == "Array" && len(args) == 1:
		return compound(list, args, depth)
	case base == "LowCardinality" && len(args) == 1 && !strings.HasPrefix(args[0], "Nullable"):
		return compound(dictionary, args, depth)
	case base == "Tuple" && len(args) > 0:
		return compound(tuple, unnamed(args), depth)
	case base == "Map" && len(args) == 2:
		entry, err := compound(tuple, args, depth)
		return &layout{shape: list, parts: []*layout{entry}}, err
	}
	return nil, fmt.Errorf("type %q is not known", name)
}

func compound(s shape, args []string, depth int) (*layout, error) {
	l := &layout{shape: s}
	for _, arg := range args {
		part, err := parseType(arg, depth+1)
		if err != nil {
			return nil, err
		}
		l.parts = append(l.parts, part)
	}
	return l, nil
}

// split cuts Base(a, b) into its base and arguments; commas and parentheses
// within quotes or nested types do not count.
func split(name string) (base string, args []string) {
	base, inner, ok := strings.Cut(strings.TrimSpace(name), "(")
	if !ok || !strings.HasSuffix(inner, ")") {
		return base, nil
	}
	inner = inner[:len(inner)-1]
	depth, start := 0, 0
	quoted := false
	for i := range len(inner) {
		switch c := inner[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			args = append(args, strings.TrimSpace(inner[start:i]))
			start = i + 1
		}
	}
	return base, append(args, strings.TrimSpace(inner[start:]))
}

// unnamed takes the names from the elements of a tuple: "a UInt8" → "UInt8".
func unnamed(args []string) []string {
	types := make([]string, len(args))
	for i, arg := range args {
		types[i] = arg
		// A space before any parenthesis parts name and type.
		if at := strings.IndexAny(arg, " ("); at > 0 && arg[at] == ' ' {
			types[i] = strings.TrimSpace(arg[at:])
		}
	}
	return types
}
