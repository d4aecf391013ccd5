package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

func TestNamesOfProvidersMakeValuesSecrets(t *testing.T) {
	e := mustNew(t, Config{})
	key := madeup.Random(madeup.Hex, 32, 5)
	f := func(text, want string) {
		t.Helper()
		matches := e.Find("", strings.ReplaceAll(text, "§", key))
		require.Len(t, matches, 1, text)
		require.Equal(t, want, matches[0].Detector, text)
	}
	f("DATADOG_API_KEY=§", "datadog_key")
	f("datadog: '§'", "datadog_key")
	f("datadog §", "datadog_key")
	f("the datadog agent has key §", "datadog_key")
	f("dataDogSecret -> §", "datadog_key")
	f("DD_API_KEY=§", "datadog_key")
	matches := e.Find("datadog.key", key)
	require.Len(t, matches, 1)

	g := stays(t)
	g("datadog request_id=" + key)
	g("datadog trace " + key)
	g("datadog agent connected to " + key)
	g("datadog = " + key[1:])
	g("box " + key + " arrived") // an ordinary word needs a noun
	g("boxing token")
	g("commit of datadog: sha " + key)
}

func TestTokensAreFoundWhereverTheyStand(t *testing.T) {
	f := goes(t)
	token := "gl" + "pat-" + madeup.Random(madeup.Alnum, 20, 6)
	for _, text := range []string{"§", "(§)", "x=§&y", "MY_TOKEN_§", "https://x.example/§/y", `\n§\n`, "§.", "a,§,b", "[§]", "'§'", "=§"} {
		f(text, token)
	}
	g := stays(t)
	g("x" + token)
	g(token[:len(token)-1])
	g("gl" + "pat-xxxxxxxxxxxxxxxxxxxx")
	g("gl" + "pat-YOUR_TOKEN_GOES_HERE_")
}

func TestWebhooksAreSecret(t *testing.T) {
	f := goes(t)
	random := madeup.Random
	f("https://hooks.slack.com/services/§", slackPath(7))
	f("https://discord.com/api/webhooks/§", "123456789012345678/"+random(madeup.Alnum, 68, 8))
	f("https://acme.webhook.office.com/webhookb2/§", exampleOf("{uuid}@{uuid}", 9))
	f("https://hook.eu1.make.com/§", random(madeup.Lower+madeup.Digits, 32, 10))
	f("https://hooks.zapier.com/hooks/catch/§/", "1234567/"+random(madeup.Lower, 7, 11))
	f("https://mainnet.infura.io/v3/§", random(madeup.Hex, 32, 12))
	f("https://api.telegram.org/bot§/getMe", "123456789:"+random(madeup.Alnum, 35, 13))
	f("https://prod-1.westeurope.logic.azure.com/workflows/x?sp=%2Ftriggers&sig=§", random(madeup.Alnum, 43, 14))
	stays(t)("https://hooks.slack.com/help https://discord.com/channels/1 https://webhook.example.com/services/x")
}

func TestHashesOfPasswordsGo(t *testing.T) {
	f := goes(t)
	random := madeup.Random
	f("ada:§:19000", "$6"+"$"+random(madeup.Alnum, 16, 15)+"$"+random(madeup.Alnum+"./", 86, 16))
	f("hash §", "$2"+"y$10$"+random(madeup.Alnum, 53, 17))
	f("§", "$argon2"+"id$v=19$m=65536,t=3,p=4$"+random(madeup.Alnum, 22, 18)+"$"+random(madeup.Alnum, 43, 19))
	f("x §", "pbkdf2"+"_sha256$260000$"+random(madeup.Alnum, 22, 20)+"$"+random(madeup.Alnum, 43, 21)+"=")
	stays(t)("cost $15 and /usr/lib/x86_64-linux-gnu/libcrypt.so")
}

func TestKeyFilesGo(t *testing.T) {
	f := goes(t)
	body := madeup.Random(madeup.Alnum, 64, 22)
	dashes := strings.Repeat("-", 5)
	for _, kind := range []string{"RSA ", "EC ", "OPENSSH ", "", "ENCRYPTED "} {
		f(dashes+"BEGIN "+kind+"PRIVATE "+"KEY"+dashes+"\n§\n"+dashes+"END "+kind+"PRIVATE "+"KEY"+dashes, body)
	}
	f(dashes+"BEGIN PGP PRIVATE "+"KEY BLOCK"+dashes+"\n\n§", body)
	f("PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1\n§\nPrivate-MAC: 00", body)
	f("key MIIEvQIBADANBgkqhkiG9w0BAQEFAASC§ end", madeup.Random(madeup.Alnum, 600, 23))
}

