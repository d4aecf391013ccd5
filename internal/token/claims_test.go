package token_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

func parse(t *testing.T, claims any) *token.Claims {
	t.Helper()
	c, err := token.ParseClaims(must(json.Marshal(claims)))
	require.NoError(t, err)
	return c
}

func TestParseClaimsReadsTheRegisteredOnes(t *testing.T) {
	c := parse(t, object{
		"iss": "i", "sub": "s", "jti": "j", "aud": []string{"a", "b"},
		"iat": 1785585600, "nbf": 1785585600.5, "exp": 1785585900, "plan": "gold", "n": 1,
	})
	require.Equal(t, "i", c.Issuer)
	require.Equal(t, "s", c.Subject)
	require.Equal(t, "j", c.ID)
	require.Equal(t, []string{"a", "b"}, c.Audience)
	require.Equal(t, at, c.IssuedAt)
	require.Equal(t, at.Add(500*time.Millisecond), c.NotBefore)
	require.Equal(t, at.Add(5*time.Minute), c.Expires)

	plan, ok := c.Claim("plan")
	require.True(t, ok)
	require.Equal(t, "gold", plan)
	_, ok = c.Claim("n")
	require.False(t, ok, "not a string")
	_, ok = c.Claim("none")
	require.False(t, ok)
}

func TestParseClaimsReadsTheClientOfEveryVendor(t *testing.T) {
	f := func(claims object, wantID, wantClaim string) {
		t.Helper()
		c := parse(t, claims)
		require.Equal(t, [2]string{wantID, wantClaim}, [2]string{c.ClientID, c.ClientClaim})
	}
	f(object{"client_id": "a", "azp": "b"}, "a", "client_id") // RFC 9068
	f(object{"azp": "a", "appid": "b"}, "a", "azp")           // OpenID Connect, Auth0, Entra v2
	f(object{"appid": "a", "tid": "t"}, "a", "appid")         // Entra v1
	f(object{"cid": "a"}, "a", "cid")                         // Okta
	f(object{"client_id": "", "azp": "a"}, "a", "azp")
	f(object{"cid": 7}, "", "")
	f(object{}, "", "")
}

func TestParseClaimsReadsScopesOfEveryVendor(t *testing.T) {
	f := func(claims object, want ...string) {
		t.Helper()
		require.Equal(t, want, parse(t, claims).Scopes)
	}
	f(object{"scope": "read:data write:data"}, "read:data", "write:data") // RFC 9068
	f(object{"scope": []string{"a", "b"}}, "a", "b")
	f(object{"scp": "User.Read Mail.Send", "tid": "t"}, "User.Read", "Mail.Send")          // Entra, for a user
	f(object{"scp": []string{"openid", "orders"}}, "openid", "orders")                     // Okta
	f(object{"roles": []string{"Orders.Read.All"}, "tid": "t"}, "Orders.Read.All")         // Entra, for an application
	f(object{"scp": "User.Read", "roles": []string{"Admin"}, "tid": "t"}, "User.Read")     // a user's roles are no scopes
	f(object{"roles": []string{"admin"}})                                                  // some other issuer's
	f(object{"scope": "", "scp": []string{"a"}}, "a")                                      //
	f(object{"scope": 7})                                                                  //
	f(object{"scope": []any{"a", 7}})                                                      //
	f(object{"scope": " a  b "}, "a", "b")                                                 //
	f(object{"scope": "a", "scp": []string{"b"}, "roles": []string{"c"}, "tid": "t"}, "a") //
}

func TestParseClaimsReadsTheSubjectOfEveryVendor(t *testing.T) {
	f := func(claims object, want string) {
		t.Helper()
		require.Equal(t, want, parse(t, claims).Subject)
	}
	f(object{"sub": "a", "oid": "b", "uid": "c"}, "a")
	f(object{"oid": "b", "uid": "c"}, "b")
	f(object{"uid": "c"}, "c")
	f(object{"uid": 7}, "")

	oid, ok := parse(t, object{"sub": "a", "oid": "b"}).Claim("oid")
	require.True(t, ok)
	require.Equal(t, "b", oid)
}

// hops nests actors, the immediate one first.
func hops(subjects ...any) any {
	var act any
	for i := len(subjects) - 1; i >= 0; i-- {
		hop := object{"sub": subjects[i]}
		if act != nil {
			hop["act"] = act
		}
		act = hop
	}
	return act
}

