package redact

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

func TestCredentialsOfAnySchemeGo(t *testing.T) {
	f, key := goes(t), madeup.Random(madeup.Alnum, 32, 11)
	for _, form := range []string{
		"Authorization: SSWS §", "Authorization: JWT §", "Authorization: Key §", "Authorization: Klarna §", "Authorization: Session §", "authorization: Client-ID §", "Authorization: Api-Token §", "Authorization: Zoho-oauthtoken §",
		"Authorization: AWS AKIDEXAMPLE:§=", "Authorization: hmac ada:§", `Authorization: MAC id="x", ts="1", mac="§"`, "Authorization: Bearer: §", "Authorization=SSWS §", `{"authorization":"SSWS §"}`, "map[Authorization:[SSWS §] Accept:[*/*]]",
		"Authorization: §", "authorization: Hmac §,v=2", `-H "Authorization: SSWS §" https://x.example`,
	} {
		f(form, key)
	}
	f("Authorization: Bearer: §", "hunter2abc")
	stay := stays(t)
	for _, text := range []string{"authorization: granted for role admin", "authorization: granted role=admin", "authorization: failed (403) for user 42", "Authorization: required", "authorization: denied by policy orders-v2"} {
		stay(text)
	}
}

func TestNamesOfSecretsGoAsKeysAndInText(t *testing.T) {
	e, f := mustNew(t, Config{}), goes(t)
	const value = "Zq7xy" + "hunter2"
	for _, key := range []string{
		"db_pass", "smtp.pass", "pass", "otp", "password_confirmation", "password1", "password2", "passwordConfirm", "user.password.new", "password.value", "pw", "db.pw", "bindpw", "rootpw", "passwort", "senha",
		"motdepasse", "PGPASS", "cvv2", "code_verifier", "x-api-key-2", "password_old", "api_key_2", "client_secret_value", "password_hash",
	} {
		out, changed := e.String(key, value)
		require.True(t, changed, key)
		require.NotContains(t, out, value, key)
		require.True(t, attributeEndings.endsAt(key, len(key)), key)
		if !keyEndings.endsAt(key, len(key)) {
			continue // passwort
		}
		f(`{"`+key+`":"§"}`, value)
		if key != "cvv2" { // the = behind a digit is seen from the word before it, of eight bytes and more
			f(key+"=§", value)
			f("x "+key+"=§", value)
		}
	}
	random := madeup.Random(madeup.Alnum, 32, 12)
	for _, key := range []string{"auth", "aes_key", "tls.key", "api_keys", "tokens", "secrets", "credentials", "pat", "psk", "sid", "sas"} {
		out, changed := e.String(key, random)
		require.True(t, changed, key)
		again, changed := e.String(key, out)
		require.False(t, changed, again)
	}
	for _, kv := range [][2]string{{"pin", "4821"}, {"card.pin", "482113"}, {"user_pin", "4821"}} {
		_, changed := e.String(kv[0], kv[1])
		require.True(t, changed, kv)
		f(kv[0]+"=§", kv[1])
	}
}

func TestNamesThatAreOfNoSecretStay(t *testing.T) {
	e := mustNew(t, Config{})
	for _, kv := range [][2]string{
		{"pin", "13"},
		{"pass", "120"},
		{"tests_pass", "12"},
		{"auth", "oauth2"},
		{"feature_flag.key", "new-checkout-flow-v2-2024"},
		{"messaging.kafka.message.key", "customer-0042-order-17"},
		{"gen_ai.usage.input_tokens", "5120"},
		{"user.login", "ada.lovelace1987"},
		{"password", "is required"},
		{"PublicKeyToken", "b77a5c561934e089"},
		{"tls.key", "/etc/ssl/private/tls.key"},
		{"server.port", "8443"},
		{"url.path", "/a"},
		{"file.hash", madeup.Random(madeup.Hex, 32, 13)},
		{"compass", "north-west"},
		{"session.id", "00112233-4455-6677-8899-aabbccddeeff"},
		{"cache.new", "hunter2"},
		{"tls.client.hash", madeup.Random(madeup.Hex, 40, 14)},
		{"tier", "gold"},
		{"k8s.tokens", "17"},
	} {
		out, changed := e.String(kv[0], kv[1])
		require.False(t, changed, "%v %s", kv, out)
	}
}

