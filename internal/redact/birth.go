package redact

// birthDate reads the date at start, when a word such as dob or born stands
// right before it: 1980-01-02, 2/1/1980, 02.01.1980, 2-1-80.
func (sc *scanner) birthDate(start int) (hit, bool) {
	if !sc.e.enabled[detBirthDate] || (start == 0 && sc.key == "") {
		return hit{}, false
	}
	var n number
	n.read(sc.s, start)
	d := n.digits
	groups := min(n.groups, 3)
	f := n.form(groups)
	d.n = n.upTo(groups)
	if !isDateForm(&f, d) {
		return hit{}, false
	}
	end := n.ends[groups-1]
	if c := byteAt(sc.s, end); c != 'T' && isWord(c) && c != '-' {
		return hit{}, false
	}
	if !sc.rightBehind(start, ctxBirth) {
		return hit{}, false
	}
	return sc.found(start, end, detBirthDate)
}

// isDateForm reports whether the first three groups are a date. Which of day and
// month comes first does not matter.
func isDateForm(f *form, d digits) bool {
	if f.n < 5 || f.text[1] != f.text[3] || f.text[1] == ' ' || f.text[1] == '(' || f.text[1] == ')' {
		return false
	}
	a, b, c := int(f.text[0]-'0'), int(f.text[2]-'0'), int(f.text[4]-'0')
	if a == 4 && b <= 2 && c <= 2 {
		return isCalendarDate(d.value(0, 4), d.value(4, b), d.value(4+b, c))
	}
	if a > 2 || b > 2 || (c != 4 && c != 2) {
		return false
	}
	x, y := d.value(0, a), d.value(a, b)
	if c == 4 {
		if year := d.value(a+b, 4); year < 1900 || year > 2100 {
			return false
		}
	}
	return isDay(x, y) || isDay(y, x)
}
