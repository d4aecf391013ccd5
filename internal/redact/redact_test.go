package redact_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func newEngine(t testing.TB, cfg redact.Config) *redact.Engine {
	t.Helper()
	e, err := redact.New(cfg)
	require.NoError(t, err)
	return e
}

func TestEveryDetectorFindsItsSampleAndNothingElse(t *testing.T) {
	e := newEngine(t, redact.Config{})
	sampled := map[string]bool{"sensitive_key": true, "unlisted_key": true, "statement_literal": true}
	for _, s := range redacttest.Samples() {
		sampled[s.Detector] = true
		matches := e.Find("", s.Text)
		require.Len(t, matches, 1, "%s: %s", s.Detector, s.Text)
		require.Equal(t, s.Detector, matches[0].Detector, s.Text)
		require.Equal(t, s.Secret, s.Text[matches[0].Start:matches[0].End])
	}
	for _, d := range redact.Detectors() {
		require.True(t, sampled[d.Name], "no sample for %s in redacttest", d.Name)
	}
}

func TestNoSampleSurvivesInAnyEncoding(t *testing.T) {
	e := newEngine(t, redact.Config{})
	for name, encode := range map[string]func(string) string{
		"plain":           func(s string) string { return s },
		"query":           func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
		"percent":         percentEverything,
		"percent twice":   func(s string) string { return percentEverything(percentEverything(s)) },
		"unicode escapes": unicodeEscape,
		"full width":      fullWidth,
		"zero width":      func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") },
		"base64":          func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 url":      func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"json in json":    func(s string) string { return strings.Trim(fmt.Sprintf("%q", s), `"`) },
	} {
		for _, s := range redacttest.Samples() {
			text := encode(s.Text)
			out, changed := e.String("", text)
			require.True(t, changed, "%s, %s: %s", s.Detector, name, text)
			require.NotContains(t, out, encode(s.Secret), "%s, %s", s.Detector, name)
			again, changed := e.String("", out)
			require.False(t, changed, "%s, %s: redacting twice gave %q after %q", s.Detector, name, again, out)
		}
	}
}

func percentEverything(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

func unicodeEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "\\u%04x", r)
	}
	return b.String()
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}

func TestTexts(t *testing.T) {
	e := newEngine(t, redact.Config{})
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
	}
	visa, amex := redacttest.Card("4", 16, 1), redacttest.Card("37", 15, 2)
	password := "hunter" + "22!"
	token := redacttest.Random("0123456789abcdef", 32, 3)
	iban := "DE89" + " 3704" + " 0044" + " 0532" + " 0130" + " 00"

	// cards: printed forms, and what must not be one
	f(visa[:4]+" "+visa[4:8]+" "+visa[8:12]+" "+visa[12:], "<CARD>")
	f(visa[:4]+"-"+visa[4:8]+"-"+visa[8:12]+"-"+visa[12:]+", thanks", "<CARD>, thanks")
	f(amex[:4]+" "+amex[4:10]+" "+amex[10:], "<CARD>")
	f("pan_"+visa, "pan_<CARD>")
	f(visa+"5", visa+"5")
	f("9"+visa, "9"+visa)
	f("a"+visa, "a"+visa)
	f(visa+"-"+visa[:4]+"-1234", visa+"-"+visa[:4]+"-1234")
	f("0."+visa, "0."+visa)
	f(visa+".5", visa+".5")
	f(visa[:15]+string('0'+(visa[15]-'0'+1)%10), visa[:15]+string('0'+(visa[15]-'0'+1)%10))
	f("4000-0000-0000-0000-0000", "4000-0000-0000-0000-0000")
	f("12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789012")
	f("1716979200000 1716979200000000 1716979200000000000", "1716979200000 1716979200000000 1716979200000000000")

	// keyed secrets in their forms
	f("password="+password, "password=<SECRET>")
	f("password: '"+password+"'", "password: '<SECRET>'")
	f(`{"client_secret":"`+password+`","n":1}`, `{"client_secret":"<SECRET>","n":1}`)
	f(`{\"dbPassword\": \"`+password+`\"}`, `{\"dbPassword\": \"<SECRET>\"}`)
	f("GET /?access_token="+token+"&page=2", "GET /?access_token=<SECRET>&page=2")
	f("X-Api-Key: "+token, "X-Api-Key: <SECRET>")
	f("login --password "+password+" --host db", "login --password <SECRET> --host db")
	f("<password>"+password+"</password>", "<password><SECRET></password>")
	f("AccountName=x;AccountKey="+token+"==;Suffix=y", "AccountName=x;AccountKey=<SECRET>;Suffix=y")
	f("the client secret "+token+" leaked", "the client secret <SECRET> leaked")
	f("Cookie: sid=1; theme=dark", "Cookie: <AUTHORIZATION>")
	f("authorization: Digest username=\"ada\", response=\""+token+"\"\nhost: x", "authorization: Digest <AUTHORIZATION>\nhost: x")

	// about secrets, but none
	for _, harmless := range []string{
		"the password is required", "token: expired", "secret: none", "password=${DB_PASSWORD}", "api_key: {{ .Values.key }}", "password = getPassword(user)",
		"Bearer authentication is required", "Basic support included", "max_tokens=4096", "next_page_token=abc", "cache_key=user-42-profile", "primary key: id",
		"token count: 1234567", "monkey=banana", "Keyboard: qwerty", "keep-alive: timeout=5", "trace 4bf92f3577b34da6a3ce929d0e0e4736", "sha256:" + token + token,
		"commit " + token + "deadbeef", "b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11", "v1.2.3-rc.4+build.567", "Chrome/120.0.0.0", "127.0.0.1:8080", "2024-05-06T12:30:45.123Z",
		"git@github.com:owner/repo.git", "icon@2x.png", "user@localhost", "lodash@4.17.21", "@types/node", "ssh://git@example.com/repo",
		"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
		"000-12-3456", "666-12-3456", "219-00-9999", "219-09-0000", "order 219099998", "DE89370400440532013001", "GB82 WEST 1234 5698 7654 33",
		"AKIA" + "IOSFODNN7EXAMPL", "ghp_" + token[:4] + strings.Repeat("a", 32), "AIza" + token, "eyJub3QiOiJhIGp3dCJ9.e30.x",
	} {
		f(harmless, harmless)
	}

	// several, and inside each other
	f("a@b.example, "+visa+" and "+iban, "<EMAIL>, <CARD> and <IBAN>")
	f("https://ada:"+password+"@example.com/?X-Amz-Signature="+token+"&email=a%40b.example", "https://REDACTED:REDACTED@example.com/?X-Amz-Signature=REDACTED&email=<EMAIL>")
	f("api_key=AKIA"+"IOSFODNN7"+"EXAMPLE", "api_key=<API_KEY>")
}

func TestWholeValueGoesUnderASecretsKey(t *testing.T) {
	e := newEngine(t, redact.Config{BlockedKeys: []string{"app.note", "*.internal"}, IgnoredKeys: []string{"user.email"}})
	f := func(key, value, want string) {
		t.Helper()
		out, _ := e.String(key, value)
		require.Equal(t, want, out, key)
	}
	for _, key := range []string{
		"http.request.header.authorization", "http.request.header.cookie", "http.response.header.set-cookie", "http.request.header.x-api-key", "apikey", "apiKey",
		"password", "db.password", "userPassword", "DB_PASSWD", "client_secret", "clientSecret", "accessToken", "refresh_token", "aws_secret_access_key", "cvv", "app.note", "a.Internal",
	} {
		f(key, "any value", "<SECRET>")
		f(key, "<SECRET>", "<SECRET>")
		f(key, "", "")
	}
	for _, key := range []string{
		"http.request.method", "gen_ai.usage.input_tokens", "messaging.kafka.message.key", "lowcode.credential.id", "lowcode.token.id", "cookie.count", "passwords.changed",
		"token_type", "key", "monkey", "user_agent.original", "session.id", "http.response.status_code", "author", "description",
	} {
		f(key, "any value", "any value")
	}
	f("has_password", "true", "true")
	f("user.email", "a@b.example", "a@b.example")
	f("trace_id", redacttest.Card("4", 16, 1), redacttest.Card("4", 16, 1))
}

func TestActions(t *testing.T) {
	visa := redacttest.Card("4", 16, 1)
	f := func(cfg redact.Config, want string) {
		t.Helper()
		e := newEngine(t, cfg)
		out, _ := e.String("", "pay "+visa+" or a@b.example")
		require.Equal(t, want, out)
		again, changed := e.String("", out)
		require.False(t, changed, again)
	}
	f(redact.Config{}, "pay <CARD> or <EMAIL>")
	f(redact.Config{Action: "mask"}, "pay **** or ****")
	f(redact.Config{Action: "mask", Mask: "[gone]"}, "pay [gone] or [gone]")
	f(redact.Config{Action: "drop"}, "pay  or ")
	f(redact.Config{Action: "keep_last"}, "pay ****"+visa[12:]+" or ****mple")
	f(redact.Config{Actions: map[string]redact.Action{"financial": {Do: "keep_last"}, "email": {Do: "drop"}}}, "pay ****"+visa[12:]+" or ")
	f(redact.Config{Detectors: []string{"email"}}, "pay "+visa+" or <EMAIL>")
	f(redact.Config{Exclude: []string{"pii"}}, "pay <CARD> or a@b.example")
	f(redact.Config{AllowedValues: []string{"a@b.example"}}, "pay <CARD> or a@b.example")
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	f := func(cfg redact.Config, want string) {
		t.Helper()
		_, err := redact.New(cfg)
		require.ErrorContains(t, err, want)
	}
	f(redact.Config{Detectors: []string{"emails"}}, `"detectors" names "emails"`)
	f(redact.Config{Exclude: []string{"x"}}, `"exclude" names "x"`)
	f(redact.Config{Action: "hide"}, `"action" is "hide": expected placeholder, mask, drop, keep_last, keep_domain, truncate_ip, token, encrypt or allow`)
	f(redact.Config{Actions: map[string]redact.Action{"email": {Do: "x"}}}, `"actions::email"`)
	f(redact.Config{Actions: map[string]redact.Action{"x": {Do: "mask"}}}, `"actions" names "x"`)
	f(redact.Config{KeepLast: 20}, `"keep_last" is 20`)
	f(redact.Config{BlockedKeys: []string{"["}}, `"blocked_keys" has the pattern "["`)
}

func TestMatchesCarryOffsetsOfTheInput(t *testing.T) {
	e := newEngine(t, redact.Config{})
	require.Equal(t, []redact.Match{
		{Detector: "email", Start: 2, End: 17, Action: "placeholder"},
		{Detector: "keyed_secret", Start: 27, End: 34, Action: "placeholder"},
	}, e.Find("", "x=%61%40b.example&password="+"abc1234"))
}
