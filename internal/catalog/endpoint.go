package catalog

import (
	"fmt"
	"strings"
)

// endpoint is a parsed entry of allowed_endpoints.
type endpoint struct {
	methods string // "GET", "GET|POST" or "*"
	path    string
}

// parseEndpoint reads "GET /contacts/*": one or more methods joined by |, or *,
// then a path.
func parseEndpoint(text string) (endpoint, error) {
	methods, path, found := strings.Cut(text, " ")
	if !found || methods == "" || strings.ToUpper(methods) != methods || !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " ?#") {
		return endpoint{}, fmt.Errorf("%q, expected METHOD /path", clip(text))
	}
	return endpoint{methods: methods, path: path}, nil
}

// eachMethod calls f for every method of "GET|POST /orders". A text of another
// form has no methods: f gets all of it as the path.
func eachMethod(text string, f func(method, path string)) {
	e, err := parseEndpoint(text)
	if err != nil {
		f("", text)
		return
	}
	for method := range strings.SplitSeq(e.methods, "|") {
		f(method, e.path)
	}
}

// unnamed returns a path without the names of its parameters: two paths that
// differ in nothing else are the same.
func unnamed(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if isParameter(segment) {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// routeForm returns what is the same of routes that no two connectors may have:
// /a/{b} and /a/* differ only below /a/{b}.
func routeForm(path string) string {
	segments := strings.Split(unnamed(path), "/")
	for i, segment := range segments {
		if segment == "*" {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// isParameter reports whether a segment of a path is {name}.
func isParameter(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

// Allows reports whether the connector's allowed_endpoints cover a call, and
// whether it has any: without them nothing is said. A * or {name} stands for one
// segment, a * at the end for one or more:
//
//	GET /contacts/*        GET /contacts/{id}, GET /contacts/{id}/notes
//	GET /contacts/{id}     GET /contacts/{id} only
//	GET|POST /orders       both methods
//	* /*                   everything
func (c *Connector) Allows(method, route string) (allowed, declared bool) {
	for _, text := range c.AllowedEndpoints {
		if e, err := parseEndpoint(text); err == nil && e.covers(method, route) {
			return true, true
		}
	}
	return false, len(c.AllowedEndpoints) > 0
}

func (e endpoint) covers(method, route string) bool {
	return coversMethod(e.methods, method) && coversPath(e.path, route)
}

func coversMethod(methods, method string) bool {
	for methods != "" {
		var one string
		one, methods, _ = strings.Cut(methods, "|")
		if one == "*" || one == method {
			return true
		}
	}
	return false
}

func coversPath(pattern, route string) bool {
	pattern, route = strings.Trim(pattern, "/"), strings.Trim(route, "/")
	for {
		want, morePattern, patternLeft := strings.Cut(pattern, "/")
		have, moreRoute, routeLeft := strings.Cut(route, "/")
		if want == "*" && !patternLeft {
			return have != "" || pattern == "*" && route == ""
		}
		placeholder := want == "*" || isParameter(want)
		if want != have && (!placeholder || have == "") {
			return false
		}
		if !patternLeft || !routeLeft {
			return patternLeft == routeLeft
		}
		pattern, route = morePattern, moreRoute
	}
}
