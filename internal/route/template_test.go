package route_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/route"
)

const uuid = "550e8400-e29b-41d4-a716-446655440000"

func TestTemplateReplacesWhatIsNotAName(t *testing.T) {
	f := func(path, want string) {
		t.Helper()
		require.Equal(t, want, route.Template(path), "template of %s", path)
	}
	// Names stay.
	f("/contacts", "/contacts")
	f("/v1/contacts/search", "/v1/contacts/search")
	f("/v2beta1/oauth2/token", "/v2beta1/oauth2/token")
	f("/hooks/sha256", "/hooks/sha256")
	f("/crm.v1.ContactService/ListContacts", "/crm.v1.ContactService/ListContacts")
	f("/.well-known/openid-configuration", "/.well-known/openid-configuration")
	f("/getContactsByOwnerAndRegion", "/getContactsByOwnerAndRegion")
	f("/users/@me", "/users/@me")
	f("/feedface", "/feedface")
	// Ids.
	f("/contacts/4711", "/contacts/{id}")
	f("/contacts/4711/notes/8", "/contacts/{id}/notes/{id}")
	f("/customers/cus_9s6XKzkNRiz8i3", "/customers/cus_{id}")
	f("/orders/a1b2c3", "/orders/{id}")
	f("/orders/ORD-20431", "/orders/ORD-{id}")
	f("/orders/INV-2024-001.pdf", "/orders/INV-{id}-{id}.pdf")
	f("/lc-make-0042", "/lc-make-{id}")
	f("/contacts/{contactId}", "/contacts/{id}")
	f("/contacts/:contactId", "/contacts/{id}")
	f("/odata/Contacts(4711)", "/odata/Contacts({id})")
	f("/odata/Contacts('ACME')/Name", "/odata/Contacts('{id}')/Name")
	// UUIDs, hashes, dates, tokens, e-mail, text.
	f("/files/"+uuid, "/files/{uuid}")
	f("/files/"+strings.ToUpper(uuid)+".pdf", "/files/{uuid}.pdf")
	f("/files/file-"+uuid, "/files/file-{uuid}")
	f("/workflows/00000000000000000000000000000a01", "/workflows/{hash}")
	f("/commits/9fceb02d0ae598e95dc970b74767f19372d61af8", "/commits/{hash}")
	f("/reports/2026-03-01", "/reports/{date}")
	f("/reports/2026-03", "/reports/{date}")
	f("/reports/2026-03-01T10:00:00Z", "/reports/{date}")
	f("/reports/2026-03-01T10%3A00%3A00Z", "/reports/{date}")
	f("/exports/sales-2026-03-01.csv", "/exports/sales-{date}.csv")
	f("/share/dGhpcyBpcyBhIHRlc3Qgb2Yg_dG9rZW5z", "/share/{token}")
	f("/events/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/events/{token}")
	f("/jwt/eyJhbGciOi.eyJzdWIiOi.c2ln", "/jwt/{token}")
	f("/users/jane.doe@example.com", "/users/{email}")
	f("/users/jane.doe%40example.com/photo", "/users/{email}/photo")
	f("/search/caf%C3%A9%20bar", "/search/{text}")
	f("/search/café", "/search/{text}")
	f("/pages/"+strings.Repeat("very-", 20)+"long", "/pages/{token}")
	f("/pages/"+strings.Repeat("a!", 50), "/pages/{text}")
	// Everything that is not the path goes.
	f("", "")
	f("/", "/")
	f("*", "/*")
	f("/contacts/?q=1#top", "/contacts")
	f("//contacts//./7//", "/contacts/{id}")
	f("contacts/7", "/contacts/{id}")
	f("https://api.example.com/contacts/7?x=http://y/", "/contacts/{id}")
	f("https://api.example.com", "/")
	f("/login;jsessionid=ABC", "/login")
	f("/proxy/http://example.com/x", "/proxy/http:/example.com/x")
	// Bounds.
	f(strings.Repeat("/a", 30), strings.Repeat("/a", 16)+"/{rest}")
}

func TestTemplateOfATemplateIsItself(t *testing.T) {
	segment := rapid.OneOf(
		rapid.StringMatching(`[a-zA-Z0-9._~!$&'()*+,;=:@%{}-]{0,80}`),
		rapid.SampledFrom([]string{"{id}", "{uuid}", "{rest}", "{x}", uuid, "2026-03-01", "v1", "a'b'c", "x-{id}-7"}),
		rapid.StringMatching(`([0-9a-z]{1,3}[-_.']){1,30}`),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		path := strings.Join(rapid.SliceOfN(segment, 0, 24).Draw(t, "segments"), "/")
		checkTemplate(t, path)
	})
}

// checkTemplate holds for every input whatever.
func checkTemplate(t require.TestingT, path string) {
	template := route.Template(path)
	require.Equal(t, template, route.Template(template), "template of %q is no fixed point", path)
	require.LessOrEqual(t, len(template), 256)
	require.LessOrEqual(t, strings.Count(template, "/"), 17)
	require.Equal(t, path == "", template == "")
	for i := range len(template) {
		require.True(t, template[i] > ' ' && template[i] < 0x7f, "byte %#x of %q", template[i], template)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{
		"/contacts/4711", "/x-" + uuid + "/2026-03-01", "https://a/b?c", "/a{b}c/{id}", "/Contacts('O''Neil')", "/%e2%82%ac", "::://", "/a;b;c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) { checkTemplate(t, path) })
}
