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
		var has class
		segment, has, path = cutSegment(path)
		if segment == "" || segment == "." {
			continue
		}
		before := len(out)
		out = appendSegment(append(out, '/'), segment, has)
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

// cutSegment returns the first segment of path without matrix parameters, the
// classes of its bytes, and what follows it.
func cutSegment(path string) (segment string, has class, after string) {
	end := 0
	for end < len(path) && path[end] != '/' {
		has |= classes[path[end]]
		end++
	}
	segment, after = path[:end], path[min(end+1, len(path)):]
	if has&semicolon != 0 {
		segment, _, _ = strings.Cut(segment, ";")
		has = classesOf(segment)
	}
	return segment, has, after
}

// pathOnly cuts everything off a request target that is not its path:
// "https://api.example.com/a?b#c" → "/a".
func pathOnly(target string) string {
	if end := strings.IndexByte(target, '?'); end >= 0 {
		target = target[:end]
	}
	if end := strings.IndexByte(target, '#'); end >= 0 {
		target = target[:end]
	}
	if target == "" || target[0] == '/' {
		return target
	}
	if scheme, after, found := strings.Cut(target, "://"); found && scheme != "" && !strings.Contains(scheme, "/") {
		slash := strings.IndexByte(after, '/')
		if slash < 0 {
			return ""
		}
		return after[slash:]
	}
	return target
}
