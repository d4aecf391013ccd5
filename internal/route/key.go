package route

import "strings"

// cutKey splits an OData key or the arguments of a function from its name:
// Users('42'), Orders(Id=1,Line=2), delta(token='…').
func cutKey(segment string, has class) (name, key string, found bool) {
	if has&mark == 0 || segment[len(segment)-1] != ')' {
		return "", "", false
	}
	open := strings.IndexByte(segment, '(')
	if open <= 0 || !classesOf(segment[:open]).within(alphanumeric|joiner) {
		return "", "", false
	}
	return segment[:open], segment[open+1 : len(segment)-1], true
}

// appendKey appends a key's template: every value is replaced, names stay.
func appendKey(out []byte, key string) []byte {
	out = append(out, '(')
	for start, quoted, i := 0, false, 0; i <= len(key); i++ {
		switch {
		case i == len(key) || key[i] == ',' && !quoted:
			out = appendKeyValue(out, key[start:i])
			if i < len(key) {
				out = append(out, ',')
			}
			start = i + 1
		case key[i] == '\'':
			quoted = !quoted
		}
	}
	return append(out, ')')
}

func appendKeyValue(out []byte, text string) []byte {
	if name, value, found := cutArgument(text, mark); found {
		return appendArgument(out, name, value)
	}
	return append(out, valueTemplate(text)...)
}

// cutArgument splits year=2026; the name has letters and underscores.
func cutArgument(text string, has class) (name, value string, found bool) {
	if has&mark == 0 {
		return "", "", false
	}
	name, value, found = strings.Cut(text, "=")
	if !found || name == "" || value == "" {
		return "", "", false
	}
	for i := range len(name) {
		if classes[name[i]]&letter == 0 && name[i] != '_' {
			return "", "", false
		}
	}
	return name, value, true
}

func appendArgument(out []byte, name, value string) []byte {
	return append(append(append(out, name...), '='), valueTemplate(value)...)
}

// valueTemplate returns the placeholder of a value, in quotes if the value was:
// the quotes tell a text from a number.
func valueTemplate(value string) string {
	switch {
	case value == "":
		return ""
	case strings.IndexByte(value, '\'') >= 0 || strings.Contains(value, "%27"):
		return "'" + placeholderID + "'"
	case placeholderAt(value) == len(value):
		return value
	case uuidAt(value) == len(value):
		return placeholderUUID
	case dateAt(value) == len(value):
		return placeholderDate
	}
	return placeholderID
}
