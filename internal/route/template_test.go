package route_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/route"
)

// longNumber is what no name has.
var longNumber = regexp.MustCompile(`[0-9]{5}`)

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
	// Names with digits, versions and locales stay.
	f("/services/data/v59.0/sobjects/Account", "/services/data/v59.0/sobjects/Account")
	f("/api/v2.1/jobs", "/api/v2.1/jobs")
	f("/v1.2.3/jobs", "/v1.2.3/jobs")
	f("/app-v2.1/jobs", "/app-v2.1/jobs")
	f("/v2026/jobs", "/v2026/jobs")
	f("/v20260301/jobs", "/{id}/jobs")
	f("/v1.20260301/jobs", "/v1.{id}/jobs")
	f("/rest/api/2/issue/10002", "/rest/api/2/issue/{id}")
	f("/2.0/repositories", "/2.0/repositories")
	f("/points/52.5", "/points/{id}.{id}")
	f("/en-US/docs/zh-Hant-TW/es-419", "/en-US/docs/zh-Hant-TW/es-419")
	f("/orders/po-419", "/orders/po-{id}")
	f("/regions/eu-west-1", "/regions/eu-west-{id}")
	f("/keys/ES256/x509/utf8/i18n/k8s/ec2/base64", "/keys/ES256/x509/utf8/i18n/k8s/ec2/base64")
	// Short codes, hashes and ULIDs that are mostly letters.
	f("/users/user123", "/users/{id}")
	f("/items/a1b2", "/items/{id}")
	f("/commits/fceb02a", "/commits/{id}")
	f("/events/01HABCDEFGHJKMNPQRSTVWXYZZ", "/events/{token}")
	f("/share/dGVzdA==", "/share/{token}")
	f("/hosts/fe80::1/00:1b:44:11:3a:b7", "/hosts/{id}/{id}")
	// Titles with an id.
	f("/articles/how-to-fix-it-4711", "/articles/{slug}")
	f("/articles/4711-how_to_fix-it.html", "/articles/{slug}")
	f("/reports/monthly-sales-report-2026-03.csv", "/reports/monthly-sales-report-{date}.csv")
	// Keys and arguments.
	f("/odata/Users('jane@example.com')/manager", "/odata/Users('{id}')/manager")
	f("/odata/Users(%27O%27%27Neil%27)", "/odata/Users('{id}')")
	f("/odata/Users(ACME)", "/odata/Users({id})")
	f("/odata/Users("+uuid+")", "/odata/Users({uuid})")
	f("/odata/Lines(OrderId=17,Name='a,b',Day=2026-03-01)", "/odata/Lines(OrderId={id},Name='{id}',Day={date})")
	f("/odata/Users({userId})", "/odata/Users({id})")
	f("/odata/Users/delta()", "/odata/Users/delta()")
	f("/jobs/4711:cancel", "/jobs/{id}:cancel")
	f("/tables/year=2026/city=berlin", "/tables/year={id}/city={id}")
	f("/users/jane@localhost", "/users/{email}")
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
		rapid.SampledFrom([]string{
			"{id}", "{uuid}", "{rest}", "{slug}", "{x}", uuid, "2026-03-01", "v1", "a'b'c", "x-{id}-7", "api", "2", "2.0", "a(b=c,'d')", "a=b",
		}),
		rapid.StringMatching(`([0-9a-z]{1,3}[-_.']){1,30}`),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		path := strings.Join(rapid.SliceOfN(segment, 0, 24).Draw(t, "segments"), "/")
		checkTemplate(t, path)
	})
}

func TestTemplateNeverShowsAnID(t *testing.T) {
	id := rapid.OneOf(
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[0-9A-F]{16,64}`),
		rapid.StringMatching(`[0-7][0-9A-HJKMNP-TV-Z]{25}`),
		rapid.StringMatching(`[1-9][0-9]{0,18}`),
		rapid.StringMatching(`[a-z]{1,8}[0-9]{4,10}`),
		rapid.StringMatching(`[a-z]{1,8}@[a-z]{1,8}(\.[a-z]{2,3})?`),
		rapid.StringMatching(`(19|20)[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]`),
		rapid.StringMatching(`[A-Za-z]{4}[0-9][A-Z][0-9][a-z][A-Za-z0-9_-]{12,40}[A-Z0-9]`),
	)
	around := rapid.SampledFrom([]string{"%s", "%s.json", "%s:cancel", "Users('%s')", "Users(%s)", "Users(Id='%s')", "%s,x", "id=%s", "%s;v=1"})
	rapid.Check(t, func(t *rapid.T) {
		value := id.Draw(t, "id")
		template := route.Template("/objects/" + fmt.Sprintf(around.Draw(t, "around"), value) + "/notes")
		require.NotContains(t, template, value)
		require.True(t, strings.HasPrefix(template, "/objects/") && strings.HasSuffix(template, "/notes"), template)
	})
}

// checkTemplate holds for every input whatever.
func checkTemplate(t require.TestingT, path string) {
	template := route.Template(path)
	require.Equal(t, template, route.Template(template), "template of %q is no fixed point", path)
	require.LessOrEqual(t, len(template), 256)
	require.LessOrEqual(t, strings.Count(template, "/"), 17)
	require.Equal(t, path == "", template == "")
	require.NotRegexp(t, longNumber, template)
	for i := range len(template) {
		require.True(t, template[i] > ' ' && template[i] < 0x7f, "byte %#x of %q", template[i], template)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{
		"/contacts/4711", "/x-" + uuid + "/2026-03-01", "https://a/b?c", "/a{b}c/{id}", "/Contacts('O''Neil')", "/%e2%82%ac", "::://", "/a;b;c",
		"/api/2/v1.20260301", "/a(b=c,d='e')(f)", "/how-to-fix-it-4711", "/fe80::1", "/x=y/z==",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) { checkTemplate(t, path) })
}
