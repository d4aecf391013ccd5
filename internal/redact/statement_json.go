package redact

import "strings"

// jsonReader reads JSON, the shell of MongoDB ({name: 'Ada'}, ObjectId("…")) and
// what Java prints ({name=Ada}). Keys stay, values go.
type jsonReader struct {
	*lexer
	commands bool
	i        int
	open     []byte // the open brackets
	value    bool   // a value is due: behind : or =, or in a list
	key      string // the key of the value
}

// commandKeys are those of MongoDB's commands whose value names a collection.
var commandKeys = map[string]bool{
	"find": true, "aggregate": true, "insert": true, "update": true, "delete": true, "count": true, "distinct": true, "findAndModify": true, "findandmodify": true,
	"collection": true, "getMore": false, "create": true, "drop": true, "createIndexes": true, "listIndexes": true, "$db": true, "from": true, "coll": true, "ns": true,
}

// json reads the whole text. With commands, names of collections stay.
func (l *lexer) json(commands bool) {
	r := jsonReader{lexer: l, commands: commands}
	for r.i < len(r.s) {
		r.token()
	}
}

func (r *jsonReader) token() {
	s, i := r.s, r.i
	if to := r.skipSettled(i); to > 0 {
		r.i = to
		return
	}
	switch c := s[i]; {
	case c == '{' || c == '[' || c == '(':
		r.open = append(r.open, c)
		r.value = c != '{'
		r.i++
	case c == '}' || c == ']' || c == ')':
		if n := len(r.open); n > 0 {
			r.open = r.open[:n-1]
		}
		r.value = r.inList()
		r.i++
	case c == ',':
		r.value = r.inList()
		r.i++
	case c == ':' || c == '=':
		r.value = true
		r.i++
	case c == '"' || c == '\'':
		r.text(i)
	case c == '/' && r.value:
		r.pattern(i)
	case isDigit(c) || isLetter(c) || c == '_' || c == '$' || c >= 0x80 || (c == '-' || c == '+' || c == '.') && isDigit(byteAt(s, i+1)):
		r.bare(i)
	default:
		r.i++
	}
}

func (r *jsonReader) inList() bool {
	n := len(r.open)
	return n > 0 && r.open[n-1] != '{'
}

// text reads a quoted key or value; of a value the quotes stay, so that JSON
// stays JSON.
func (r *jsonReader) text(i int) {
	end := i + 1
	for end < len(r.s) && r.s[end] != r.s[i] {
		if r.s[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(r.s))
	r.i = min(end+1, len(r.s))
	next := r.i
	for next < len(r.s) && (r.s[next] == ' ' || r.s[next] == '\n' || r.s[next] == '\t' || r.s[next] == '\r') {
		next++
	}
	content := r.s[i+1 : end]
	if c := byteAt(r.s, next); c == ':' && !r.inList() || c == '=' && !r.value {
		r.key = content
		return
	}
	if r.namesCollection(content) {
		return
	}
	r.literal(i+1, end)
}

func (r *jsonReader) namesCollection(content string) bool {
	if !r.commands || len(r.open) != 1 && r.key != "from" && r.key != "coll" || !commandKeys[r.key] || len(content) > 120 {
		return false
	}
	for i := range len(content) {
		if c := content[i]; !isWord(c) && c != '.' && c != '$' {
			return false
		}
	}
	return true
}

// pattern reads /a regular expression/i.
func (r *jsonReader) pattern(i int) {
	end := len(r.s)
	for j := i + 1; j < len(r.s); j++ {
		if r.s[j] == '\\' {
			j++
		} else if r.s[j] == '/' {
			for end = j + 1; isLetter(byteAt(r.s, end)); end++ { // its flags
			}
			break
		}
	}
	r.literal(i, end)
	r.i = end
}

// bare reads what stands without quotes: numbers, true, ObjectId(…), keys of the
// shell, and values as Java prints them.
func (r *jsonReader) bare(i int) {
	end := i
	for end < len(r.s) && !strings.ContainsRune("{}[](),:=\"'<", rune(r.s[end])) {
		end++
	}
	r.i = end
	word := strings.TrimRight(r.s[i:end], " \t\r\n")
	switch c := byteAt(r.s, end); {
	case c == '(' && isLetter(r.s[i]), c == '{' && isLetter(r.s[i]): // a call
		return
	case c == ':' && !r.inList(), c == '=' && !r.value:
		r.key = word
		return
	}
	if len(r.open) == 0 && r.commands && !isDigit(r.s[i]) {
		return
	}
	switch word {
	case "true", "false", "null", "undefined", "new", "?":
		return
	}
	r.literal(i, i+len(word))
}
