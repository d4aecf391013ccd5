package redact

// maxPhoneDigits is the limit of E.164.
const maxPhoneDigits = 15

// internationalPhone reads what follows a plus: the country, then as many
// digits as its plan has.
func (sc *scanner) internationalPhone(n *number) (hit, bool) {
	if before := byteAt(sc.s, n.start-2); isAlnum(before) && !isEscaped(sc.s, n.start-2) || before == ')' || before == '+' || before == '_' {
		return hit{}, false
	}
	for g := n.groups; g > 0; g-- {
		if g == n.groups && n.more || g < n.groups && n.seps[g] != ' ' && n.seps[g] != '/' {
			continue
		}
		end := n.ends[g-1]
		if c := byteAt(sc.s, end); isLetter(c) && (c|0x20 != 'x' || !isDigit(byteAt(sc.s, end+1))) || c == '_' {
			continue
		}
		d := n.digits
		d.n = n.upTo(g)
		d.dropTrunk(n, g)
		if d.n < 8 || d.n > maxPhoneDigits+1 {
			continue
		}
		if inPlan(d, g > 1) {
			return sc.found(n.start-1, sc.extensionEnd(end), detPhone)
		}
	}
	if d := n.digits; d.n >= minDigits && d.n <= maxPhoneDigits && !n.more {
		if about := sc.contextOf(n.start); about.near.has(ctxPhone) || about.linked.has(ctxCall) {
			return sc.found(n.start-1, sc.extensionEnd(n.ends[n.groups-1]), detPhone)
		}
	}
	return hit{}, false
}

// dropTrunk leaves out the zero of +46 (0)8.
func (d *digits) dropTrunk(n *number, groups int) {
	at := 0
	for g := range min(groups, 3) {
		if g > 0 && n.seps[g] == '(' && n.sizes[g] == 1 && d.d[at] == 0 {
			copy(d.d[at:], d.d[at+1:d.n])
			d.n--
			return
		}
		at += int(n.sizes[g])
	}
}

// printedPhone finds forms that are hardly anything but phone numbers.
func (sc *scanner) printedPhone(n *number, d digits, f *form, groups int) (hit, bool) {
	end := n.ends[groups-1]
	before := byteAt(sc.s, n.start-1)
	if (before == '-' || before == '.' || before == '/' || before == '_') && n.start-1 != sc.floor {
		return hit{}, false
	}
	if !sc.isPhoneForm(n, d, f, groups) {
		return hit{}, false
	}
	return sc.found(n.phoneStart(groups), sc.extensionEnd(end), detPhone)
}

// phoneStart takes the opening parenthesis of (905) 674-3793 with it.
func (n *number) phoneStart(groups int) int {
	if n.seps[0] == '(' && groups > 1 && n.seps[1] == ')' {
		return n.start - 1
	}
	return n.start
}

func (sc *scanner) isPhoneForm(n *number, d digits, f *form, groups int) bool {
	end := n.ends[groups-1]
	switch string(f.text[:f.n]) {
	case "3-3-4", "3.3.4", "(3)3.4":
		return d.d[0] >= 2 && (isNANP(d, 0) || sc.extensionEnd(end) > end || sc.isWholeField(n.start, end))
	case "(3)3-4":
		return d.d[0] >= 2
	case "1-3-3-4", "1.3.3.4", "1(3)3-4", "1-(3)3-4":
		return d.d[0] == 1 && isNANP(d, 1)
	case "3-3-3-4":
		return d.value(0, 3) == 1 && d.d[3] >= 2
	case "2.2.2.2.2", "2 2 2 2 2", "2-2-2-2-2", // France
		"5 6", "5 3 3", "3 4 4", "3-4-4", "(5)6", "(4)3 4", "(3)4 4", "(2)4 4": // a trunk zero: Britain, Japan, Korea, Australia
		return d.d[0] == 0 && d.d[1] != 0 && !sc.isSpaced(n, groups)
	case "(2)4-4", "(2)5-4": // Brazil
		return !sc.isSpaced(n, groups)
	}
	if d.d[0] != 0 || sc.isSpaced(n, groups) {
		return false
	}
	switch {
	case n.seps[0] == '(' && n.sizes[0] >= 3 && n.seps[1] == ')' && groups <= 4: // (0341) 8387176
		return d.d[0] == 0 && d.d[1] != 0 && d.n >= 8 && d.n <= 12
	case d.d[0] == 0 && d.d[1] == 0 && d.d[2] != 0 && groups > 1: // 0049 30 …
		copy(d.d[:], d.d[2:])
		d.n -= 2
		return d.n >= 9 && inPlan(d, false)
	}
	return false
}

