package route

import "strings"

const (
	placeholderID    = "{id}"
	placeholderUUID  = "{uuid}"
	placeholderHash  = "{hash}"
	placeholderDate  = "{date}"
	placeholderToken = "{token}"
	placeholderEmail = "{email}"
	placeholderSlug  = "{slug}"
	placeholderText  = "{text}"
	placeholderRest  = "{rest}"
)

// placeholderAt returns the length of our placeholder at the start of s, or 0.
func placeholderAt(s string) int {
	for _, p := range [...]string{
		placeholderID, placeholderUUID, placeholderHash, placeholderDate,
		placeholderToken, placeholderEmail, placeholderSlug, placeholderText, placeholderRest,
	} {
		if strings.HasPrefix(s, p) {
			return len(p)
		}
	}
	return 0
}

// bracesAreOurs reports whether every brace belongs to one of our placeholders,
// standing as a piece of its own. A foreign one ("{contactId}") could be any
// text a caller likes, so it is not kept.
func bracesAreOurs(segment string) bool {
	for i := 0; i < len(segment); {
		if segment[i] == '}' {
			return false
		}
		if segment[i] != '{' {
			i++
			continue
		}
		length := placeholderAt(segment[i:])
		if length == 0 || i > 0 && !isSeparator(segment[i-1]) {
			return false
		}
		if i += length; !endsPiece(segment, i) {
			return false
		}
	}
	return true
}
