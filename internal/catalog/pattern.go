package catalog

import (
	"regexp"
	"strings"
)

// EndpointPatterns returns allowed_endpoints as regular expressions (RE2) over
// an endpoint such as "GET /contacts/{id}": what they match is what [Allows]
// allows, so that a database can ask the same. None for a connector that may
// call anything.
//
// [Allows]: Connector.Allows
func (c *Connector) EndpointPatterns() []string {
	var patterns []string
	for _, text := range c.AllowedEndpoints {
		if e, err := parseEndpoint(text); err == nil {
			patterns = append(patterns, e.pattern())
		}
	}
	return patterns
}

func (e endpoint) pattern() string {
	return "^" + methodsPattern(e.methods) + " " + pathPattern(strings.Trim(e.path, "/")) + "$"
}

func methodsPattern(methods string) string {
	var each []string
	for method := range strings.SplitSeq(methods, "|") {
		if method == "*" {
			return "[^ ]*"
		}
		each = append(each, regexp.QuoteMeta(method))
	}
	return "(" + strings.Join(each, "|") + ")"
}

// pathPattern takes a path without slashes at its ends; a route may have any
// number of them there.
func pathPattern(path string) string {
	if path == "*" {
		return "/*.*"
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		switch {
		case segment == "*" && i == len(segments)-1:
			segments[i] = "[^/].*"
		case segment == "*" || isParameter(segment):
			segments[i] = "[^/]+"
		default:
			segments[i] = regexp.QuoteMeta(segment)
		}
	}
	return "/*" + strings.Join(segments, "/") + "/*"
}
