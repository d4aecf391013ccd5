package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Filters let nearly everything be dismissed by one load. One that dismisses what
// the function behind it knows would hide a secret.

func TestSecretEndingsKnowEveryName(t *testing.T) {
	for _, noun := range []string{
		"password", "passw0rd", "passwort", "kennwort", "motdepasse", "mot_de_passe", "senha", "code_verifier", "codeverifier", "passwd", "passphrase", "secret_key_base", "secretkeybase",
		"passcode", "pin_code", "otp_code", "mfa_code", "verification_code", "?code", "&code", "login", "samlresponse", "samlrequest", "bearer", "secret", "token", "authorization", "cookie",
		"credential", "credentials", "pass", "pgpass", "sshpass", "dbpass", "auth", "jsessionid", "phpsessid", "aspnet_sessionid", "asp.net_sessionid", "connect.sid", "sessid", "api_key", "apikey",
		"pwd", "jwt", "cvv", "cvc", "otp", "userpwd", "dbpwd", "pat", "psk", "sid", "sas", "pin", "pw", "bindpw", "rootpw", "userpw", "dbpw",
	} {
		for _, key := range []string{noun, "x_" + noun, "x." + noun, "9" + noun, "ü-" + noun, "x" + strings.ToUpper(noun[:1]) + noun[1:]} {
			for _, tail := range []string{"", "s", "1", "12", "-2", "_23", "_confirmation", "confirm", "_new", ".old", "Old", "New", "_value", "Value", "_hash", "Hash"} {
				require.Equal(t, kindOfName(key+tail), keyKindOf(key+tail), key+tail)
				require.Equal(t, kindOfName(strings.ToUpper(key+tail)), keyKindOf(strings.ToUpper(key+tail)), key+tail)
			}
		}
		if noun[0] != '&' && noun[0] != '?' {
			require.NotEqual(t, keyNone, keyKindOf("x_"+noun), noun)
		}
	}
	for _, key := range []string{"http.route", "user.id", "network.protocol.version", "server.port", "http.request.method", "url.full"} {
		require.False(t, secretEndings.has(key), key)
	}
}

func TestWordHeadsKnowEveryWordOfAContext(t *testing.T) {
	for word, want := range contextWords {
		if len(word) <= maxWordLength {
			require.Equal(t, want, meaningOf(word), word)
		}
	}
}

func TestWebhookDomainsKnowEveryWebhook(t *testing.T) {
	for _, hooks := range webhooks {
		for _, w := range hooks {
			host := w.host
			if host[0] == '.' {
				host = "x" + host
			}
			require.True(t, webhookDomains.endsAt(host, strings.LastIndexByte(host, '.')), host)
		}
	}
	require.False(t, webhookDomains.endsAt("api.example.com", len("api.example")))
}

func TestHexAndDashesByteByByte(t *testing.T) {
	for length := 8; length <= 24; length++ {
		for at := range length {
			for c := range 256 {
				text := strings.Repeat("f", at) + string([]byte{byte(c)}) + strings.Repeat("-", length-at-1)
				if want := isHex(byte(c)) || c == '-'; isHexOrDash(text) != want {
					t.Fatalf("%q: %v", text, !want)
				}
			}
		}
	}
}

// An address under a key that may hold one is dismissed before the scan, which
// would find nothing either.
func TestTheScanFindsNothingInASparedAddress(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, e := range []*Engine{mustNew(t, Config{}), mustNew(t, Config{Exclude: []string{"pii"}}), mustNew(t, Config{Action: ActionDrop})} {
		for range 20_000 {
			ip := fmt.Sprintf("%d.%d.%d.%d", random.IntN(256), random.IntN(256), random.IntN(256)>>random.IntN(9), random.IntN(256)>>random.IntN(9))
			require.True(t, isWholeIPv4(ip), ip)
			require.True(t, e.sparesAddress("client.address", detIPv4))
			require.Empty(t, e.scan(ip, "client.address", 0, nil), ip)
		}
	}
	for _, other := range []string{"1.2.3", "1.2.3.4.5", "1.2.3.4:80", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "a.b.c.d", "1.2.3.", "203.0.113.0/24"} {
		require.False(t, isWholeIPv4(other), other)
	}
	out, changed := mustNew(t, Config{Actions: map[string]Action{"ipv4": {Do: ActionMask}}}).String("client.address", "203.0.113.42")
	require.True(t, changed, "the policy names the detector")
	require.Equal(t, "****", out)
}

