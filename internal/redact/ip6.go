package redact

// atColon reads an IPv6 or MAC address whose first colon is at i.
func (sc *scanner) atColon(_, i int) (hit, bool) {
	s := sc.s
	next := byteAt(s, i+1)
	if !isHex(next) && next != ':' {
		return hit{}, false
	}
	start := i
	for start > sc.floor && i-start < 5 && isHex(s[start-1]) {
		start--
	}
	if i-start > 4 || (start == i && next != ':') {
		return hit{}, false
	}
	if isEscaped(s, start) { // \b or \f: the letter is no digit
		start++
	}
	if before := byteAt(s, start-1); isWord(before) && !isEscaped(s, start-1) || before == ':' || before == '.' {
		return hit{}, false
	}
	if i-start == 2 {
		if end, ok := macEnd(s, start, ':'); ok {
			if sc.e.sparesAddress(sc.key, detMAC) {
				return hit{}, false
			}
			return sc.found(start, end, detMAC)
		}
	}
	end, ok := ipv6End(s, start)
	if !ok || !sc.e.enabled[detIPv6] || sc.e.sparesAddress(sc.key, detIPv6) {
		return hit{}, false
	}
	if byteAt(s, end) == '%' && isAlnum(byteAt(s, end+1)) { // a zone: fe80::1%eth0
		for end++; end < len(s) && (isWord(s[end]) || s[end] == '.'); {
			end++
		}
	}
	return sc.found(start, end, detIPv6)
}

// ipv6End reads eight groups of up to four hexadecimal digits, or fewer around
// one "::"; the last two may be an IPv4 address. Names such as add::be are none,
// and ::1 is nobody.
func ipv6End(s string, i int) (end int, ok bool) {
	start, groups, gap, first, digitsSeen, pairs := i, 0, -1, 0, false, true
	if hasFold(s[i:], "::") {
		gap = 0
		i += 2
	}
	for groups < 8 {
		from := i
		for i < len(s) && isHex(s[i]) && i-from < 5 {
			digitsSeen = digitsSeen || isDigit(s[i])
			i++
		}
		n := i - from
		if n == 0 || n > 4 {
			i = from
			if n > 4 || gap != groups {
				return i, false
			}
			break
		}
		if byteAt(s, i) == '.' && groups <= 6 {
			if v4, four := ipv4End(s, from); four && (groups == 6 || gap >= 0) {
				return v4, !isWord(byteAt(s, v4)) && (byteAt(s, v4) != '.' || !isDigit(byteAt(s, v4+1)))
			}
		}
		if groups == 0 {
			first = n
		}
		groups++
		pairs = pairs && n == 2
		if byteAt(s, i) != ':' {
			break
		}
		if byteAt(s, i+1) == ':' {
			if gap >= 0 {
				return i, false
			}
			gap = groups
			i += 2
			continue
		}
		if !isHex(byteAt(s, i+1)) {
			break // a colon of the sentence, or before a port
		}
		if groups == 8 {
			return i, false // longer than an address: a fingerprint
		}
		i++
	}
	if c := byteAt(s, i); isWord(c) || (c == ':' && byteAt(s, i+1) == ':') || (c == ':' && isHex(byteAt(s, i+1)) && gap < 0) {
		return i, false
	}
	if gap < 0 {
		return i, groups == 8 && !pairs // eight pairs are an EUI-64
	}
	return i, digitsSeen && groups < 8 && i-start > 4 && (first >= 3 || groups >= 3)
}

// macEnd reads six pairs of hexadecimal digits; all zero or all one is nobody's.
func macEnd(s string, start int, sep byte) (end int, ok bool) {
	const size = 17
	if len(s) < start+size {
		return start, false
	}
	same := true
	for i := range size {
		c := s[start+i]
		if i%3 == 2 {
			if c != sep {
				return start, false
			}
			continue
		}
		if !isHex(c) {
			return start, false
		}
		same = same && c == s[start]
	}
	end = start + size
	if c := byteAt(s, end); isWord(c) || (c == sep && isHex(byteAt(s, end+1))) {
		return start, false
	}
	return end, !same
}
