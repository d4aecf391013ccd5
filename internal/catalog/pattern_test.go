package catalog

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestEndpointPatternsAllowWhatTheConnectorAllows(t *testing.T) {
	allowed := []string{
		"GET /contacts/*", "GET /contacts/{id}", "GET|POST /orders", "* /*", "* /hooks/*/run", "POST /", "GET /a.b/c+d", "M-SEARCH /a/{b}/c",
	}
	calls := []string{
		"GET /contacts", "GET /contacts/", "GET /contacts/{id}", "GET /contacts/{id}/notes", "POST /contacts/1", "PUT /orders", "POST /orders", "POST /orders/",
		"GET /", "POST /", "GET /a.b/c+d", "GET /aXb/c+d", "GET /hooks/x/run", "GET /hooks/x/y/run", "GET /hooks//run", "M-SEARCH /a/x/c", "GETX /contacts/1", "tools/call /orders",
	}
	for _, text := range allowed {
		c := Connector{AllowedEndpoints: []string{text}}
		pattern := regexp.MustCompile(c.EndpointPatterns()[0])
		for _, call := range calls {
			method, route, _ := strings.Cut(call, " ")
			want, _ := c.Allows(method, route)
			require.Equal(t, want, pattern.MatchString(call), "%s: %s by %s", text, call, pattern)
		}
	}
}

func TestConnectorsThatMayCallAnythingHaveNoPatterns(t *testing.T) {
	require.Empty(t, (&Connector{}).EndpointPatterns())
}

func FuzzEndpointPatterns(f *testing.F) {
	f.Add("GET /contacts/*", "GET", "/contacts/{id}")
	f.Add("GET|POST /a/{b}/", "POST", "a/b")
	f.Fuzz(func(t *testing.T, allowed, method, route string) {
		if !isCall(method, route) || !utf8.ValidString(allowed) || strings.Contains(allowed, "\n") {
			return
		}
		c := Connector{AllowedEndpoints: []string{allowed}}
		patterns := c.EndpointPatterns()
		want, declared := c.Allows(method, route)
		if len(patterns) == 0 {
			require.False(t, declared && want)
			return
		}
		require.Equal(t, want, regexp.MustCompile(patterns[0]).MatchString(method+" "+route), patterns[0])
	})
}

// isCall says whether a method and a route look as those of stored calls do.
func isCall(method, route string) bool {
	return utf8.ValidString(method) && !strings.ContainsAny(method, " \n") &&
		utf8.ValidString(route) && !strings.Contains(route, "\n") && strings.HasPrefix(route, "/") && strings.Trim(route, "/") != ""
}
