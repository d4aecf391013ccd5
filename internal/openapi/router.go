package openapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// AnyMethod is the method of a template that holds for all of them.
const AnyMethod = "*"

// Router finds the template that a path belongs to. Segment by segment, a text
// beats a parameter, of several templates the one that spells out more wins
// (/files/{name}.json before /files/{name}), and a parameter for the rest of the
// path comes last; a template that lacks the method is passed over.
//
// Add is for one goroutine; once all templates are there, Match is for any number.
type Router struct {
	root node
}

// node is one segment of one or more templates.
//
//	/contacts/{id}, /contacts/search, /contacts/{id}/notes
//
//	root ── contacts ─┬─ search
//	                  └─ {…} ── notes
type node struct {
	static     map[string]*node
	parameters []parameter // the one that spells out most first
	rest       *node
	routes     []route // of templates that end here
}

type parameter struct {
	segment
	next *node
}

type route struct {
	method   string
	template string
	value    int
}

// NewRouter returns a router without templates.
func NewRouter() *Router { return &Router{} }

// Add adds a template; Match returns value for what it matches. The method is in
// upper case, or AnyMethod. It fails if template is malformed, or if another one
// matches the same calls.
func (r *Router) Add(method, template string, value int) error {
	if method == "" || method != strings.ToUpper(method) {
		return fmt.Errorf("method %q, expected upper case, or * for any", method)
	}
	segments, err := parseTemplate(template)
	if err != nil {
		return fmt.Errorf("%s: %w", template, err)
	}
	n := &r.root
	for _, s := range segments {
		n = n.child(s)
	}
	for _, other := range n.routes {
		if other.method == method {
			return fmt.Errorf("%s %s matches the same calls as %s %s, expected one of the two", method, template, other.method, other.template)
		}
	}
	n.routes = append(n.routes, route{method: method, template: template, value: value})
	return nil
}

// child returns the node of s below n; a new one if there is none.
func (n *node) child(s segment) *node {
	switch {
	case s.rest:
		if n.rest == nil {
			n.rest = &node{}
		}
		return n.rest
	case s.isStatic():
		next := n.static[s.literals[0]]
		if next == nil {
			next = &node{}
			if n.static == nil {
				n.static = map[string]*node{}
			}
			n.static[s.literals[0]] = next
		}
		return next
	}
	at, found := slices.BinarySearchFunc(n.parameters, s, func(p parameter, s segment) int { return compareSegments(p.segment, s) })
	if !found {
		n.parameters = slices.Insert(n.parameters, at, parameter{segment: s, next: &node{}})
	}
	return n.parameters[at].next
}

// compareSegments orders by what is tried first: the longer text, then fewer
// parameters, then the longer text in front.
func compareSegments(a, b segment) int {
	if order := cmp.Or(cmp.Compare(b.literalLength(), a.literalLength()), cmp.Compare(len(a.literals), len(b.literals))); order != 0 {
		return order
	}
	for i := range a.literals {
		if order := cmp.Or(cmp.Compare(len(b.literals[i]), len(a.literals[i])), strings.Compare(a.literals[i], b.literals[i])); order != 0 {
			return order
		}
	}
	return 0
}

// Match returns the value of the template that a call belongs to. The path comes
// without query; repeated slashes and one at the end do not matter. It does not
// allocate.
func (r *Router) Match(method, path string) (value int, ok bool) {
	return r.root.match(method, path)
}

func (n *node) match(method, path string) (int, bool) {
	for path != "" && path[0] == '/' {
		path = path[1:]
	}
	if path == "" {
		return n.value(method)
	}
	segment, after := path, ""
	if slash := strings.IndexByte(path, '/'); slash >= 0 {
		segment, after = path[:slash], path[slash:]
	}
	if next := n.static[segment]; next != nil {
		if value, ok := next.match(method, after); ok {
			return value, true
		}
	}
	for i := range n.parameters {
		if p := &n.parameters[i]; p.matches(segment) {
			if value, ok := p.next.match(method, after); ok {
				return value, true
			}
		}
	}
	if n.rest != nil {
		return n.rest.value(method)
	}
	return 0, false
}

// value returns that of the method, else that of any method.
func (n *node) value(method string) (int, bool) {
	other := -1
	for i := range n.routes {
		switch n.routes[i].method {
		case method:
			return n.routes[i].value, true
		case AnyMethod:
			other = i
		}
	}
	if other < 0 {
		return 0, false
	}
	return n.routes[other].value, true
}
