package route

import "strings"

// appendPieces appends segment with each piece between separators replaced by
// its placeholder where it is not a name: "report-2026-03.csv" →
// "report-{date}.csv", "contacts(4711)" → "contacts({id})".
func appendPieces(out []byte, segment string) []byte {
	for i := 0; i < len(segment); {
		c := segment[i]
		if c == '{' {
			length := placeholderAt(segment[i:])
			out = append(out, segment[i:i+length]...)
			i += length
			continue
		}
		if c == '\'' {
			if closing := strings.IndexByte(segment[i+1:], '\''); closing > 0 {
				out = append(append(append(out, '\''), placeholderID...), '\'')
				i += closing + 2
				continue
			}
		}
		if isSeparator(c) {
			out = append(out, c)
			i++
			continue
		}
		if length := uuidAt(segment[i:]); length > 0 {
			out = append(out, placeholderUUID...)
			i += length
			continue
		}
		if length := dateAt(segment[i:]); length > 0 {
			out = append(out, placeholderDate...)
			i += length
			continue
		}
		end := i
		for end < len(segment) && !isSeparator(segment[end]) && segment[end] != '{' {
			end++
		}
		out = append(out, templateOf(segment[i:end])...)
		i = end
	}
	return out
}

// templateOf returns the placeholder for a piece, or the piece if it is a name.
func templateOf(piece string) string {
	s := shapeOf(piece)
	switch {
	case s.digit && !s.lower && !s.upper:
		return placeholderID
	case len(piece) >= 16 && isHex(piece):
		return placeholderHash
	case !s.digit || isVersion(piece):
		return piece
	case len(piece) >= 20 && (digits(piece) >= 4 || s.lower && s.upper):
		return placeholderToken
	case digits(piece) >= 4,
		s.mixes >= 3 && len(piece) >= 5,
		s.lower && s.upper && len(piece) >= 8 && s.mixes >= 2,
		s.mixes >= 2 && piece[0] >= '0' && piece[0] <= '9' && len(piece) >= 4:
		return placeholderID
	}
	return piece
}

// isVersion reports v1, v12, v1beta2, v2alpha, v20240101.
func isVersion(piece string) bool {
	if len(piece) < 2 || piece[0] != 'v' && piece[0] != 'V' {
		return false
	}
	rest := strings.TrimLeft(piece[1:], "0123456789")
	if len(rest) == len(piece)-1 {
		return false
	}
	for _, stage := range [...]string{"alpha", "beta", "rc", "preview", "p"} {
		if after, found := strings.CutPrefix(rest, stage); found {
			return strings.TrimLeft(after, "0123456789") == ""
		}
	}
	return rest == ""
}

func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

func isHex(s string) bool {
	for i := range len(s) {
		if !isHexByte(s[i]) {
			return false
		}
	}
	return len(s) > 0
}

func isHexByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// endsPiece reports whether a piece may end before s[i].
func endsPiece(s string, i int) bool { return i == len(s) || isSeparator(s[i]) }

// uuidAt returns the length of a UUID at the start of s, or 0.
func uuidAt(s string) int {
	const length = 36
	if len(s) < length || !endsPiece(s, length) {
		return 0
	}
	for i := range length {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return 0
			}
		} else if !isHexByte(s[i]) {
			return 0
		}
	}
	return length
}

// dateAt returns the length of 2026-03-01 or 2026-03 at the start of s, or 0.
func dateAt(s string) int {
	for _, layout := range [...]string{"9999-99-99", "9999-99"} {
		if len(s) >= len(layout) && endsPiece(s, len(layout)) && matches(s[:len(layout)], layout) &&
			(s[0] == '1' && s[1] == '9' || s[0] == '2' && s[1] == '0') &&
			s[5:7] >= "01" && s[5:7] <= "12" {
			return len(layout)
		}
	}
	return 0
}

// isTimestamp reports an RFC 3339 time as a whole segment; ':' may be escaped.
func isTimestamp(s string) bool {
	const layout = "9999-99-99T99:99"
	return len(s) >= len(layout) && (matches(s[:len(layout)], layout) || matches(s[:len(layout)], "9999-99-99T99%3A"))
}

// matches compares s with a layout in which 9 stands for any digit.
func matches(s, layout string) bool {
	for i := range len(layout) {
		if layout[i] == '9' {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		} else if s[i] != layout[i] {
			return false
		}
	}
	return true
}

// isJWT reports header.payload.signature, which begins with base64 of `{"`.
func isJWT(s string) bool {
	return strings.HasPrefix(s, "eyJ") && strings.Count(s, ".") >= 1 && isTokenAlphabet(s)
}

func isTokenAlphabet(s string) bool {
	for i := range len(s) {
		if classes[s[i]] > digit && strings.IndexByte("-_.=~+", s[i]) < 0 {
			return false
		}
	}
	return true
}

// isEmail reports local@domain, with the @ plain or escaped.
func isEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	if !found {
		local, domain, found = strings.Cut(s, "%40")
	}
	return found && local != "" && strings.Contains(domain, ".")
}