// isSpaced reports whether a number goes on behind its first groups, or is one of
// several.
func (sc *scanner) isSpaced(n *number, groups int) bool {
	return groups < n.groups || sc.inHexDump(n.start, n.ends[groups-1])
}

// inHexDump reports whether another number, or two hexadecimal digits, stands a
// space before start or behind end.
func (sc *scanner) inHexDump(start, end int) bool {
	s := sc.s
	if start > 1 && s[start-1] == ' ' && (isDigit(s[start-2]) || start > 2 && isHex(s[start-2]) && isHex(s[start-3]) && !isWord(byteAt(s, start-4))) {
		return true
	}
	return byteAt(s, end) == ' ' && isHex(byteAt(s, end+1)) && isHex(byteAt(s, end+2)) && !isWord(byteAt(s, end+3))
}

// isWholeField reports whether nothing else stands in the value, or in the cell
// or string of it, that the number is in.
func (sc *scanner) isWholeField(start, end int) bool {
	before, after := byteAt(sc.s, start-1), byteAt(sc.s, end)
	return (before == 0 || before == '"' || before == '\'' || before == ',' || before == '=' || before == '>' || before == '\t' || before == '\n') &&
		(after == 0 || after == '"' || after == '\'' || after == ',' || after == '&' || after == '<' || after == '\t' || after == '\n')
}

// isNANP checks area code and exchange of the North American numbering plan,
// from digit i: neither begins with 0 or 1 or is N11.
func isNANP(d digits, i int) bool {
	return d.d[i] >= 2 && !(d.d[i+1] == 1 && d.d[i+2] == 1) && d.d[i+3] >= 2 && !(d.d[i+4] == 1 && d.d[i+5] == 1)
}

// phoneByContext accepts other forms beside a word that speaks of phones.
func (sc *scanner) phoneByContext(n *number, d digits, f *form, groups int, about *context) (hit, bool) {
	end := n.ends[groups-1]
	if d.n > maxPhoneDigits || groups > 7 || f.is("5-4") {
		return hit{}, false
	}
	if n.isQuantity(groups) && !about.linked.has(ctxPhone) {
		return hit{}, false
	}
	mine := about.linked.has(ctxNumber) && about.linked.has(ctxPerson) // my new number is
	if !mine && !about.near.has(ctxPhone) && !about.linked.has(ctxCall) && !about.loose.has(ctxCall) && !about.first.has(ctxOffice) &&
		!sc.after(end, ctxPhone, ctxOffice) {
		return hit{}, false
	}
	return sc.found(n.phoneStart(groups), sc.extensionEnd(end), detPhone)
}

// isQuantity reports whether groups look like several numbers, or one large one:
// 200 300 400, 1024/2048, 100.000.000, 192 168 1 1.
func (n *number) isQuantity(groups int) bool {
	same, thousands := true, true
	for g := 1; g < groups; g++ {
		if n.sizes[g] == 1 || n.seps[g] == '/' {
			return true
		}
		same = same && n.sizes[g] == n.sizes[0] && n.seps[g] == ' ' && n.sizes[0] >= 3 && groups > 2
		thousands = thousands && n.sizes[g] == 3 && n.seps[g] == '.'
	}
	return same && n.ends[0] == n.start+4 || thousands
}

// extensionEnd reads x123, ext. 123 and extension 123 behind a phone number.
func (sc *scanner) extensionEnd(end int) int {
	s := sc.s
	i := end
	for byteAt(s, i) == ' ' || byteAt(s, i) == ',' {
		i++
	}
	if i-end > 2 || i >= len(s) {
		return end
	}
	switch {
	case hasFold(s[i:], "extension"):
		i += len("extension")
	case hasFold(s[i:], "ext"):
		i += len("ext")
	case s[i]|0x20 == 'x', s[i] == '#' && isDigit(byteAt(s, i+1)):
		i++
	default:
		return end
	}
	for n := 0; n < 3 && (byteAt(s, i) == '.' || byteAt(s, i) == ' ' || byteAt(s, i) == ':'); n++ {
		i++
	}
	from := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == from || i-from > 7 || isLetter(byteAt(s, i)) {
		return end
	}
	return i
}
