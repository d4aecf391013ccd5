package openapi_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/openapi"
)

func TestRouterFindsTheTemplateThatSpellsOutMost(t *testing.T) {
	templates := []string{
		"GET /contacts", "GET /contacts/{id}", "POST /contacts/{id}", "GET /contacts/search", "GET /contacts/{id}/notes/{note}",
		"GET /files/{name}", "GET /files/{name}.json", "GET /files/report-{name}.json", "GET /files/{name}.{ending}",
		"GET /odata/Users({id})", "GET /odata/Users('{id}')", "POST /v1/{name}:cancel", "GET /compare/{base}...{head}",
		"* /hooks/{name}", "GET /hooks/crm", "GET /v2/{proxy+}", "GET /v2/{a}/{b}/c", "GET /", "* /events/*", "GET /a/*/b",
	}
	router := newRouter(t, templates)
	f := func(call, want string) {
		t.Helper()
		method, path, _ := strings.Cut(call, " ")
		value, ok := router.Match(method, path)
		require.Equal(t, want != "", ok, call)
		if ok {
			require.Equal(t, want, templates[value], call)
		}
	}
	f("GET /contacts", "GET /contacts")
	f("GET /contacts/", "GET /contacts")
	f("GET //contacts//7/", "GET /contacts/{id}")
	f("GET /contacts/search", "GET /contacts/search")
	f("POST /contacts/search", "POST /contacts/{id}") // the text has no POST
	f("DELETE /contacts/7", "")
	f("GET /contacts/7/notes/8", "GET /contacts/{id}/notes/{note}")
	f("GET /contacts/search/notes/8", "GET /contacts/{id}/notes/{note}")
	f("GET /contacts/7/notes", "")
	f("GET /Contacts", "")
	f("GET /files/a", "GET /files/{name}")
	f("GET /files/a.json", "GET /files/{name}.json")
	f("GET /files/report-a.json", "GET /files/report-{name}.json")
	f("GET /files/report-.json", "GET /files/{name}.json") // a parameter is never empty
	f("GET /files/.json", "GET /files/{name}")
	f("GET /files/a.b", "GET /files/{name}.{ending}")
	f("GET /odata/Users(7)", "GET /odata/Users({id})")
	f("GET /odata/Users('7')", "GET /odata/Users('{id}')")
	f("POST /v1/job:cancel", "POST /v1/{name}:cancel")
	f("GET /compare/main...dev", "GET /compare/{base}...{head}")
	f("GET /compare/main..dev", "")
	f("GET /hooks/crm", "GET /hooks/crm")
	f("POST /hooks/crm", "* /hooks/{name}")
	f("GET /v2/a", "GET /v2/{proxy+}")
	f("GET /v2/a/b/c", "GET /v2/{a}/{b}/c")
	f("GET /v2/a/b/d", "GET /v2/{proxy+}")
	f("GET /v2", "")
	f("PUT /events/a/b", "* /events/*")
	f("GET /a/x/b", "GET /a/*/b")
	f("GET /a/x", "")
	f("GET /", "GET /")
	f("GET ", "GET /")
}

func TestRouterRefusesWhatItCannotTellApart(t *testing.T) {
	router := newRouter(t, []string{"GET /users/{id}", "GET /users/{id}.json", "GET /events/*"})
	f := func(method, template, want string) {
		t.Helper()
		require.EqualError(t, router.Add(method, template, 0), want)
	}
	f("GET", "/users/{name}/", "GET /users/{name}/ matches the same calls as GET /users/{id}, expected one of the two")
	f("GET", "/users/{name}.json", "GET /users/{name}.json matches the same calls as GET /users/{id}.json, expected one of the two")
	f("GET", "/events/{rest+}", "GET /events/{rest+} matches the same calls as GET /events/*, expected one of the two")
	f("get", "/a", `method "get", expected upper case, or * for any`)
	f("", "/a", `method "", expected upper case, or * for any`)
	f("GET", "a", "a: expected a path that begins with /")
	f("GET", "/{}", "/{}: {}, expected {name}")

	require.NoError(t, router.Add("*", "/users/{name}", 0), "any method is no duplicate of one method")
}

func TestRouterAgreesWithRegularExpressions(t *testing.T) {
	text := rapid.SampledFrom([]string{"a", "b", "ab", "aa", "{x}", "{x}b", "a{x}", "{x}a{y}", "{x}{y}", "*"})
	rapid.Check(t, func(t *rapid.T) {
		var n naive
		router := openapi.NewRouter()
		for i := range rapid.IntRange(1, 30).Draw(t, "templates") {
			texts := rapid.SliceOfN(text, 0, 4).Draw(t, "template")
			method := rapid.SampledFrom([]string{"GET", "POST", "*"}).Draw(t, "method")
			if router.Add(method, "/"+strings.Join(texts, "/"), i) == nil {
				n = append(n, naiveRoute{method: method, texts: texts, value: i})
			}
		}
		for range 20 {
			var path string
			for _, segment := range rapid.SliceOfN(rapid.StringMatching(`[ab]{1,4}`), 0, 5).Draw(t, "path") {
				path += "/" + segment
			}
			value, ok := router.Match("GET", path)
			want, wantOK := n.match("GET", path)
			require.Equal(t, wantOK, ok, "%s of %v", path, n)
			require.Equal(t, want, value, "%s of %v", path, n)
		}
	})
}

