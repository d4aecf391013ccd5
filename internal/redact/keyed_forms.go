package redact

// atElement reads <password>…</password>.
func (sc *scanner) atElement(i int) (hit, bool) {
	s := sc.s
	open := i
	for open > sc.floor && i-open < maxKeyLength && s[open-1] != '<' {
		open--
	}
	if open <= sc.floor || s[open-1] != '<' || !keyKindOf(s[open:i]).blocksValue() {
		return hit{}, false
	}
	end := i + 1
	for end < len(s) && s[end] != '<' {
		end++
	}
	value := s[i+1 : end]
	if byteAt(s, end+1) != '/' || value == "" || isNonSecretWord(value) || sc.e.settled(value) {
		return hit{}, false
	}
	return hit{i + 1, end, detKeyedSecret}, true
}

// atDashes reads -----BEGIN … PRIVATE KEY-----, --password value, --user ada:pw
// and mysql -pvalue.
func (sc *scanner) atDashes(start, end int) (hit, bool) {
	s := sc.s
	if hasFold(s[start:], "-----begin") {
		return sc.atPEM(start)
	}
	if s[start+1] == 'p' && end-start > 4 {
		return sc.atMySQLOption(start, end)
	}
	if s[start+1] != '-' && !isLetter(s[start+1]) || byteAt(s, end) != ' ' || byteAt(s, end+1) == '-' {
		return hit{}, false
	}
	option := s[start:end]
	if option == "--user" || option == "--proxy-user" {
		return sc.userAndPassword(end + 1)
	}
	if !keyEndings.endsAt(s, end) || keyKindOf(option) != keyStrong {
		return hit{}, false
	}
	return sc.optionValue(end + 1)
}

// optionValue reads the value of an option from i.
func (sc *scanner) optionValue(i int) (hit, bool) {
	from, open := sc.valueStart(i)
	to := valueEnd(sc.s, from, open)
	value := sc.s[from:to]
	if isNonSecretWord(value) || isReference(value) || sc.e.settled(value) || !sc.e.enabled[detKeyedSecret] {
		return hit{}, false
	}
	return hit{from, to, detKeyedSecret}, true
}
