package kong

import (
	"regexp"
	"strings"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
)

// namedGroup is one path segment captured by name: (?<id>[^/]+) or (?P<id>\d+).
var namedGroup = regexp.MustCompile(`^\(\?P?<(\w+)>[^()]+\)$`)

// routeTemplate returns the path of the entry's route as a template, when it
// is one. A plain Kong path is only a prefix ("/crm" serves /crm/contacts/17
// too) and says nothing about the endpoint; a regex path with named groups does:
//
//	"~/contacts/(?<id>[^/]+)$" for /contacts/17  →  "/contacts/{id}"
func routeTemplate(entry fields.Object, path string) string {
	for _, pattern := range entry.Texts("route.paths") {
		if template, ok := template(pattern); ok && matches(template, path) {
			return template
		}
	}
	return ""
}

func template(pattern string) (string, bool) {
	pattern, isRegex := strings.CutPrefix(pattern, "~")
	if !isRegex {
		return "", false
	}
	pattern = strings.TrimPrefix(pattern, "^")
	pattern = strings.TrimSuffix(strings.TrimSuffix(pattern, "$"), "/?")
	segments := splitSegments(pattern)
	named := false
	for i, segment := range segments {
		if group := namedGroup.FindStringSubmatch(segment); group != nil {
			segments[i] = "{" + group[1] + "}"
			named = true
			continue
		}
		literal := strings.NewReplacer(`\.`, ".", `\-`, "-", `\_`, "_").Replace(segment)
		if strings.ContainsAny(strings.ReplaceAll(segment, `\.`, ""), `()[]{}*+?|^$.`) || strings.Contains(literal, `\`) {
			return "", false
		}
		segments[i] = literal
	}
	return strings.Join(segments, "/"), named
}

// splitSegments splits at the slashes outside of groups: [^/] is one of them.
func splitSegments(pattern string) []string {
	var segments []string
	depth, start := 0, 0
	for i, r := range pattern {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case '/':
			if depth == 0 {
				segments = append(segments, pattern[start:i])
				start = i + 1
			}
		}
	}
	return append(segments, pattern[start:])
}

// matches says whether path has the template's segments and no more: without
// a final $ the pattern, too, is only a prefix.
func matches(template, path string) bool {
	want := strings.Split(template, "/")
	have := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != have[i] {
			return false
		}
	}
	return true
}
