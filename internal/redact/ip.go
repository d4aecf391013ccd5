package redact

// ipv4 reads an IPv4 address from start. dotted reports that the text is one in
// form, whatever it is: then it is no other number either.
func (sc *scanner) ipv4(start int) (h hit, ok, dotted bool) {
	s := sc.s
	if byteAt(s, start-1) == '%' { // an escape: the decoded view will see it
		return hit{}, false, true
	}
	end, ok := ipv4End(s, start)
	if !ok {
		return hit{}, false, false
	}
	if c := byteAt(s, end); isAlnum(c) || c == '_' || (c == '.' && isDigit(byteAt(s, end+1))) {
		return hit{}, false, c == '.'
	}
	if !sc.e.enabled[detIPv4] || isNobody(s[start:end]) || sc.e.sparesAddress(sc.key, detIPv4) || sc.isVersion(start, end) {
		return hit{}, false, true
	}
	h, ok = sc.found(start, end, detIPv4)
	return h, ok, true
}

// isWholeIPv4 reports whether a value is nothing but an IPv4 address.
func isWholeIPv4(s string) bool {
	if len(s) > len("255.255.255.255") {
		return false
	}
	end, ok := ipv4End(s, 0)
	return ok && end == len(s)
}

// ipv4End reads four numbers below 256 without leading zeros.
func ipv4End(s string, i int) (end int, ok bool) {
	for part := 0; ; part++ {
		from, v := i, 0
		for i < len(s) && isDigit(s[i]) && i-from < 4 {
			v = v*10 + int(s[i]-'0')
			i++
		}
		if n := i - from; n == 0 || n > 3 || v > 255 || (n > 1 && s[from] == '0') {
			return i, false
		}
		if part == 3 {
			return i, true
		}
		if byteAt(s, i) != '.' {
			return i, false
		}
		i++
	}
}

// isNobody knows addresses that stand for no host: this one, all, none.
func isNobody(ip string) bool {
	return ip == "127.0.0.1" || ip == "0.0.0.0" || ip == "255.255.255.255"
}

// isVersion reports whether four numbers at start are a version: Chrome/120.0.0.0,
// v1.2.3.4, version=1.2.3.4, pkg==1.2.3.4, agent 7.1.2.3. A network's name ends
// in zeros, and a prefix length follows.
func (sc *scanner) isVersion(start, end int) bool {
	s := sc.s
	if after := byteAt(s, end); after != '/' && end-start > 5 && s[end-6:end] == ".0.0.0" {
		return true
	}
	if after := byteAt(s, end); after == '-' || after == '+' || after == '_' {
		return !isDigit(byteAt(s, end+1)) || after != '-'
	}
	if byteAt(s, end) == '.' && hasAnyFold(s[end+1:], "jar", "tar", "tgz", "zip", "gz", "whl", "exe", "msi", "deb", "rpm", "dll", "so", "nupkg", "apk") {
		return true
	}
	i := start - 1
	switch before := byteAt(s, i); before {
	case '.', '_', '^', '~', '$':
		return true
	case '-':
		return !isDigit(byteAt(s, i-1)) // a range of addresses goes on: 10.0.0.1-10.0.0.9
	case '=':
		if c := byteAt(s, i-1); c == '=' || c == '~' || c == '<' || c == '>' || c == '!' {
			return true
		}
	case '/':
		if isWord(byteAt(s, i-1)) {
			return sc.isProduct(i, end)
		}
		return false
	default:
		if isEscaped(s, i) { // a line's end in JSON
			start = i - 1
		} else if isAlnum(before) {
			return true
		}
	}
	return sc.isVersionName(start) || sc.isAnnounced(start, end)
}

// isAnnounced knows "starting ledger 14.2.3.29" and "upgraded agent from 7.1.2.3
// to 7.1.2.4".
func (sc *scanner) isAnnounced(start, end int) bool {
	s := sc.s
	if c := byteAt(s, end); c == ':' || c == '/' || hasFold(s[start:], "10.") || hasFold(s[start:], "192.168.") || hasFold(s[start:], "172.") {
		return false
	}
	i := start
	for words := 1; words <= 5 && i > 0 && s[i-1] == ' '; words++ {
		to := i - 1
		for i = to; i > 0 && s[i-1] > ' ' && to-i < 32; i-- {
		}
		switch s[i] | 0x20 { // most words begin otherwise
		case 'u', 'i', 'd', 'r', 's', 'l':
		default:
			continue
		}
		if hasAnyFold(s[i:], "upgrad", "install", "downgrad", "releas", "updat") ||
			words == 2 && hasAnyFold(s[i:], "starting", "started", "download", "deploy", "running", "using", "launch", "loaded", "loading") {
			return true
		}
	}
	return false
}

func hasAnyFold(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if hasFold(s, p) {
			return true
		}
	}
	return false
}

// isProduct decides on name/1.2.3.4, whose slash is at i: a product and its
// version, unless a port or a prefix follows or a path went before.
func (sc *scanner) isProduct(i, end int) bool {
	s := sc.s
	if c := byteAt(s, end); (c == ':' || c == '/') && isDigit(byteAt(s, end+1)) {
		return false
	}
	for i--; i >= 0; i-- {
		switch s[i] {
		case ' ', '"', '\'', '(', '\t', '\n', ',':
			return true
		case '/', ':', '=', '?':
			return false
		}
	}
	return true
}

// versionNames stand before four numbers that are a version.
var versionNames = suffixesOf(
	"version", "ver", "v", "versions", "build", "release", "revision", "rev", "firmware", "chrome", "chromium", "edge", "edg", "firefox", "safari", "opera", "browser",
	"agent", "sdk", "driver", "client_version", "kernel", "assembly", "upgrade", "tag", "chart",
)

// isVersionName looks at the word before a dotted number, or at the key.
func (sc *scanner) isVersionName(start int) bool {
	name := sc.key
	if start > 0 {
		end := start
		for end > 0 && start-end < 4 && !isAlnum(sc.s[end-1]) {
			end--
		}
		from := end
		for from > 0 && end-from < 20 && (isAlnum(sc.s[from-1]) || sc.s[from-1] == '_') {
			from--
		}
		if from < end {
			name = sc.s[from:end]
		}
	}
	if hasFold(name, "user_agent") || hasFold(name, "http.user_agent") {
		return true
	}
	for _, w := range versionNames.of(name) {
		if endsFold(name, w) && (len(name) == len(w) || !isAlnum(name[len(name)-len(w)-1]) || (isUpper(name[len(name)-len(w)]) && len(w) > 1)) {
			return true
		}
	}
	return false
}