// A name is known with one mark between any two of its letters, in both cases,
// and whatever stands behind it.
func TestNameFiltersKnowEveryName(t *testing.T) {
	for k := 1; k < len(names.names); k++ {
		name := names.names[k].text
		forms := []string{name}
		for i := 1; i < len(name); i++ {
			for _, mark := range []string{"_", "-", ".", " "} {
				forms = append(forms, name[:i]+mark+name[i:])
			}
		}
		for _, form := range forms {
			for _, tail := range []string{"", "Key", "_token", ": 1234", "é=1234", "\x00\x00\x00\x00"} {
				for _, text := range []string{form + tail, strings.ToUpper(form) + tail} {
					if nameEnd(text, 0, name) < 0 {
						continue
					}
					require.Equal(t, uint64(1), nameHeads.mayName(text, 0, 1), text)
					require.False(t, names.first[k].differ(firstEight(text)), text)
				}
			}
		}
	}
	require.Zero(t, nameHeads.mayName("zzzzzzzz yyyyyyyy", 0, 1|1<<9))
}

// The loops of both filters and their instructions keep the same heads.
func TestHeadsAreTheSameWithoutVector(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.StringN(0, 9, -1), rapid.SampledFrom([]string{"azure", "Stripe", "fly.io", "d_7", "phone", "Passport", "dl", "tel", "né"}))
		text := strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "words"), rapid.SampledFrom([]string{" ", "_", ""}).Draw(t, "between"))
		if len(text) < windowSize+aheadOfHeads {
			text += strings.Repeat(".", windowSize+aheadOfHeads-len(text))
		}
		heads := rapid.Uint64().Draw(t, "heads")
		defer func() { vector = hasVector }()
		vector = hasVector
		name, context := nameHeads.mayName(text, 0, heads), mayNameContext(text, 0, heads)
		vector = false
		require.Equal(t, nameHeads.mayName(text, 0, heads), name, "%q", text)
		require.Equal(t, mayNameContext(text, 0, heads), context, "%q", text)
	})
}

func TestContextHeadsKnowEveryWordOfAContext(t *testing.T) {
	for word, m := range contextWords {
		for _, text := range []string{word + " 12345678 ", strings.ToUpper(word[:1]) + word[1:] + ": 12345678 "} {
			if m.set == (contextSet{}) || len(word) > maxWordLength || word[0] >= 0x80 || strings.Contains(word, " ") {
				continue
			}
			sc := scanner{s: text}
			sc.w.load(text, 0)
			sc.w.candidates(text, ^uint64(0))
			require.True(t, sc.holdsContext(0, strings.IndexByte(text, '1')), text)
		}
	}
}

func TestCodesAreNotDismissed(t *testing.T) {
	for row, id := range wordIDs {
		for shape := range strings.SplitSeq(id.shapes, "|") {
			word := strings.NewReplacer("A", "X", "9", "7", "*", "7").Replace(shape)
			if !strings.Contains(word, "X") { // a number of digits alone is none of these
				continue
			}
			for _, text := range []string{word, strings.ToLower(word), word[:4] + "-" + word[4:]} {
				var w window
				w.load(text, 0)
				w.candidates(text, ^uint64(0))
				require.True(t, w.holds(0, len(text)))
				require.True(t, w.mayBeCode(0, len(text)), "%s of row %d", text, row)
			}
		}
	}
}
