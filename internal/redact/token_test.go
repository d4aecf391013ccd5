package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

// replaced returns what stands in place of the one match in text.
func replaced(t testing.TB, e *redact.Engine, key, text string) string {
	t.Helper()
	out, matches := e.Redact(key, text)
	require.Len(t, matches, 1, text)
	m := matches[0]
	require.Equal(t, text[:m.Start], out[:m.Start])
	return out[m.Start : len(out)-(len(text)-m.End)]
}

// foundSamples are those that are found at all, which another test asks of all.
func foundSamples(t testing.TB) []redacttest.Sample {
	e := newEngine(t, redact.Config{})
	return slices.DeleteFunc(redacttest.Samples(), func(s redacttest.Sample) bool { return len(e.Find("", s.Text)) == 0 })
}

func TestTokensHaveTheLabelTheKeyAndNothingOfTheValue(t *testing.T) {
	e := newEngine(t, redact.Config{Action: "token", TokenKeys: keys("k1")})
	shape := regexp.MustCompile(`^<[A-Z_]+:k1:[A-Z2-7]{26}>$`)
	for _, s := range foundSamples(t) {
		out, matches := e.Redact("", s.Text)
		require.NotContains(t, out, s.Secret, s.Detector)
		m := matches[0]
		if len(matches) == 1 {
			require.Regexp(t, shape, out[m.Start:len(out)-(len(s.Text)-m.End)], s.Detector)
		}
	}
}

func TestOneValueHasOneTokenInEveryPlace(t *testing.T) {
	e := newEngine(t, redact.Config{Action: "token", TokenKeys: keys("k1")})
	card := redacttest.Card("4", 16, 1)
	n, err := strconv.ParseInt(card, 10, 64)
	require.NoError(t, err)
	want := replaced(t, e, "", card)
	for _, form := range []string{
		"paid with " + card, "pan_" + card, card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:], card[:4] + "-" + card[4:8] + "-" + card[8:12] + "-" + card[12:],
		strconv.FormatInt(n, 10), strconv.FormatFloat(float64(n), 'f', -1, 64), percentEverything(card), percentEverything(percentEverything(card)), unicodeEscape(card),
		fullWidth(card), base64.StdEncoding.EncodeToString([]byte(card)), base64.RawURLEncoding.EncodeToString([]byte("pan " + card + " x")),
	} {
		require.Equal(t, want, replaced(t, e, "", form), form)
		require.Equal(t, want, replaced(t, e, "payment.note", form), form)
	}
	email := replaced(t, e, "", "a@b.example")
	require.Equal(t, email, replaced(t, e, "url.full", "https://h.example/?to=a%40b.example&x=1"))
	require.NotEqual(t, email, replaced(t, e, "", "A@b.example"), "the bytes count, not what a mail server makes of them")

	github := redacttest.GitHubToken("ghp", 1)
	require.Equal(t, replaced(t, e, "", "used "+github+" here"), replaced(t, e, "app.password", github), "secrets share a domain")
}

func TestTwoValuesHaveTwoTokens(t *testing.T) {
	e := newEngine(t, redact.Config{Action: "token", TokenKeys: keys("k1")})
	seen := map[string]string{}
	for i := range 5000 {
		id := strconv.Itoa(100000000 + i*7)
		token, _ := e.Redact("app.api_key", id)
		if other, ok := seen[token]; ok {
			require.Equal(t, other, id)
		}
		seen[token] = id
	}
	for i := range 500 {
		card := redacttest.Card("4", 16, uint64(i))
		token := replaced(t, e, "", card)
		if other, ok := seen[token]; ok {
			require.Equal(t, other, card)
		}
		seen[token] = card
	}
}

func TestTokensDependOnKeyAndDetector(t *testing.T) {
	one := newEngine(t, redact.Config{Action: "token", TokenKeys: keys("k1")})
	other := newEngine(t, redact.Config{Action: "token", TokenKeys: keys("k0", "k1")[1:]})
	require.NotEqual(t, replaced(t, one, "", "a@b.example"), replaced(t, other, "", "a@b.example"))
	plain, secret := replaced(t, one, "", "a@b.example"), replaced(t, one, "password", "a@b.example")
	require.NotEqual(t, plain[len(plain)-27:], secret[len(secret)-27:])
}