func TestAnImageIsNoToken(t *testing.T) {
	f := stays(t)
	f("data:image/png;base64,iVBORw0KGgo" + madeup.Random(madeup.Alnum+"+/", 300, 24) + "/" + "AK" + "IA" + madeup.Random(madeup.Base32, 16, 25) + "/" + madeup.Random(madeup.Alnum+"+/", 300, 26))
}

func TestShapesOfTheTablesAreSound(t *testing.T) {
	seen := map[string]bool{}
	for i, p := range providers {
		require.False(t, seen[p.name], "%s is declared twice", p.name)
		seen[p.name] = true
		require.NotEmpty(t, p.what, p.name)
		require.True(t, strings.HasPrefix(p.source, "https://") || strings.HasPrefix(p.source, "RFC "), "%s: %q is no source", p.name, p.source)
		require.Equal(t, p.near == "", p.values == "", "%s: names and values belong together", p.name)
		require.True(t, p.tokens != "" || p.near != "" || firstProvider+i <= jwkPrivate, "%s finds nothing", p.name)
		for _, name := range strings.Fields(p.near) {
			require.GreaterOrEqual(t, len(name), 3, p.name)
			for k := range len(name) {
				require.NotZero(t, folded[name[k]], "%s: %q has a mark", p.name, name)
			}
		}
		for _, sh := range compileShapes(p.tokens, i) {
			end, ok := sh.match(sh.example(1), 0)
			require.True(t, ok && end == len(sh.example(1)), "%s: %+v", p.name, sh)
		}
	}
	require.GreaterOrEqual(t, len(providers), 300)
}

func FuzzShape(f *testing.F) {
	f.Add("SG.{url:22}.{url:43}", "SG.abc")
	f.Add("{hex:3-1}{", "}")
	f.Add("{uuid}{dec:0-9}", "x")
	f.Fuzz(func(t *testing.T, text, s string) {
		sh, err := compileShape(text)
		if err != nil || len(sh.parts) == 0 {
			return
		}
		for i := range len(s) {
			if end, ok := sh.match(s, i); ok {
				require.True(t, end >= i && end <= len(s))
			}
		}
	})
}

// A member of a JSON Web Key is looked for before the colon, where here the text begins.
func TestAMemberNameMayBeginTheText(t *testing.T) {
	e := mustNew(t, Config{})
	for _, text := range []string{`000:"00000000000000000000A0"`, `ddd:"00000000000000000000A0"`, `"d":"00000000000000000000A0"`} {
		require.Empty(t, e.Find("", text), text)
	}
}

// A Mailchimp key of us1 to us9 is as long as a UUID.
func TestAMailchimpKeyIsFoundInEveryDataCentre(t *testing.T) {
	e := mustNew(t, Config{})
	hash := strings.Repeat("0123456789abcdef", 2)
	for _, centre := range []string{"-us6", "-us21"} {
		text := "x " + hash + centre + " y"
		require.Equal(t, []Match{{Detector: "mailchimp_key", Start: 2, End: len(text) - 2, Action: ActionPlaceholder}}, e.Find("", text), text)
	}
}

// A UUID is passed over but for one offset: no shape may begin at another of those
// that words are looked at.
func TestKeysBeginInNoUUIDButAtOneOffset(t *testing.T) {
	isDash := func(i int) bool { return i == 8 || i == 13 || i == 18 || i == 23 }
	fits := func(i int, set charset, literal byte) bool {
		switch {
		case i == uuidSize: // what ends the word
			return literal != 0 && !isWord(literal) || set&(csDotted|csBase64|csText) != 0
		case i > uuidSize:
			return true
		case isDash(i):
			return literal == '-' || charsets['-']&set != 0
		}
		return isHex(literal) || charsets['0']&set != 0
	}
	var match func(parts []part, i int) bool
	match = func(parts []part, i int) bool {
		if len(parts) == 0 {
			return i >= uuidSize || isDash(i)
		}
		p := parts[0]
		for k := range len(p.literal) {
			if !fits(i+k, 0, p.literal[k]) {
				return false
			}
		}
		if p.literal != "" {
			return match(parts[1:], i+len(p.literal))
		}
		for n := 0; n <= p.max; n++ {
			if n >= p.min && match(parts[1:], i+n) {
				return true
			}
			if !fits(i+n, p.set, 0) {
				return false
			}
		}
		return false
	}
	found := map[int]bool{}
	for _, sh := range tokens.shapes[1:] {
		for _, i := range []int{0, 9, 14, 19} { // fewer than minToken bytes are left from the last group on
			if match(sh.parts, i) {
				found[i] = true
				require.Equal(t, tokenInUUID, i, "%s of %s", sh.prefix, providers[sh.owner].name)
			}
		}
	}
	require.True(t, found[tokenInUUID]) // or else it need not be looked at
}
