package redact

const (
	maxLocal  = 64  // RFC 5321 4.5.3.1.1
	maxDomain = 253 // RFC 1035
)

// atSign reads an e-mail address around the @ at i.
func (sc *scanner) atSign(i int) (hit, bool) {
	if h, ok := sc.atDSN(i); ok {
		return h, ok
	}
	s := sc.s
	start := i
	for start > sc.floor && i-start <= maxLocal && isLocal(s[start-1]) {
		start--
	}
	if isEscaped(s, start) && i-start > 1 {
		start++
	}
	for start < i && (s[start] == '.' || s[start] == '-' || s[start] == '\'' || s[start] == '/' || s[start] == '=') {
		start++
	}
	if start == i || s[i-1] == '.' || i-start > maxLocal {
		return hit{}, false
	}
	if sc.e.settled(s[start:i]) { // what is left of a URL's userinfo
		return hit{}, false
	}
	end, ok := domainEnd(s, i+1)
	if !ok || isFileSuffix(s[i+1:end]) {
		return hit{}, false
	}
	if isMachineName(s[i+1 : end]) {
		return hit{}, false
	}
	if s[start:i] == "git" && (byteAt(s, end) == ':' || byteAt(s, end) == '/') { // git@github.com:owner/repo
		return hit{}, false
	}
	return hit{start, end, detEmail}, true
}

func isLocal(c byte) bool {
	switch c {
	case '.', '!', '#', '$', '%', '&', '\'', '*', '+', '/', '=', '?', '^', '`', '{', '|', '}', '~':
		return c != '/' && c != '=' && c != '?' && c != '&' && c != '|' && c != '`' && c != '{' && c != '}'
	}
	return isWord(c) || isForeign(c)
}

// isForeign accepts what letters outside ASCII are made of. Invisible and
// typographic characters begin with 0xe2: the decoded view reads past them.
func isForeign(c byte) bool { return c >= 0x80 && c != 0xe2 }

// domainEnd reads labels from i and returns where the last sound one ends.
func domainEnd(s string, i int) (end int, ok bool) {
	labels, labelStart := 0, i
	limit := min(len(s), i+maxDomain)
	for j := i; j <= limit; j++ {
		c := byteAt(s, j)
		if j < limit && (isAlnum(c) || c == '-' || isForeign(c)) {
			continue
		}
		label := s[labelStart:j]
		if label == "" || label[0] == '-' || len(label) > 63 {
			break
		}
		labels++
		if labels > 1 && isTLD(label) {
			end, ok = j, true
		}
		if c != '.' {
			break
		}
		labelStart = j + 1
	}
	return end, ok
}

func isTLD(label string) bool {
	if len(label) < 2 || len(label) > 24 {
		return false
	}
	if hasFold(label, "xn--") {
		return true
	}
	for i := range len(label) {
		if !isLetter(label[i]) && label[i] < 0x80 {
			return false
		}
	}
	return true
}

// fileSuffixes are of files, and of units of systemd.
var fileSuffixes = suffixesOf(
	".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".js", ".mjs", ".css", ".map", ".tgz", ".ts", ".tsx", ".html", ".json",
	".service", ".socket", ".target", ".slice", ".scope", ".timer", ".mount", ".device",
)

// isFileSuffix knows icon@2x.png, and units of systemd: getty@tty1.service.
func isFileSuffix(domain string) bool {
	for _, suffix := range fileSuffixes.of(domain) {
		if endsFold(domain, suffix) {
			return true
		}
	}
	return false
}

// isMachineName knows what follows the @ of a node or a package and receives no
// mail: rabbit@rabbit-0.rabbit.svc.cluster.local, pkg@1.2.3-beta.next.
func isMachineName(domain string) bool {
	if endsFold(domain, ".cluster.local") || endsFold(domain, ".svc") || endsFold(domain, ".ec2.internal") || endsFold(domain, ".compute.internal") {
		return true
	}
	i := 0
	for i < len(domain) && isDigit(domain[i]) {
		i++
	}
	return i > 0 && byteAt(domain, i) == '.' && isDigit(byteAt(domain, i+1))
}