func TestWhatSpeaksOfSecretsInCodeAndReportsStays(t *testing.T) {
	f := stays(t)
	for _, text := range []string{
		"System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089", `secret "default-token-x7k2p" not found`, `secrets "orders-db-credentials-7d9f8b6c5" is forbidden`,
		"Fetched secret arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-a1b2c3", "var token=n.token,key=r.key,secret=t.secret;if(password===e.password)return a.token=b",
		"token=EOF position=12", "Parser: token=IDENT", "tests: pass: 120 fail: 3", "Pass: 12, Fail: 0", "pass=1 fail=2 skip=3", "pass: 12.5ms", "test_login pass: true", `{"password":"is required"}`, `{"errors":{"password":["is too short (minimum is 8 characters)"]}}`,
		`{"password":"must be at least 8 characters"}`, `{"password":"can't be blank, it is required"}`, "cookie: consent banner shown", "set cookie: max age 3600", "authorization=true", "gpio pin=13",
	} {
		f(text)
	}
}

func TestASentenceDoesNotHideAPassword(t *testing.T) {
	f := goes(t)
	f(`{"password":"is §"}`, "hunter2")
	f(`{"password":"this is §"}`, "Zq7xy!")
	f(`{"password":"§"}`, "the quick brown fox")
	f("token=§", "n.token2x")
	f("token=§", "ABCDEFGHJKLMNPQRSTUV")
	f("db_pass=§", "12345678")
	f("pass=§", "hunter2")
}

func TestACookieEndsWithItsLineOrBeforeOtherText(t *testing.T) {
	e := mustNew(t, Config{})
	out, _ := e.String("", `cookie: a=hunter2 level=info msg="important; or not"`)
	require.Equal(t, `cookie: <AUTHORIZATION> level=info msg="important; or not"`, out)
	f := goes(t)
	f("Cookie: a=b; sid=§", "hunter2")
	f("Cookie: a=b c d; sid=§", "hunter2")
	f("Set-Cookie: a=b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/; sid=§", "hunter2")
	f("cookie=§", "hunter2abc")
	f("Cookie: consent; sid=§", "hunter2")
	f("-H 'Cookie: sid=§' https://x.example", "hunter2")
}

func TestTimeGrowsWithTheTextInManifestsAndCookies(t *testing.T) {
	e := mustNew(t, Config{})
	for _, part := range []string{`{"kind":"page","data":{"a":1}},`, "cookie: a=b c ", "authorization: SSWS ab12cd34 ", "authorization: a ", "kind: Secret data:{} ", `password:"is a `, "cookie: a b ", "authorization: a x, "} {
		text := strings.Repeat(part, 400_000/len(part))
		start := time.Now()
		e.Find("", text)
		require.Less(t, time.Since(start), 2*time.Second, part)
	}
}

// marksBefore are what a key may stand behind in a path, a dotted name and a shell.
var marksBefore = []string{
	"GET https://api.example.com/v3/§/lists", "https://api.example.com/§", "/§?page=2", "client.§ has expired", "key.§", "x.y.§,z", "run $§", "export K='$§'", "a/$§/b", "~§",
}

func TestKeysWithoutABeginningGoBehindAnyMark(t *testing.T) {
	e := mustNew(t, Config{})
	shaped := map[string]bool{"mailchimp_key": true, "maxmind_key": true, "deepl_key": true, "mailgun_private_key": true, "truenas_key": true}
	seen := map[string]int{}
	for _, v := range specialVectors() {
		if !shaped[v.Detector] {
			continue
		}
		seen[v.Detector]++
		word := strings.TrimSuffix(strings.TrimPrefix(v.Text, "used "), " to call")
		for _, form := range marksBefore {
			text := strings.Replace(form, "§", word, 1)
			matches := e.Find("", text)
			if v.Secret == "" {
				require.Empty(t, matches, "%s: %s", v.Detector, text)
				continue
			}
			require.Len(t, matches, 1, "%s: %s", v.Detector, text)
			require.Equal(t, v.Detector, matches[0].Detector, text)
			require.Equal(t, v.Secret, text[matches[0].Start:matches[0].End])
		}
	}
	require.Len(t, seen, len(shaped))
}

func TestIDsAndHashesStayBehindAnyMark(t *testing.T) {
	stay := stays(t)
	md5, sha1, sha256 := madeup.Random(madeup.Hex, 32, 41), madeup.Random(madeup.Hex, 40, 42), madeup.Random(madeup.Hex, 64, 43)
	uuid := exampleOf(uuidShape, 44)
	for _, form := range marksBefore {
		for _, id := range []string{
			uuid, uuid + ":8080", md5, sha1, sha256, md5 + "-us-east-1", md5 + "-1", md5 + ".js", "8-" + sha256, "1.24.3-" + md5[:7], md5 + "-" + md5[:8] + "-" + md5[:4] + "-1234",
			"orders-api-7d9c5b6f4d-x2kzq", strings.ToUpper(md5[:26]), "NotificationSettingsPage.bundle." + md5, "MainApplicationController.invoke.RequestMappingHandlerAdapter",
		} {
			stay(strings.Replace(form, "§", id, 1))
		}
	}
}
