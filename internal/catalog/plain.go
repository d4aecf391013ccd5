package catalog

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parsePlain reads the plain YAML that catalogs are mostly written in, ten times
// as fast as the library:
//
//	connectors:
//	  - id: crm-sync              # comments
//	    owner: {team: sales-ops}  # lists and mappings in brackets, on one line
//	    tags: [crm, "nightly"]    # quoted text without escapes
//
// An entry of a list that is written in another way goes to the library by
// itself. It returns the same nodes as the library would, or nil for everything
// else that is not plain, or wrong: the library then has the word.
func parsePlain(data []byte) (root *node) {
	if !isPlainText(data) {
		return nil
	}
	p := plainParser{all: string(data)}
	p.nextLine()
	if root = p.block(0); root == nil || !p.atEnd || p.failed {
		return nil
	}
	return root
}

// isPlainText reports whether data is UTF-8 of printable characters and line
// feeds alone. A line separator in a comment ends a line for the library.
func isPlainText(data []byte) bool {
	for i := 0; i < len(data); {
		if c := data[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\n' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r < 0xa0, r == utf8.RuneError, r == '\u2028', r == '\u2029', r == '\ufeff', r == 0xfffe, r == 0xffff:
			return false
		}
		i += size
	}
	return true
}

// plainParser goes from line to line. Lines of blanks and comments are skipped.
type plainParser struct {
	all    string
	start  int    // of the line, in all
	next   int    // of the line after it
	line   int    // from 1
	indent int    // column of text
	text   string // of the line from its first character on
	atEnd  bool
	failed bool
	depth  int
	arena  arena
}

// fail gives up; parsers return nil from there on.
func (p *plainParser) fail() *node {
	p.failed = true
	return nil
}

func (p *plainParser) nextLine() {
	for p.next < len(p.all) {
		text, _, _ := strings.Cut(p.all[p.next:], "\n")
		p.start, p.next = p.next, p.next+len(text)+1
		p.line++
		trimmed := strings.TrimLeft(text, " ")
		if trimmed != "" && trimmed[0] != '#' {
			p.indent, p.text = len(text)-len(trimmed), trimmed
			return
		}
	}
	p.atEnd = true
	p.start, p.indent, p.text = len(p.all), -1, ""
}

// block reads the list or mapping that begins with the line at hand.
func (p *plainParser) block(indent int) *node {
	if p.atEnd || p.failed || p.indent != indent || p.depth >= maxDepth {
		return p.fail()
	}
	p.depth++
	defer func() { p.depth-- }()
	if isItem(p.text) {
		return p.list(indent)
	}
	return p.mapping(indent)
}

