package route

import (
	"bytes"
	"strings"
)

// appendSegment appends the template of one segment, whose bytes are of the
// classes in has. The cases that most segments are come first.
func appendSegment(out []byte, segment string, has class) []byte {
	switch {
	case len(segment) > maxSegment:
		if isTokenAlphabet(segment) {
			return append(out, placeholderToken...)
		}
		return append(out, placeholderText...)
	case has.within(letter | joiner), has.within(digit|joiner) && isNumberedVersion(out, segment):
		return append(out, segment...)
	case has == digit:
		return append(out, placeholderID...)
	case has.within(alphanumeric):
		template, _ := pieceAt(segment)
		return append(out, template...)
	case len(segment) == 36 && uuidAt(segment) > 0:
		return append(out, placeholderUUID...)
	}
	before := len(out)
	if out = appendMixed(out, segment, has); len(out)-before > maxSegment {
		return append(out[:before], placeholderText...)
	}
	return out
}

// appendMixed appends the template of a segment with separators or other bytes.
// The order of the rules matters: what holds for the whole segment comes before
// what holds for a piece.
func appendMixed(out []byte, segment string, has class) []byte {
	if name, key, found := cutKey(segment, has); found {
		out, _ = appendPieces(out, name)
		return appendKey(out, key)
	}
	if whole := wholeSegment(segment, has); whole != "" {
		return append(out, whole...)
	}
	if name, value, found := cutArgument(segment, has); found {
		return appendArgument(out, name, value)
	}
	before := len(out)
	out, p := appendPieces(out, segment)
	if p.words >= minSlugWords && p.ids > 0 && has&mark == 0 {
		return append(out[:before], placeholderSlug...)
	}
	return out
}

// minSlugWords is how many words beside an id make a title of somebody's making
// (how-to-fix-4711), which is no name of the API (invoice-4711).
const minSlugWords = 3

// wholeSegment returns what stands for all of segment, or "". A segment that
// holds one of our placeholders has been through here before and is only looked
// at piece by piece, which keeps Template idempotent.
func wholeSegment(segment string, has class) string {
	switch {
	case has&brace != 0:
		if !bracesAreOurs(segment) {
			return placeholderID
		}
		if has&foreign != 0 {
			return placeholderText
		}
		return ""
	case isEmail(segment, has):
		return placeholderEmail
	case isTimestamp(segment):
		return placeholderDate
	case has&foreign != 0:
		return placeholderText
	case segment[0] == ':' && len(segment) > 1, isHexGroups(segment, has):
		return placeholderID
	case isJWT(segment), isPadded(segment), isLongToken(segment, has):
		return placeholderToken
	case isLocale(segment):
		return segment
	}
	return ""
}

// isLongToken reports encoded text that separators of its own alphabet would
// otherwise cut into harmless pieces: base64url, Nano ID.
func isLongToken(s string, has class) bool {
	const all = lower | upper | digit
	return len(s) >= 20 && has&all == all && shapeOf(s).mixes >= 3 && !holdsUUID(s)
}

func holdsUUID(segment string) bool {
	for i := range len(segment) {
		if (i == 0 || isSeparator(segment[i-1])) && uuidAt(segment[i:]) > 0 {
			return true
		}
	}
	return false
}

// isNumberedVersion reports a version without v where APIs have it: behind
// "api", and with a point at the very front.
//
//	/rest/api/2/issue, /api/1.1/jobs, /2.0/repositories
func isNumberedVersion(out []byte, segment string) bool {
	major, minor, point := strings.Cut(segment, ".")
	if !isShortNumber(major) || point && !isShortNumber(minor) {
		return false
	}
	return bytes.HasSuffix(out, []byte("/api/")) || point && len(out) == 1
}

func isShortNumber(s string) bool { return len(s) > 0 && len(s) <= 2 && classesOf(s) == digit }

// isLocale reports the locales with digits: the languages of a continent or of
// the world, by UN M.49 codes. Others (en-US, zh-Hant-TW) are names anyway.
func isLocale(s string) bool {
	switch s {
	case "es-419", "es_419", "en-001", "en_001", "en-150", "en_150", "ar-001", "ar_001":
		return true
	}
	return false
}
