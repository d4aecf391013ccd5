package selfcheck_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact/redacttest"
	"github.com/weir-otel/weir/internal/redact/selfcheck"
)

// found returns what is found as detector=text.
func found(key, text string) []string {
	var list []string
	for _, f := range selfcheck.New().Find(key, text) {
		list = append(list, f.Detector+"="+text[f.Start:f.End])
	}
	return list
}

func TestFindsWhatIsBeyondDoubt(t *testing.T) {
	f := func(detector, before, secret, after string) {
		t.Helper()
		require.Equal(t, []string{detector + "=" + secret}, found("", before+secret+after), detector)
	}
	digits := redacttest.Random("0123456789", 12, 1)
	mixed := func(n int) string {
		return "a1" + redacttest.Random("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", n-2, 7)
	}
	f("email", "mail ", "ada.lovelace@example.com", " now")
	f("card", "paid with ", redacttest.Card("4", 16, 1), " twice")
	f("card", "", redacttest.Card("37", 15, 2), "")
	f("card", "(", grouped(redacttest.Card("51", 16, 3), " "), ")")
	f("card", "", grouped(redacttest.Card("4", 16, 4), "-"), "")
	f("iban", "to ", "DE89"+"3704"+"0044"+"0532"+"0130"+"00", "")
	f("us_ssn", "ssn ", "219-"+"09-"+"9998", "")
	f("jwt", "", redacttest.JWT(5), "")
	f("github_token", "", redacttest.GitHubToken("ghp", 6), "")
	f("url_credentials", "GET https://", "ada:"+mixed(12), "@db.example.com/x")
	f("authorization", "Authorization: Bearer ", mixed(32), "")
	f("aws_access_key_id", "", "AKIA"+redacttest.Random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, 8), "")
	f("slack_token", "", "xoxb-"+digits+"-"+digits+"-"+mixed(24), "")
	f("stripe_key", "", "sk_"+"live_"+mixed(24), "")
	f("sendgrid_key", "", "SG"+"."+mixed(22)+"."+mixed(43), "")
}

func TestFindsPrivateKeys(t *testing.T) {
	text := redacttest.PrivateKey(1)
	findings := selfcheck.New().Find("", text)
	require.Len(t, findings, 1)
	require.Equal(t, "private_key", findings[0].Detector)
}

func TestLeavesWhatIsInDoubt(t *testing.T) {
	f := func(key, text string) {
		t.Helper()
		require.Empty(t, found(key, text), text)
	}
	card := redacttest.Card("4", 16, 1)
	f("", "<EMAIL> paid with <CARD:k1:ABCDEFGHIJKLMNOPQRSTUVWXYZ>")
	f("", "<EMAIL>@example.com")
	f("", "https://REDACTED:REDACTED@db.example.com/")
	f("", "git@github.com:weir-otel/weir.git")
	f("order.id", card)
	f("", "trace_id="+card)
	f("", "1"+card+" "+card+".25 /"+card+"/")
	f("", card[:15]+strconv.Itoa(9-int(card[15]-'0')))
	f("", "000-12-3456 666-12-3456 123-00-4567 12-345-6789")
	f("", "AKIA"+"IOSFODNN7EXAMPLE")
	f("", "Authorization: Bearer <AUTHORIZATION>")
	f("", "ghp_"+strings.Repeat("a", 36))
}

func grouped(number, separator string) string {
	return number[:4] + separator + number[4:8] + separator + number[8:12] + separator + number[12:]
}

// The second look is worth something only as long as it shares nothing with the
// first: the package imports the standard library and that alone.
func TestSharesNoCodeWithTheEngine(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			first, _, _ := strings.Cut(path, "/")
			require.NotContains(t, first, ".", "%s imports %s", name, path)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range redacttest.Samples() {
		f.Add("", s.Text)
	}
	checker := selfcheck.New()
	f.Fuzz(func(t *testing.T, key, text string) {
		for _, one := range checker.Find(key, text) {
			require.True(t, 0 <= one.Start && one.Start < one.End && one.End <= len(text))
		}
	})
}