func isItem(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

func (p *plainParser) list(indent int) *node {
	list := p.arena.node(shapeList, p.line)
	items := siblings{parent: list}
	for !p.failed && p.indent == indent && isItem(p.text) {
		before := *p
		item := p.item(indent)
		if item == nil && p.depth == depthOfEntries {
			before.arena = p.arena
			*p = before
			item = p.entry(indent)
		}
		if item == nil {
			return p.fail()
		}
		items.add(item)
	}
	return list
}

// item reads one element of a list, whose first line is at hand.
func (p *plainParser) item(indent int) *node {
	line := p.line
	text := strings.TrimLeft(p.text[1:], " ")
	switch column := indent + len(p.text) - len(text); {
	case text == "" || text[0] == '#':
		p.nextLine()
		return p.nested(indent, line)
	case isItem(text) || keyLength(text) > 0: // a list or mapping that begins on this line
		p.indent, p.text = column, text
		return p.block(column)
	}
	return p.inline(text, indent)
}

// depthOfEntries is that of the lists of the catalog.
const depthOfEntries = 2

// entry has the library read one element of a list, on the lines up to the next
// one that is not indented further. Quotes, brackets and aliases that reach
// beyond these lines are errors here, so that what is read is the same as in the
// whole file.
func (p *plainParser) entry(indent int) *node {
	start, line := p.start, p.line
	for p.nextLine(); p.indent > indent; {
		p.nextLine()
	}
	root, problem := parseAny([]byte(p.all[start:p.start]))
	if problem != nil || root.Kind != yaml.SequenceNode || len(root.Content) != 1 {
		return p.fail()
	}
	c := converter{known: map[*yaml.Node]*node{}, above: line - 1}
	return c.convert(root.Content[0])
}

func (p *plainParser) mapping(indent int) *node {
	mapping := p.arena.node(shapeMapping, p.line)
	entries := siblings{parent: mapping}
	for !p.failed && p.indent == indent && !isItem(p.text) {
		line := p.line
		length := keyLength(p.text)
		if length == 0 {
			return p.fail()
		}
		key := p.arena.node(shapeScalar, line)
		key.value = p.text[:length]
		if isNull(key.value) {
			key.shape = shapeNull
		}
		var value *node
		if text := strings.TrimLeft(p.text[length+1:], " "); text == "" || text[0] == '#' {
			p.nextLine()
			if p.indent == indent && isItem(p.text) { // a list may begin below its key
				value = p.block(indent)
			} else {
				value = p.nested(indent, line)
			}
		} else {
			value = p.inline(text, indent)
		}
		if value == nil {
			return p.fail()
		}
		entries.add(key)
		entries.add(value)
	}
	return mapping
}

// nested reads what follows a key or dash that has nothing on its own line.
func (p *plainParser) nested(indent, line int) *node {
	if p.indent <= indent {
		return p.arena.node(shapeNull, line)
	}
	return p.block(p.indent)
}

// inline reads a value that ends with its line. If the next line is indented,
// the value goes on there, or is wrong.
func (p *plainParser) inline(text string, indent int) *node {
	value, rest := p.value(text, false)
	if value == nil || rest != "" && rest[0] != ' ' {
		return p.fail()
	}
	if rest = strings.TrimLeft(rest, " "); rest != "" && rest[0] != '#' {
		return p.fail()
	}
	p.nextLine()
	if p.indent > indent {
		return p.fail()
	}
	return value
}

// value reads one value at the beginning of text; in brackets other rules hold
// for its end. It returns what is left of the text.
func (p *plainParser) value(text string, brackets bool) (value *node, rest string) {
	if text == "" {
		return p.fail(), ""
	}
	switch text[0] {
	case '"', '\'':
		return p.quoted(text)
	case '[', '{':
		return p.flow(text)
	}
	end := plainLength(text, brackets)
	if end == 0 {
		return p.fail(), ""
	}
	scalar := p.arena.node(shapeScalar, p.line)
	scalar.value = strings.TrimRight(text[:end], " ")
	if scalar.value == "<<" { // a merge, for the library
		return p.fail(), ""
	}
	if isNull(scalar.value) {
		scalar.shape = shapeNull
	}
	return scalar, text[len(scalar.value):]
}

// quoted reads a text in quotes, without escapes.
func (p *plainParser) quoted(text string) (value *node, rest string) {
	quote := text[0]
	end := strings.IndexByte(text[1:], quote) + 1
	if end == 0 || end+1 < len(text) && text[end+1] == quote {
		return p.fail(), ""
	}
	if quote == '"' && strings.IndexByte(text[1:end], '\\') >= 0 {
		return p.fail(), ""
	}
	scalar := p.arena.node(shapeScalar, p.line)
	scalar.value = text[1:end]
	return scalar, text[end+1:]
}

// flow reads [a, b] or {a: b} to its closing bracket.
func (p *plainParser) flow(text string) (value *node, rest string) {
	if p.depth >= maxDepth {
		return p.fail(), ""
	}
	p.depth++
	defer func() { p.depth-- }()
	shape, closing := shapeList, byte(']')
	if text[0] == '{' {
		shape, closing = shapeMapping, '}'
	}
	list := p.arena.node(shape, p.line)
	children := siblings{parent: list}
	text = strings.TrimLeft(text[1:], " ")
	if text != "" && text[0] == closing {
		return list, text[1:]
	}
	for {
		if shape == shapeMapping {
			length := keyLength(text)
			if length == 0 {
				return p.fail(), ""
			}
			key := p.arena.node(shapeScalar, p.line)
			key.value = text[:length]
			if isNull(key.value) {
				key.shape = shapeNull
			}
			children.add(key)
			text = strings.TrimLeft(text[length+1:], " ")
		}
		var child *node
		if child, text = p.value(text, true); child == nil {
			return p.fail(), ""
		}
		children.add(child)
		text = strings.TrimLeft(text, " ")
		switch {
		case text == "":
			return p.fail(), ""
		case text[0] == closing:
			return list, text[1:]
		case text[0] != ',':
			return p.fail(), ""
		}
		text = strings.TrimLeft(text[1:], " ")
	}
}

// keyLength returns how long the key is that text begins with, as in "id: a" or
// "id:"; 0 if there is none, or one that is not a plain name.
func keyLength(text string) int {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', i > 0 && '0' <= c && c <= '9':
		case c == ':' && (i+1 == len(text) || text[i+1] == ' ') && i <= maxKey:
			return i
		default:
			return 0
		}
	}
	return 0
}

// maxKey is below the library's own limit, and above the model's longest name.
const maxKey = 128

// plainLength returns how long the unquoted text is that text begins with, 0
// where it begins or goes on in a way that means something else.
func plainLength(text string, brackets bool) int {
	if strings.IndexByte("-?:,[]{}#&*!|>'\"%@`", text[0]) >= 0 {
		return 0
	}
	for i := range len(text) {
		switch text[i] {
		case '#':
			if text[i-1] == ' ' {
				return plainEnd(i, brackets)
			}
		case ':':
			if i+1 == len(text) || text[i+1] == ' ' || brackets && strings.IndexByte(",[]{}", text[i+1]) >= 0 {
				return 0
			}
		case ',', ']', '}':
			if brackets {
				return i
			}
		case '[', '{', '?':
			if brackets {
				return 0
			}
		}
	}
	return plainEnd(len(text), brackets)
}

// plainEnd is where a line or comment ends a text, which it does not in brackets.
func plainEnd(i int, brackets bool) int {
	if brackets {
		return 0
	}
	return i
}

func isNull(text string) bool {
	switch text {
	case "~", "null", "Null", "NULL":
		return true
	}
	return false
}