// naive matches by regular expressions and compares all that match.
type naive []naiveRoute

type naiveRoute struct {
	method string
	texts  []string
	value  int
}

func (n naive) match(method, path string) (int, bool) {
	var found []naiveRoute
	for _, route := range n {
		if (route.method == method || route.method == "*") && route.expression().MatchString(path) {
			found = append(found, route)
		}
	}
	if len(found) == 0 {
		return 0, false
	}
	best := slices.MinFunc(found, func(a, b naiveRoute) int {
		for i := range min(len(a.texts), len(b.texts)) {
			if order := slices.Compare(a.rank(i), b.rank(i)); order != 0 {
				return order
			}
		}
		return cmp.Compare(b.method, a.method) // * is the least
	})
	return best.value, true
}

var parameterPattern = regexp.MustCompile(`\{.\}`)

func (r naiveRoute) expression() *regexp.Regexp {
	var b strings.Builder
	for i, text := range r.texts {
		switch {
		case text == "*" && i == len(r.texts)-1:
			b.WriteString("/.+")
		case text == "*":
			b.WriteString("/[^/]+")
		default:
			b.WriteString("/" + parameterPattern.ReplaceAllString(text, "[^/]+"))
		}
	}
	return regexp.MustCompile("^" + b.String() + "$")
}

// rank orders the texts of one segment, the one that is tried first the least.
func (r naiveRoute) rank(i int) []int {
	text := r.texts[i]
	if text == "*" {
		if i == len(r.texts)-1 {
			return []int{2}
		}
		return []int{1, 0, 1, 0} // as {x}
	}
	literal := parameterPattern.ReplaceAllString(text, "")
	if literal == text {
		return []int{0}
	}
	return []int{1, -len(literal), strings.Count(text, "{"), strings.Index(text+"{", "{") * -1}
}

func FuzzMatch(f *testing.F) {
	f.Add("/contacts/{id}\n/contacts/search", "/contacts/7")
	f.Add("/{a}{b}.{c}\n/{x+}", "//a.b/")
	f.Add("/odata/Users('{id}')/*", "/odata/Users('7')/x/y")
	f.Fuzz(func(t *testing.T, templates, path string) {
		router := openapi.NewRouter()
		for i, template := range strings.Split(templates, "\n") {
			if router.Add("GET", template, i) != nil {
				continue
			}
			value, ok := router.Match("GET", template) // a template is a path that it matches
			require.True(t, ok, "%q does not match itself", template)
			require.LessOrEqual(t, value, i)
		}
		value, ok := router.Match("GET", path)
		again, okAgain := router.Match("GET", path+"/")
		require.Equal(t, ok, okAgain)
		require.Equal(t, value, again)
	})
}

func TestMatchDoesNotAllocate(t *testing.T) {
	router, paths := largeAPI(t)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for _, path := range paths {
			router.Match("GET", path)
		}
	}))
}

func BenchmarkMatch(b *testing.B) {
	router, paths := largeAPI(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		router.Match("GET", paths[i%len(paths)])
	}
}

// largeAPI returns a router of 10,000 templates and paths that some of them match.
func largeAPI(t testing.TB) (router *openapi.Router, paths []string) {
	t.Helper()
	var templates []string
	for i := range 1_000 {
		base := fmt.Sprintf("GET /api/v1/resource%d", i)
		for _, after := range [...]string{
			"", "/{id}", "/search", "/{id}/notes", "/{id}/notes/{note}", "/{id}.json", "/{id}:cancel", "/{id}/owners/{owner}/history", "/me", "/{id}/files/{rest+}",
		} {
			templates = append(templates, base+after)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 1_000 {
		paths = append(paths, fmt.Sprintf("/api/v1/resource%d/%d/notes/%d", random.IntN(1_000), random.IntN(1e6), random.IntN(1e6)))
	}
	return newRouter(t, templates), paths
}

// newRouter returns a router whose values are the indices of templates.
func newRouter(t testing.TB, templates []string) *openapi.Router {
	t.Helper()
	router := openapi.NewRouter()
	for i, text := range templates {
		method, template, _ := strings.Cut(text, " ")
		require.NoError(t, router.Add(method, template, i))
	}
	return router
}