func TestRotationGivesAliases(t *testing.T) {
	both := keys("k2", "k1")
	before := newEngine(t, redact.Config{Action: "token", TokenKeys: both[1:]})
	during := newEngine(t, redact.Config{Action: "token", TokenKeys: both})
	old, matches := before.Redact("", "a@b.example")
	require.Empty(t, matches[0].Alias)
	out, matches := during.Redact("", "a@b.example")
	require.True(t, strings.HasPrefix(out, "<EMAIL:k2:"), out)
	require.Equal(t, out, matches[0].Token)
	require.Equal(t, old, matches[0].Alias)

	again, changed := during.String("", "seen "+old)
	require.False(t, changed, again)
}

func TestKeysMayBeHexBase64OrText(t *testing.T) {
	raw := redacttest.Random("0123456789abcdef", 64, 1)
	text := redacttest.Random("abcdefghijklmnopqrstuvwxyz !?", 40, 2)
	for _, secret := range []string{raw, base64.StdEncoding.EncodeToString([]byte(raw[:32])), base64.RawURLEncoding.EncodeToString([]byte(raw[:33])), text, "  " + text + "\n"} {
		newEngine(t, redact.Config{Action: "token", TokenKeys: []redact.Key{{ID: "k1", Secret: redact.Secret(secret)}}})
	}
}

// actionEngines has one engine an action.
func actionEngines(t testing.TB) map[string]*redact.Engine {
	engines := map[string]*redact.Engine{}
	for _, action := range []string{"placeholder", "mask", "drop", "keep_last", "keep_domain", "truncate_ip", "token", "encrypt"} {
		engines[action] = newEngine(t, redact.Config{
			Action: action, TokenKeys: keys("k2", "k1"), SealKeys: keys("s1"), Actions: map[string]redact.Action{"statement_literal": {Do: action}},
		})
	}
	return engines
}

func TestEachActionIsStableAndLeavesNothing(t *testing.T) {
	engines, samples := actionEngines(t), foundSamples(t)
	filler := rapid.StringMatching(`[ -~äé\n]{0,24}`)
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var planted []redacttest.Sample
		for range rapid.IntRange(1, 4).Draw(t, "planted") {
			s := rapid.SampledFrom(samples).Draw(t, "sample")
			text.WriteString(filler.Draw(t, "text") + "\n" + s.Text + "\n")
			planted = append(planted, s)
		}
		text.WriteString(filler.Draw(t, "text"))
		for action, e := range engines {
			out := redactTwice(t, e, action, "", text.String())
			for _, s := range planted {
				require.NotContains(t, out, s.Secret, "%s: %q", action, text.String())
			}
		}
	})
}

// redactTwice asks that the second time changes nothing.
func redactTwice(t require.TestingT, e *redact.Engine, action, key, text string) string {
	out, _ := e.String(key, text)
	again, changed := e.String(key, out)
	require.False(t, changed, "%s: %q became %q, then %q", action, text, out, again)
	require.Empty(t, e.Find(key, out))
	return out
}

func TestRedactingTwiceGivesWhatOnceGave(t *testing.T) {
	engines := actionEngines(t)
	pieces := []string{
		"<", ">", "<EMAIL>", "<SECRET", ":k1:", "****", "@", "://", "/", "?", "&", "=", ": ", "%40", "%3C", "\\u003c", "'", "\"", "{", "}", ", ", ";", "\n", " ", ".", "-", "_",
		"password", "token", "Authorization", "Bearer ", "Basic ", "Cookie: ", "set-cookie", "--secret ", "https", "postgres", "REDACTED", "ssn ", "card ", "SELECT * FROM t WHERE a = ",
		"hunter" + "22", "ada", "example.com", "10.1.2.3", "2001:db8::5:6", "MTIzNDU2Nzg5", "a@b.example", "x-api-key",
	}
	for _, s := range foundSamples(t) {
		pieces = append(pieces, s.Secret)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(t, "pieces"), "")
		key := rapid.SampledFrom([]string{"", "note", "db.query.text", "url.full", "http.request.header.cookie", "client.address"}).Draw(t, "key")
		for action, e := range engines {
			redactTwice(t, e, action, key, text)
		}
	})
}

func TestMarksThatWerePutIntoJSONAreLeftAlone(t *testing.T) {
	for action, e := range actionEngines(t) {
		out, _ := e.String("", `{"password":"`+"hunter"+`22 x","n":1}`)
		escaped, err := json.Marshal(map[string]string{"message": out})
		require.NoError(t, err)
		again, changed := e.String("", string(escaped))
		require.False(t, changed, "%s: %s became %s", action, escaped, again)
	}
}
