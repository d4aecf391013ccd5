package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// dominance is how many times as often as the others of its place a name has to
// be called to stay a name: /users/search beside /users/jane and 200 more.
const dominance = 20

// learnedEndpoint is a route with parameters that only many calls show.
type learnedEndpoint struct {
	Service  string   `json:"service"`
	API      string   `json:"api,omitempty"` // the catalog's id, if it has the API
	Method   string   `json:"method"`
	Route    string   `json:"route"` // /users/{name}/photo
	Calls    uint64   `json:"calls"`
	Routes   int      `json:"routes"` // how many it stands for
	Examples []string `json:"examples"`
}

// learned are the endpoints of all services.
type learned struct {
	endpoints []learnedEndpoint
	templates map[endpointKey]string // by the endpoint as it was reported
}

type endpointKey struct{ service, method, route string }

// learnEndpoints proposes parameters for the places of routes in which at least
// minSiblings names stand. A name with a parameter below it (/contacts/{id}) is a
// collection and not counted, nor is one that is called far more often than the
// others.
func learnEndpoints(routes []calledRoute, minSiblings int) learned {
	l := learned{templates: map[endpointKey]string{}}
	type server struct{ service, api string }
	roots := map[server]*routeNode{}
	for _, r := range routes {
		key := server{r.Service, r.API}
		if roots[key] == nil {
			roots[key] = &routeNode{}
		}
		roots[key].add(r)
	}
	for key, root := range roots {
		root.merge(minSiblings, 1)
		root.eachMerged("", false, func(method, template string, calls calledAs) {
			slices.Sort(calls.routes)
			l.endpoints = append(l.endpoints, learnedEndpoint{
				Service: key.service, API: key.api, Method: method, Route: template,
				Calls: calls.calls, Routes: len(calls.routes), Examples: calls.routes[:min(3, len(calls.routes))],
			})
			for _, route := range calls.routes {
				l.templates[endpointKey{key.service, method, route}] = template
			}
		})
	}
	slices.SortFunc(l.endpoints, func(a, b learnedEndpoint) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.API, b.API), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Method, b.Method))
	})
	return l
}

// template returns the learned template of a route of one of the services, or
// the route.
func (l learned) template(services []string, method, route string) string {
	for _, service := range services {
		if template, found := l.templates[endpointKey{service, method, route}]; found {
			return template
		}
	}
	return route
}

// routeNode is a place in the routes of one service.
type routeNode struct {
	merged   bool                  // stands for several names
	children map[string]*routeNode // by segment
	methods  map[string]calledAs   // of routes that end here
}

// calledAs is how an endpoint was called.
type calledAs struct {
	calls  uint64
	routes []string
}

func (n *routeNode) add(r calledRoute) {
	for segment := range strings.SplitSeq(strings.Trim(r.Route, "/"), "/") {
		n = n.child(segment)
	}
	n.count(r.Method, calledAs{calls: r.Calls, routes: []string{r.Route}})
}

func (n *routeNode) child(segment string) *routeNode {
	if n.children == nil {
		n.children = map[string]*routeNode{}
	}
	if n.children[segment] == nil {
		n.children[segment] = &routeNode{}
	}
	return n.children[segment]
}

func (n *routeNode) count(method string, calls calledAs) {
	if n.methods == nil {
		n.methods = map[string]calledAs{}
	}
	sum := n.methods[method]
	n.methods[method] = calledAs{calls: sum.calls + calls.calls, routes: append(sum.routes, calls.routes...)}
}

// merge replaces the names that stand for one parameter by {name}, those further
// down by {name2} and so on; number is that of the next one.
func (n *routeNode) merge(minSiblings, number int) {
	var merged *routeNode
	placeholder := "{name}"
	if number > 1 {
		placeholder = fmt.Sprintf("{name%d}", number)
	}
	if names := n.names(minSiblings); len(names) > 0 {
		merged = &routeNode{merged: true}
		for _, name := range append(names, placeholder) {
			if child := n.children[name]; child != nil {
				merged.take(child)
				delete(n.children, name)
			}
		}
	}
	for _, child := range n.children {
		child.merge(minSiblings, number)
	}
	if merged != nil {
		merged.merge(minSiblings, number+1)
		n.children[placeholder] = merged
	}
}

// names returns the children that stand for one parameter; none if they are few.
func (n *routeNode) names(minSiblings int) []string {
	var names []string
	var calls []uint64
	for segment, child := range n.children {
		if !strings.Contains(segment, "{") && !child.isCollection() {
			names, calls = append(names, segment), append(calls, child.calls())
		}
	}
	if len(names) < minSiblings {
		return nil
	}
	slices.Sort(calls)
	most := calls[len(calls)/2] * dominance
	return slices.DeleteFunc(names, func(name string) bool { return n.children[name].calls() > most })
}

// isCollection reports whether ids stand below.
func (n *routeNode) isCollection() bool {
	for segment := range n.children {
		if strings.HasPrefix(segment, "{") {
			return true
		}
	}
	return false
}

// calls returns how often the routes through this place were called.
func (n *routeNode) calls() uint64 {
	var sum uint64
	for _, c := range n.methods {
		sum += c.calls
	}
	for _, child := range n.children {
		sum += child.calls()
	}
	return sum
}

func (n *routeNode) take(other *routeNode) {
	for method, calls := range other.methods {
		n.count(method, calls)
	}
	for segment, child := range other.children {
		n.child(segment).take(child)
	}
}

// eachMerged calls f for every endpoint with a learned parameter.
func (n *routeNode) eachMerged(prefix string, merged bool, f func(method, template string, calls calledAs)) {
	merged = merged || n.merged
	if merged {
		for method, calls := range n.methods {
			f(method, prefix, calls)
		}
	}
	for segment, child := range n.children {
		child.eachMerged(prefix+"/"+segment, merged, f)
	}
}
