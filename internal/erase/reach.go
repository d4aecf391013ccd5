package erase

import (
	"fmt"
	"regexp"
	"strings"
)

// noText are types whose values hold no text. FixedString is of trace ids, hashes
// and keys.
var noText = regexp.MustCompile(`^(U?Int\d+|B?Float\d+|BFloat16|Decimal.*|Bool|Date.*|Time.*|UUID|IPv4|IPv6|FixedString|Enum.*|Interval.*|Nothing)$`)

// hashes are aggregate functions whose states hold hashes of texts, not texts.
var hashes = regexp.MustCompile(`^(uniq|uniqCombined|uniqCombined64|uniqHLL12|uniqTheta)(\(|$)`)

// reach is the condition under which a value of the type matches the pattern,
// an expression too; "" for types without text. Types that it does not know are
// an error: what cannot be searched must not be taken for empty.
func reach(value, typ, pattern string) (string, error) { return reachAt(value, typ, pattern, 0) }

// maxDepth bounds how types are nested.
const maxDepth = 20

func reachAt(value, typ, pattern string, depth int) (string, error) {
	base, args := splitType(typ)
	if depth > maxDepth {
		return "", fmt.Errorf("cannot search type %s: it is nested too deeply", typ)
	}
	switch {
	case noText.MatchString(base):
		return "", nil
	case base == "String":
		return "match(" + value + ", " + pattern + ")", nil
	case base == "Nullable" && len(args) == 1:
		return reachAt("assumeNotNull("+value+")", args[0], pattern, depth+1)
	case base == "LowCardinality" && len(args) == 1:
		return reachAt(value, args[0], pattern, depth+1)
	case base == "SimpleAggregateFunction" && len(args) == 2:
		return reachAt(value, args[1], pattern, depth+1)
	case base == "Array" && len(args) == 1:
		return reachElements(value, args[0], pattern, depth)
	case base == "Map" && len(args) == 2:
		return reachMap(value, args, pattern, depth)
	case base == "Tuple" && len(args) > 0:
		return reachTuple(value, args, pattern, depth)
	case base == "JSON", base == "Variant", base == "Dynamic":
		return "match(ifNull(toString(" + value + "), ''), " + pattern + ")", nil
	case base == "AggregateFunction" && len(args) > 0:
		return "", reachState(typ, args)
	default:
		return "", fmt.Errorf("cannot search type %s: internal/erase does not know it", typ)
	}
}

func reachElements(value, element, pattern string, depth int) (string, error) {
	variable := fmt.Sprintf("v%d", depth)
	inner, err := reachAt(variable, element, pattern, depth+1)
	if err != nil || inner == "" {
		return "", err
	}
	return "arrayExists(" + variable + " -> " + inner + ", " + value + ")", nil
}

func reachMap(value string, args []string, pattern string, depth int) (string, error) {
	keys, err := reachElements("mapKeys("+value+")", args[0], pattern, depth)
	if err != nil {
		return "", err
	}
	values, err := reachElements("mapValues("+value+")", args[1], pattern, depth)
	return anyOf(keys, values), err
}

func reachTuple(value string, elements []string, pattern string, depth int) (string, error) {
	var conditions []string
	for i, element := range elements {
		// A space before any parenthesis parts name and type.
		if at := strings.IndexAny(element, " ("); at > 0 && element[at] == ' ' {
			element = strings.TrimSpace(element[at:])
		}
		condition, err := reachAt(fmt.Sprintf("tupleElement(%s, %d)", value, i+1), element, pattern, depth+1)
		if err != nil {
			return "", err
		}
		conditions = append(conditions, condition)
	}
	return anyOf(conditions...), nil
}

// reachState lets states pass that hold no text: of numbers, or hashes of texts.
func reachState(typ string, args []string) error {
	if hashes.MatchString(args[0]) {
		return nil
	}
	for _, arg := range args[1:] {
		condition, err := reachAt("x", arg, "''", 0)
		if err != nil {
			return err
		}
		if condition != "" {
			return fmt.Errorf("cannot search type %s: its states hold texts", typ)
		}
	}
	return nil
}

// anyOf joins conditions; empty ones do not count.
func anyOf(conditions ...string) string {
	var there []string
	for _, c := range conditions {
		if c != "" {
			there = append(there, c)
		}
	}
	if len(there) < 2 {
		return strings.Join(there, "")
	}
	return "(" + strings.Join(there, " OR ") + ")"
}

// splitType cuts Base(a, b) into its base and arguments; commas and parentheses
// within quotes or nested types do not count.
func splitType(typ string) (base string, args []string) {
	base, inner, ok := strings.Cut(strings.TrimSpace(typ), "(")
	if !ok || !strings.HasSuffix(inner, ")") {
		return base, nil
	}
	inner = inner[:len(inner)-1]
	depth, start, quoted := 0, 0, false
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
