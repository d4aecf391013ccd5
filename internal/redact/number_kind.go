package redact

// atDigits reads a word of digits and dashes, or the first group of a number
// that goes on behind it.
func (sc *scanner) atDigits(start, end int, _ uint8) (hit, bool) {
	s := sc.s
	for start < end && !isDigit(s[start]) {
		start++
	}
	size := end - start
	if size == 10 && s[start+4] == '-' && s[start+7] == '-' {
		return sc.birthDate(start)
	}
	before := byteAt(s, start-1)
	if before == '.' && isDigit(byteAt(s, start-2)) { // a fraction, or what atNumberDot has seen
		return hit{}, false
	}
	next := byteAt(s, end)
	if next == '.' && isDigit(byteAt(s, end+1)) && (size < minCard || !isZeroFraction(s, end)) {
		return hit{}, false
	}
	if size < minDigits {
		if size == 0 || before != '+' && next != ')' && !(next == '+' && isDigit(byteAt(s, end+1))) && !(next == ' ' && (isDigit(byteAt(s, end+1)) || byteAt(s, end+1) == '(')) && !(next == '/' && isDigit(byteAt(s, end+1))) {
			return hit{}, false
		}
	}
	return sc.atNumber(start)
}

// minDigits is the length of the shortest number that is looked for.
const minDigits = 7

// atNumberDot reads what begins with the digits before the dot at i: an
// address, or a number that dots group.
func (sc *scanner) atNumberDot(wordStart, i int) (hit, bool) {
	s := sc.s
	start := max(wordStart, sc.floor)
	for start < i && !isDigit(s[start]) {
		start++
	}
	size := i - start
	if size == 0 || size > 5 || !isDigit(byteAt(s, i+1)) || (start > 0 && s[start-1] == '.') {
		return hit{}, false
	}
	for j := start; j < i; j++ {
		if !isDigit(s[j]) {
			return hit{}, false
		}
	}
	if size <= 3 {
		if h, ok, dotted := sc.ipv4(start); ok || dotted {
			return h, ok
		}
	}
	// a second separator follows, or this is a fraction
	j := i + 1
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	if j-i > 8 || j-i < 3 {
		return hit{}, false
	}
	if c := byteAt(s, j); (c != '.' && c != '-' && c != ' ') || !isDigit(byteAt(s, j+1)) {
		if before := byteAt(s, start-1); c != 'x' && before != '+' && before != '(' {
			return hit{}, false
		}
	}
	return sc.atNumber(start)
}

// atNumber reads the number whose first digit is at start and says what it is.
func (sc *scanner) atNumber(start int) (hit, bool) {
	before := byteAt(sc.s, start-1)
	if isAlnum(before) && !isEscaped(sc.s, start-1) || before == '$' || before == '%' || isIDKey(sc.key) { // behind a percent sign stands an escape
		return hit{}, false
	}
	var n number
	n.read(sc.s, start)
	if n.n < minDigits {
		return sc.spacedNINO(&n)
	}
	if n.seps[0] == '+' {
		return sc.internationalPhone(&n)
	}
	if n.n >= minCard {
		if h, ok := sc.card(&n); ok {
			return h, ok
		}
	}
	for g := n.groups; g > 0; g-- {
		if g < n.groups && n.seps[g] != ' ' && n.seps[g] != '/' {
			continue
		}
		if n.upTo(g) < minDigits {
			break
		}
		if h, ok := sc.number(&n, g); ok {
			return h, ok
		}
	}
	return hit{}, false
}

// isRangeMark knows what stands between two numbers of a list without spaces.
func isRangeMark(c byte) bool { return c == '-' || c == '/' }

// number classifies the first groups of n.
func (sc *scanner) number(n *number, groups int) (hit, bool) {
	end := n.ends[groups-1]
	if groups == n.groups && n.more {
		return hit{}, false
	}
	if c := byteAt(sc.s, end); isLetter(c) || c == '_' {
		if c|0x20 != 'x' || !isDigit(byteAt(sc.s, end+1)) {
			return hit{}, false
		}
	}
	d := n.digits
	d.n = n.upTo(groups)
	if groups == 1 {
		return sc.bareNumber(d, n.start, end)
	}
	return sc.groupedNumber(n, d, groups)
}

// bareNumber classifies digits in one piece. Without a word that says what they
// are only the few formats count that are sure of themselves.
func (sc *scanner) bareNumber(d digits, start, end int) (hit, bool) {
	if d.n == 18 && chinaResident(d) {
		return sc.found(start, end, detChinaID)
	}
	if d.n > maxIDDigits {
		return hit{}, false
	}
	if next := byteAt(sc.s, end); next == '-' && d.n <= maxPhoneDigits && sc.after(end, ctxPhone) {
		return sc.found(start, end, detPhone)
	}
	about := sc.contextOf(start)
	if about.near == (contextSet{}) {
		return hit{}, false
	}
	if looksLikeEpoch(d) {
		about.near = about.linked
	}
	if h, ok := sc.numberID(d, start, end, &about); ok {
		return h, ok
	}
	called := about.linked.has(ctxCall) && about.linked.has(ctxPerson) // call me at
	if (called || about.linked.has(ctxPhone)) && d.n <= maxPhoneDigits {
		return sc.found(start, sc.extensionEnd(end), detPhone)
	}
	if d.n == 8 && about.linked.has(ctxBirth) && isCalendarDate(d.value(0, 4), d.two(4), d.two(6)) {
		return sc.found(start, end, detBirthDate)
	}
	return hit{}, false
}

// groupedNumber classifies digits in groups: first by the form they are printed
// in, then by what stands beside them.
func (sc *scanner) groupedNumber(n *number, d digits, groups int) (hit, bool) {
	end := n.ends[groups-1]
	f := n.form(groups)
	if h, ok := sc.printedNumber(d, &f, n.start, end); ok {
		return h, ok
	}
	if h, ok := sc.letteredTail(d, &f, n.start, end); ok {
		return h, ok
	}
	if isDateForm(&f, d) {
		return sc.birthDate(n.start)
	}
	if h, ok := sc.printedPhone(n, d, &f, groups); ok {
		return h, ok
	}
	continues := groups < n.groups || (n.start > 1 && sc.s[n.start-1] == ' ' && isDigit(sc.s[n.start-2]))
	if continues {
		return hit{}, false
	}
	about := sc.contextOf(n.start)
	if about.near != (contextSet{}) {
		if h, ok := sc.numberID(d, n.start, end, &about); ok {
			return h, ok
		}
	}
	return sc.phoneByContext(n, d, &f, groups, &about)
}

// found is the last step of a matcher: it drops hits of detectors that are off.
func (sc *scanner) found(start, end, detector int) (hit, bool) {
	if start < sc.floor || !sc.e.enabled[detector] {
		return hit{}, false
	}
	return hit{start, end, detector}, true
}
