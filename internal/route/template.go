package route

import "strings"

const (
	maxSegments = 16
	maxSegment  = 64
	maxLength   = 256
	rest        = "/{rest}"
)

// Template returns the route template of path. A query, a fragment, matrix
// parameters, empty segments, a trailing slash and, in a full URL, scheme and
// host are left out. The template of an empty path is empty: no path is known.
//
// It allocates once, and not at all when the path is already its template.
func Template(path string) string {
	if path == "" {
		return ""
	}
	target := path
	path = pathOnly(path)
	var buf [maxLength]byte
	out := buf[:0]
	segments := 0
	for len(path) > 0 {
		var segment string
		segment, path, _ = strings.Cut(path, "/")
		segment, _, _ = strings.Cut(segment, ";")
		if segment == "" || segment == "." {
			continue
		}
		before := len(out)
		out = append(out, '/')
		out = appendSegment(out, segment)
		if segments++; segments > maxSegments || len(out) > maxLength-len(rest) {
			out = append(out[:before], rest...)
			break
		}
	}
	if len(out) == 0 {
		return "/"
	}
	if string(out) == target {
		return target
	}
	return string(out)
}

// pathOnly cuts everything off a request target that is not its path:
// "https://api.example.com/a?b#c" → "/a".
func pathOnly(target string) string {
	if end := strings.IndexAny(target, "?#"); end >= 0 {
		target = target[:end]
	}
	if scheme := strings.Index(target, "://"); scheme > 0 && strings.IndexByte(target, '/') == scheme+1 {
		target = target[scheme+len("://"):]
		slash := strings.IndexByte(target, '/')
		if slash < 0 {
			return ""
		}
		return target[slash:]
	}
	return target
}
