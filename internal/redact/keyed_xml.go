package redact

import "strings"

const (
	maxTag   = 256  // how far a tag is read backwards
	maxCDATA = 4096 // how far the end of CDATA is looked for
)

// atElement reads what the element holds whose tag ends with the > at i:
// <password>…</password>, <Password Type="…">…, <entry key="password">…,
// <key>password</key><string>….
func (sc *scanner) atElement(i int) (hit, bool) {
	s := sc.s
	c := byteAt(s, i-1)
	quoted := c == '"' || c == '\''
	if !quoted && c != ' ' && !keyEndings.endsAt(s, i) {
		return hit{}, false
	}
	low := max(0, i-maxTag)
	open := strings.LastIndexByte(s[low:i], '<')
	if open < 0 {
		return hit{}, false
	}
	open += low
	tag := s[open+1 : i]
	if tag == "/key" {
		return sc.elementBehind(open, i+1)
	}
	name, _, attributes := strings.Cut(tag, " ")
	switch {
	case keyKindOf(name).blocksValue():
	case attributes && quoted && namesSecret(tag):
	case endsFold(name, "value") && behindName(s, open):
	default:
		return hit{}, false
	}
	return sc.elementText(i + 1)
}

// elementText reads the text of an element from i, in CDATA or not.
func (sc *scanner) elementText(i int) (hit, bool) {
	const cdata = "<![CDATA["
	s := sc.s
	from := skipBlank(s, i)
	end := from
	if strings.HasPrefix(s[from:], cdata) {
		from += len(cdata)
		end = min(len(s), from+maxCDATA)
		if n := strings.Index(s[from:end], "]]>"); n >= 0 {
			end = from + n
		}
	} else {
		for end < len(s) && s[end] != '<' {
			end++
		}
		if byteAt(s, end+1) != '/' {
			return hit{}, false
		}
	}
	for end > from && isBlank(s[end-1]) {
		end--
	}
	value := s[from:end]
	if value == "" || isNonSecretWord(value) || isReference(value) || sc.e.settled(value) {
		return hit{}, false
	}
	return hit{from, end, detKeyedSecret}, true
}

// elementBehind reads <string>…</string> behind <key>password</key>, whose
// closing tag begins at open and ends before i.
func (sc *scanner) elementBehind(open, i int) (hit, bool) {
	s := sc.s
	if !keyKindOf(s[max(0, open-maxKeyLength):open]).blocksValue() {
		return hit{}, false
	}
	i = skipBlank(s, i)
	if byteAt(s, i) != '<' || byteAt(s, i+1) == '/' {
		return hit{}, false
	}
	n := strings.IndexByte(s[i:min(len(s), i+maxKeyLength)], '>')
	if n < 0 {
		return hit{}, false
	}
	return sc.elementText(i + n + 1)
}

// namesSecret reports whether a tag ends with an attribute that names a secret:
// entry key="password".
func namesSecret(tag string) bool {
	tag = strings.TrimRight(tag, `"'\`)
	if !keyEndings.endsAt(tag, len(tag)) || !keyKindOf(tag).blocksValue() {
		return false
	}
	quote := strings.LastIndexAny(tag, `"'`)
	attribute := strings.TrimRight(tag[:max(quote, 0)], `\ =`)
	return endsFold(attribute, " name") || endsFold(attribute, " key")
}

// behindName reports whether <name>password</name>, <key>… or <property
// name="password"> stands before the tag at open.
func behindName(s string, open int) bool {
	before := strings.TrimRight(s[max(0, open-maxTag):open], " \t\r\n")
	if !strings.HasSuffix(before, ">") {
		return false
	}
	before = before[:len(before)-1]
	if endsFold(before, "</name") || endsFold(before, "</key") {
		before = strings.TrimRight(before[:strings.LastIndexByte(before, '<')], " \t\r\n")
		return keyKindOf(before).blocksValue()
	}
	return namesSecret(before[strings.LastIndexByte(before, '<')+1:])
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func skipBlank(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}
