package redact

const (
	maxDigits = 24 // more are no number of a person or an account
	maxGroups = 8
)

// digits is a number without what groups it. It is passed by value: validators
// are called through tables, where a slice of the stack would escape.
type digits struct {
	d [maxDigits]byte // values, not characters
	n int
}

// number is a run of digits in groups, as people print it: 905-674-3793,
// (0)8 928 571 38, 123.456.789-09.
type number struct {
	digits
	start  int
	groups int
	sizes  [maxGroups]uint8
	ends   [maxGroups]int  // offsets behind the groups
	seps   [maxGroups]byte // before each group; of the first '+', '(' or 0
	more   bool            // goes on with more than fits
}

// read fills n from the digit at start. Groups are separated by one of space,
// dash, dot and slash, or by parentheses; in a form, of a plus.
func (n *number) read(s string, start int) {
	n.start = start
	switch byteAt(s, start-1) {
	case '+':
		if !isAlnum(byteAt(s, start-2)) || !inForm(s, start-1) {
			n.seps[0] = '+'
		}
	case '(':
		n.seps[0] = '('
	}
	for i := start; ; {
		from := i
		for i < len(s) && isDigit(s[i]) && n.n < maxDigits {
			n.d[n.n] = s[i] - '0'
			n.n++
			i++
		}
		n.sizes[n.groups] = uint8(i - from)
		n.ends[n.groups] = i
		n.groups++
		next, sep := groupAfter(s, i)
		if sep == 0 {
			n.more = isDigit(byteAt(s, i))
			return
		}
		if n.groups == maxGroups || n.n == maxDigits {
			n.more = true
			return
		}
		n.seps[n.groups] = sep
		i = next
	}
}

// groupAfter returns where the next group of a number begins, behind the
// separator at i, and the separator: ')' for ") " and ")-", '(' for " (".
func groupAfter(s string, i int) (next int, sep byte) {
	c := byteAt(s, i)
	switch c {
	case ' ', '-', '.', '/':
		d := byteAt(s, i+1)
		if isDigit(d) {
			return i + 1, c
		}
		if d == '(' && (c == ' ' || c == '-') && isDigit(byteAt(s, i+2)) {
			return i + 2, '('
		}
	case '+':
		if isDigit(byteAt(s, i+1)) && isDigit(byteAt(s, i+2)) && inForm(s, i) {
			return i + 1, ' '
		}
	case '(':
		if isDigit(byteAt(s, i+1)) {
			return i + 1, c
		}
	case ')':
		d := byteAt(s, i+1)
		if isDigit(d) {
			return i + 1, c
		}
		if (d == ' ' || d == '-' || d == '.' || d == '/' || d == '+' && inForm(s, i)) && isDigit(byteAt(s, i+2)) {
			return i + 2, c
		}
	}
	return i, 0
}

// maxFormValue bounds how far before a plus the = of its parameter is searched.
const maxFormValue = 64

// inForm reports whether the plus at i is a space of name=4111+1111, as forms
// and queries write it.
func inForm(s string, i int) bool {
	for from := i; from > 0 && i-from < maxFormValue; from-- {
		switch c := s[from-1]; {
		case c == '=':
			return true
		case !isWord(c) && c != '+' && c != '%' && c != '.' && c != '(' && c != ')' && c != ',':
			return false
		}
	}
	return false
}

// upTo returns how many digits the first groups hold.
func (n *number) upTo(groups int) int {
	count := 0
	for _, size := range n.sizes[:groups] {
		count += int(size)
	}
	return count
}

// form describes how the first groups are printed: 3-3-4, (3)3-4, 4 4 4.
type form struct {
	text [2 * maxGroups]byte
	n    int
}

func (n *number) form(groups int) form {
	var f form
	for i := range groups {
		if sep := n.seps[i]; sep != 0 && sep != '+' {
			f.text[f.n] = sep
			f.n++
		}
		f.text[f.n] = n.sizes[i] + '0'
		f.n++
	}
	return f
}

func (f *form) is(text string) bool { return string(f.text[:f.n]) == text }

// in reports whether the form is one of those in list, which "|" separates.
func (f *form) in(list string) bool {
	for list != "" {
		end := 0
		for end < len(list) && list[end] != '|' {
			end++
		}
		if f.is(list[:end]) {
			return true
		}
		list = list[min(len(list), end+1):]
	}
	return false
}

// looksLikeEpoch knows times since 1970 in seconds, milli-, micro- and
// nanoseconds, from 2017 to 2033.
func looksLikeEpoch(d digits) bool {
	return (d.n == 10 || d.n == 13 || d.n == 16 || d.n == 19) && d.d[0] == 1 && d.d[1] >= 5
}

func (d *digits) two(i int) int { return int(d.d[i])*10 + int(d.d[i+1]) }

// value reads n digits from i.
func (d *digits) value(i, n int) int {
	v := 0
	for _, x := range d.d[i : i+n] {
		v = v*10 + int(x)
	}
	return v
}
