package route

import "strings"

// uuidAt returns the length of a UUID at the start of s, or 0.
func uuidAt(s string) int {
	const length = 36
	if len(s) < length || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' || !endsPiece(s, length) {
		return 0
	}
	for _, group := range [...]string{s[:8], s[9:13], s[14:18], s[19:23], s[24:36]} {
		if !isHex(group) {
			return 0
		}
	}
	return length
}

// dateAt returns the length of 2026-03-01 or 2026-03 at the start of s, or 0.
func dateAt(s string) int {
	if len(s) < len("2026-03") || s[4] != '-' || s[:2] != "19" && s[:2] != "20" {
		return 0
	}
	for _, layout := range [...]string{"9999-99-99", "9999-99"} {
		if len(s) >= len(layout) && endsPiece(s, len(layout)) && matches(s[:len(layout)], layout) && s[5:7] >= "01" && s[5:7] <= "12" {
			return len(layout)
		}
	}
	return 0
}

// versionAt returns the length of v1, v59.0, v2.1.3, v1beta2 or v2alpha at the
// start of s, or 0. No number has more than four digits: v2026, not v20260301.
func versionAt(s string) int {
	if s[0] != 'v' && s[0] != 'V' {
		return 0
	}
	end := 1 + shortNumber(s[1:])
	if end == 1 {
		return 0
	}
	for _, stage := range [...]string{"alpha", "beta", "rc", "preview", "p"} {
		if strings.HasPrefix(s[end:], stage) {
			end += len(stage)
			if end += shortNumber(s[end:]); endsPiece(s, end) {
				return end
			}
			return 0
		}
	}
	if !endsPiece(s, end) {
		return 0
	}
	for range 2 {
		if end == len(s) || s[end] != '.' {
			break
		}
		length := shortNumber(s[end+1:])
		if length == 0 || !endsPiece(s, end+1+length) {
			break
		}
		end += 1 + length
	}
	return end
}

// shortNumber returns how many of up to four digits s begins with; 0 if there
// are more.
func shortNumber(s string) int {
	n := 0
	for n < len(s) && classes[s[n]] == digit {
		n++
	}
	if n > 4 {
		return 0
	}
	return n
}

// isTimestamp reports an RFC 3339 time as a whole segment; ':' may be escaped.
func isTimestamp(s string) bool {
	const layout = "9999-99-99T99:99"
	return len(s) >= len(layout) && s[4] == '-' && s[10] == 'T' &&
		(matches(s[:len(layout)], layout) || matches(s[:len(layout)], "9999-99-99T99%3A"))
}

// matches compares s with a layout in which 9 stands for any digit.
func matches(s, layout string) bool {
	for i := range len(layout) {
		if layout[i] == '9' {
			if classes[s[i]] != digit {
				return false
			}
		} else if s[i] != layout[i] {
			return false
		}
	}
	return true
}

// isULID reports 26 characters of which the first is at most 7 (github.com/ulid/spec).
func isULID(s string) bool {
	return len(s) == 26 && s[0] >= '0' && s[0] <= '7' && classesOf(s).within(alphanumeric)
}

func isHex(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20 // lower case; digits stay what they are
		if (c < '0' || c > '9' || s[i] != c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) > 0
}

// isHexGroups reports hexadecimal groups between colons: IPv6 and MAC addresses,
// fingerprints.
func isHexGroups(s string, has class) bool {
	if has&digit == 0 || has&mark == 0 || strings.Count(s, ":") < 2 {
		return false
	}
	for group := range strings.SplitSeq(s, ":") {
		if group != "" && !isHex(group) {
			return false
		}
	}
	return true
}

// isJWT reports header.payload.signature, which begins with base64 of `{"`.
func isJWT(s string) bool {
	return strings.HasPrefix(s, "eyJ") && strings.Contains(s, ".") && isTokenAlphabet(s)
}

// isPadded reports base64 with its padding.
func isPadded(s string) bool {
	return len(s) >= 4 && s[len(s)-1] == '=' && isTokenAlphabet(s)
}

func isTokenAlphabet(s string) bool {
	for i := range len(s) {
		if classes[s[i]]&(alphanumeric|joiner) == 0 && s[i] != '=' && s[i] != '+' {
			return false
		}
	}
	return true
}

// isEmail reports local@domain, with the @ plain or escaped.
func isEmail(s string, has class) bool {
	if has&(at|foreign) == 0 {
		return false
	}
	local, domain, found := strings.Cut(s, "@")
	if !found {
		local, domain, found = strings.Cut(s, "%40")
	}
	return found && local != "" && domain != ""
}
