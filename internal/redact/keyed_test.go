package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

// stays and goes check a text: a § in it stands for a secret.
func stays(t *testing.T) func(text string) {
	t.Helper()
	e := mustNew(t, Config{})
	return func(text string) {
		t.Helper()
		require.Empty(t, e.Find("", text), text)
	}
}

func goes(t *testing.T) func(text, secret string) {
	t.Helper()
	e := mustNew(t, Config{})
	return func(text, secret string) {
		t.Helper()
		in := strings.ReplaceAll(text, "§", secret)
		out, changed := e.String("", in)
		require.True(t, changed, in)
		require.NotContains(t, out, secret, in)
		again, changed := e.String("", out)
		require.False(t, changed, "%s became %s, then %s", in, out, again)
	}
}

// The b that ends a secret is no mark of the bytes that follow its quote.
func TestSecretThatEndsInBBeforeARandomWord(t *testing.T) {
	e := mustNew(t, Config{})
	require.NotEmpty(t, e.Find("", `token="x9 tr0ub4dor=b"`+madeup.Random(madeup.Hex, 20, 1)))
}

func TestSecretsGoInEveryFormOfAssignment(t *testing.T) {
	f := goes(t)
	password, key := "Tr0ub4dor"+"&3", madeup.Random(madeup.Hex, 32, 1)
	for _, form := range []string{
		"password=§", "PASSWORD: §", "db.password = '§'", `{"password":"§"}`, `{\"dbPassword\": \"§\"}`, "--password §", "--db-password=§", "Pwd=§;Database=x", "<password>§</password>",
		"$password = \"§\";", "passwd := `§`", "'password' => '§'", "machine x login ada password §", "credentials { password '§' }", "password: |\n  §\nnext: 1",
		`{"name":"DB_PASSWORD","value":"§"}`, "- name: DB_PASSWORD\n  value: §", `variable "db_password" { default = "§" }`, "curl -u ada:§ https://x.example", "curl --user 'ada:§' https://x.example",
		"mysql -u root -p§ shop", "Password=§;Server=tcp:db.example.com",
	} {
		f(form, strings.ReplaceAll(password, "&", "!"))
	}
	for _, form := range []string{
		"api_key=§", "X-Api-Key: §", "apiKey § used", "client_secret: \"§\"", "os.environ.get('SECRET_KEY_BASE', '§')", "getenv(\"MY_API_TOKEN_X_TOKEN\", \"§\")", "the token is §", "SECRET §", "acme-token-§",
		"GET /cb?code=§&state=x", "PHPSESSID=§; path=/", "connect.sid=s§", "access_token=§&x=1", "SubscriptionKey=§", "AccountKey=§==;Suffix=x", "_authToken=§", `"auth": "§"`,
	} {
		f(form, key)
	}
}

func TestAQuoteInAPasswordDoesNotEndIt(t *testing.T) {
	f := goes(t)
	f(`{"password":"ab\"§"}`, "cdef12")
	f(`{\"password\":\"ab\\\"§\"}`, "cdef12")
	f(`password=Pa55(§)w0rd`, "inner")
	e := mustNew(t, Config{})
	out, _ := e.String("", `{\"password\":\"abc123\",\"user\":\"ada\"}`)
	require.Equal(t, `{\"password\":\"<SECRET>\",\"user\":\"ada\"}`, out)
}

func TestWhatSpeaksOfSecretsStays(t *testing.T) {
	f := stays(t)
	for _, text := range []string{
		"password: required", "the password is wrong", "token expired", "input_tokens=512 output_tokens=88 max_token: 4096", "token: 1234", "token_type=bearer", "next_page_token=abc", "cache_key=user:42",
		"password=${DB_PASSWORD}", "password: {{ .Values.password }}", "token=$(cat /run/token)", "token: process.env.API_TOKEN", "api_key=os.environ[\"API_KEY\"]", "secret=/run/secrets/db", "ssl_key: /etc/ssl/private/tls.key",
		"secret: arn:aws:secretsmanager:eu-west-1", "password=getPassword()", "password = ****", "password=REDACTED", "password=anonymous@", "commit 3f2a9d81c4be07f5a6d1e2c3b4a5968778695a4b", "sha256:" + madeup.Random(madeup.Hex, 64, 2),
		"request_id=" + madeup.Random(madeup.Hex, 32, 3), "Logon SID S-1-5-21-2268557852-2286204090-329444854-1672", "pod my-app-7d9f8b6c5-x2x4z", "primary key customer_0042", "Bearer tokens are nice", "basic training", "authorization failed",
		"x.y.z.AuthenticationTokenFilterChain", "status code=200", "https://example.com/reset-password?page=2",
	} {
		f(text)
	}
}

func TestSecretsOfKubernetesGoWhateverTheirNames(t *testing.T) {
	f := goes(t)
	f("apiVersion: v1\nkind: Secret\ndata:\n  ca: §\n  b: eHk=\ntype: Opaque\n", "aGVsbG8td29ybGQ=")
	f("apiVersion: v1\ndata:\n  ca: §\nkind: Secret\n", "aGVsbG8td29ybGQ=")
	f(`{"apiVersion":"v1","data":{"ca":"§"},"kind":"Secret"}`, "aGVsbG8td29ybGQ=")
	stays(t)("apiVersion: v1\nkind: ConfigMap\ndata:\n  ca: aGVsbG8td29ybGQ=\n")
}

func TestDockerAndNpmCredentialsGo(t *testing.T) {
	f := goes(t)
	f(`{"auths":{"r.example.com":{"auth":"§"}}}`, "YWRhOnNlY3JldA==")
	f("//registry.npmjs.org/:_authToken=§", madeup.Random(madeup.Alnum, 36, 4))
	f("//registry.npmjs.org/:_password=§", "c2VjcmV0MTIz")
}
