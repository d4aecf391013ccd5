package catalog

import (
	"strings"
)

// cleanPath returns the path of a call in the one form that templates are
// compared with, as servers read it: without query, fragment and ;parameters,
// unreserved characters not encoded, no empty segments, . and .. resolved
// (RFC 3986, section 6.2.2). It allocates only where something is to be done.
//
//	/crm/./contacts//%34711;v=1?fields=name → /crm/contacts/4711
func cleanPath(path string) string {
	end, isClean := scanPath(path)
	if path = path[:end]; isClean {
		return path
	}
	clean := make([]byte, 0, len(path))
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ";")
		start := len(clean)
		clean = appendDecoded(append(clean, '/'), segment)
		switch string(clean[start:]) {
		case "/", "/.":
			clean = clean[:start]
		case "/..":
			clean = clean[:max(strings.LastIndexByte(string(clean[:start]), '/'), 0)]
		}
	}
	if len(clean) == 0 {
		return "/"
	}
	return string(clean)
}

// scanPath returns where a path ends, and whether it is in its form up to there.
// What is no path (*) stays as it is.
func scanPath(path string) (end int, isClean bool) {
	isClean = true
	for i := range len(path) {
		if !tellsOfPath[path[i]] {
			continue
		}
		switch path[i] {
		case '?', '#':
			return i, isClean || path[0] != '/'
		case '%', ';':
			isClean = false
		case '/':
			if i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '.') {
				isClean = false
			}
		}
	}
	return len(path), isClean || path[0] != '/'
}

// tellsOfPath are the bytes at which scanPath has to look, as most are not.
var tellsOfPath = [256]bool{'?': true, '#': true, '%': true, ';': true, '/': true}

// appendDecoded appends a segment. What is encoded and unreserved is decoded, once;
// %2F stays, which is no slash.
func appendDecoded(clean []byte, segment string) []byte {
	for i := 0; i < len(segment); i++ {
		if segment[i] == '%' && i+2 < len(segment) {
			high, low := hexDigit(segment[i+1]), hexDigit(segment[i+2])
			if c := high<<4 | low; high < 16 && low < 16 && isUnreserved(c) {
				clean = append(clean, c)
				i += 2
				continue
			}
		}
		clean = append(clean, segment[i])
	}
	return clean
}

// hexDigit returns the value of a hexadecimal digit, 16 for what is none.
func hexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// isUnreserved is that of RFC 3986, section 2.3.
func isUnreserved(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// cleanHost returns a host in the one form that hosts are compared in: lower
// case, without port and the dot of the root.
func cleanHost(host string) string {
	var seen hostByte
	for i := range len(host) {
		seen |= hostBytes[host[i]]
	}
	if seen&hostColon != 0 {
		if end := strings.LastIndexByte(host, ':'); strings.IndexByte(host, ':') == end || host[end-1] == ']' {
			host = host[:end]
		}
	}
	host = strings.TrimSuffix(host, ".")
	if seen&hostOther != 0 {
		host = strings.ToLower(host)
	}
	return host
}

// hostByte tells of a byte of a host what cleanHost may have to do about it.
type hostByte uint8

const (
	hostColon hostByte = 1 << iota
	hostOther          // perhaps not in lower case
)

var hostBytes = func() (table [256]hostByte) {
	for i := range table {
		switch c := byte(i); {
		case c == ':':
			table[i] = hostColon
		case 'A' <= c && c <= 'Z' || c >= 0x80:
			table[i] = hostOther
		}
	}
	return table
}()
