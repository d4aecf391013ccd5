package route

import "strings"

// pieces counts what a segment consists of.
type pieces struct {
	words int // pieces that stay and have more than one letter
	ids   int // pieces replaced by something else than a date
}

// appendPieces appends segment with each piece between separators replaced by
// its placeholder where it is not a name: "report-2026-03.csv" →
// "report-{date}.csv", "4711:cancel" → "{id}:cancel".
func appendPieces(out []byte, segment string) ([]byte, pieces) {
	var p pieces
	for i := 0; i < len(segment); {
		if classes[segment[i]]&separator != 0 {
			if segment[i] == '\'' {
				if closing := strings.IndexByte(segment[i+1:], '\''); closing > 0 {
					out = append(append(append(out, '\''), placeholderID...), '\'')
					i += closing + 2
					continue
				}
			}
			out = append(out, segment[i])
			i++
			continue
		}
		template, length := pieceAt(segment[i:])
		switch {
		case template[0] != '{':
			if length > 1 {
				p.words++
			}
		case template != placeholderDate:
			p.ids++
		}
		out = append(out, template...)
		i += length
	}
	return out, p
}

// pieceAt returns the template and the length of the piece at the start of s,
// which does not start with a separator.
func pieceAt(s string) (template string, length int) {
	if s[0] == '{' {
		length = placeholderAt(s)
		return s[:length], length
	}
	if length := uuidAt(s); length > 0 {
		return placeholderUUID, length
	}
	if length := dateAt(s); length > 0 {
		return placeholderDate, length
	}
	if length := versionAt(s); length > 0 {
		return s[:length], length
	}
	for length < len(s) && !isSeparator(s[length]) && s[length] != '{' {
		length++
	}
	return pieceTemplate(s[:length]), length
}

// pieceTemplate returns the placeholder of a piece without separators, or the
// piece if it is a name.
func pieceTemplate(piece string) string {
	s := shapeOf(piece)
	switch {
	case s.has&letter == 0 && s.digits > 0:
		return placeholderID
	case len(piece) >= 16 && isHex(piece):
		return placeholderHash
	case s.digits == 0 || isTechnicalName(piece):
		return piece
	case isULID(piece), len(piece) >= 20 && (s.digits >= 4 || s.has&letter == letter):
		return placeholderToken
	case s.digits >= 3,
		s.mixes >= 3 && len(piece) >= 4,
		s.mixes >= 2 && len(piece) >= 8 && s.has&letter == letter,
		s.mixes >= 2 && len(piece) >= 4 && classes[piece[0]] == digit,
		len(piece) >= 7 && isHex(piece):
		return placeholderID
	}
	return piece
}

// shape is what one pass over a piece tells.
type shape struct {
	has    class
	digits int
	mixes  int // places where a letter touches a digit
}

func shapeOf(piece string) shape {
	var s shape
	var last class
	for i := range len(piece) {
		c := classes[piece[i]]
		s.has |= c
		if c == digit {
			s.digits++
			if last&letter != 0 {
				s.mixes++
			}
		} else if c&letter != 0 && last == digit {
			s.mixes++
		}
		last = c
	}
	return s
}

// isTechnicalName reports names with three or more digits that stand in paths of
// APIs.
func isTechnicalName(piece string) bool {
	if len(piece) < 4 || len(piece) > 7 {
		return false
	}
	for _, name := range [...]string{
		"sha224", "sha256", "sha384", "sha512", "rs256", "es256", "hs256", "ps256", "rs512", "es512", "hs512",
		"aes128", "aes256", "p256", "p384", "p521", "x509", "h264", "h265", "rfc3339", "iso8601",
	} {
		if strings.EqualFold(piece, name) {
			return true
		}
	}
	return false
}