func TestParseClaimsFollowsActors(t *testing.T) {
	f := func(act any, wantTruncated bool, want ...string) {
		t.Helper()
		c := parse(t, object{"sub": "user", "act": act})
		require.Equal(t, want, c.Actors)
		require.Equal(t, wantTruncated, c.ActorsTruncated)
	}
	f(hops("a"), false, "a")
	f(hops("a", "b", "c", "d", "e"), false, "a", "b", "c", "d", "e")
	f(hops("a", "b", "c", "d", "e", "f"), true, "a", "b", "c", "d", "e")

	// A hop without a subject ends the chain: b must not pass for the immediate actor.
	f(hops(7, "b"), true)
	f(hops("", "b"), true)
	f(hops("a", 7, "c"), true, "a")
	f(object{"act": object{"sub": "b"}}, true)
	f("a", true)
	f(nil, true)
	f([]any{object{"sub": "a"}}, true)
}

func TestParseClaimsReadsTheActorsType(t *testing.T) {
	f := func(claims object, want string) {
		t.Helper()
		require.Equal(t, want, parse(t, claims).ActorType)
	}
	agent := object{"sub": "agt_1", "sub_profile": "ai_agent"}
	f(object{"sub": "auth0|u", "sub_profile": "user", "client_profile": "browser_app", "act": agent}, "ai_agent")
	f(object{"sub": "auth0|u", "sub_profile": "user", "client_profile": "browser_app"}, "browser_app")
	f(object{"sub": "agt_1", "sub_profile": "ai_agent"}, "ai_agent")
	f(object{"client_profile": "service ai_agent"}, "ai_agent")
	f(object{"client_profile": "native_app"}, "native_app")
	f(object{"client_profile": "service"}, "service")
	f(object{"client_profile": "something"}, "")
	f(object{"client_profile": 7}, "")
	f(object{"act": object{"sub": "x"}, "client_profile": "service"}, "")
}

func TestParseClaimsNamesTheClaimThatIsWrong(t *testing.T) {
	f := func(payload, want string) {
		t.Helper()
		_, err := token.ParseClaims([]byte(payload))
		require.ErrorContains(t, err, want, payload)
	}
	f(`{"iss":7}`, "claim iss: expected a string")
	f(`{"sub":null}`, "claim sub: expected a string")
	f(`{"jti":[]}`, "claim jti: expected a string")
	f(`{"aud":7}`, "claim aud: expected a string or an array of strings")
	f(`{"aud":["a",7]}`, "claim aud")
	f(`{"exp":"1"}`, "claim exp: expected seconds since 1970")
	f(`{"exp":-1}`, "claim exp")
	f(`{"exp":1e300}`, "claim exp")
	f(`{"iat":true}`, "claim iat")
	f(`{"nbf":{}}`, "claim nbf")
	f(``, "no JSON object")
	f(`null`, "no JSON object")
	f(`[]`, "no JSON object")
	f(`{}{}`, "no JSON object")
	f(strings.Repeat(`[`, 16<<10), "no JSON object")
	f(`{"a":"`+strings.Repeat("x", 16<<10)+`"}`, "expected at most 16384")
}

func TestDecodePayloadReadsEveryForm(t *testing.T) {
	for _, subject := range []string{"a", "ab", "abc"} { // every length of padding
		payload := must(json.Marshal(object{"sub": subject}))
		f := func(text string) {
			t.Helper()
			c, err := token.DecodePayload(text)
			require.NoError(t, err, text)
			require.Equal(t, subject, c.Subject)
		}
		f(base64.RawURLEncoding.EncodeToString(payload))
		f(base64.URLEncoding.EncodeToString(payload))
		f(unsigned(object{"alg": "none"}, object{"sub": subject}, "not looked at"))
	}
}

func TestDecodePayloadRefusesTheRest(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := token.DecodePayload(text)
		require.ErrorContains(t, err, want)
	}
	f("", "no JSON object")
	f("a.b", "has 2 parts")
	f("a.b.c.d.e", "has 5 parts")
	f("%%%", "not base64url")
	f("a.%%%.c", "not base64url")
	f(strings.Repeat("a", 16<<10+1), "expected at most 16384")
}
