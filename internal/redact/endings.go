package redact

// endings is a set of three-letter endings or beginnings without case, as a bit
// for each of 2^15 triples of five bits: the last look at text that is not
// behind the name of a secret costs one load.
type endings [1 << 15 / 32]uint32

func tripleOf(a, b, c byte) uint32 { return uint32(a&31)<<10 | uint32(b&31)<<5 | uint32(c&31) }

func (t *endings) add(triple string) {
	n := tripleOf(triple[0], triple[1], triple[2])
	t[n/32] |= 1 << (n % 32)
}

func (t *endings) hasTriple(n uint32) bool { return t[n/32]>>(n%32)&1 != 0 }

// bitOf is hasTriple as 1 or 0.
func (t *endings) bitOf(n uint32) uint32 { return t[n/32] >> (n % 32) & 1 }

// bitAt is bitOf for the first three bytes of s, which has five.
func (t *endings) bitAt(s string) uint32 {
	_ = s[4]
	return t.bitOf(tripleOf(s[0], s[1], s[2]))
}

// endsAt reports whether the three bytes before i are in the set.
func (t *endings) endsAt(s string, i int) bool {
	if i < 3 {
		return i == 2 && s[1]|0x20 == 'w' // pw, the only name of two letters
	}
	b := s[i-3 : i]
	return t.hasTriple(tripleOf(b[0], b[1], b[2]))
}

func endingsOf(triples ...string) *endings {
	t := new(endings)
	for _, triple := range triples {
		t.add(triple)
	}
	return t
}

// keyEndings are the last three bytes of every name that keyKindOf and signature
// know. A name with a new ending needs it here, or is never asked about.
var keyEndings = endingsOf(
	"ord", "0rd", // password, passw0rd
	"swd", "pwd", // passwd, pwd
	"ase", "ode", // passphrase, passcode
	"ass",        // pass
	"ret", "ets", // secret
	"ken", "ens", // token
	"ion",        // authorization
	"uth",        // auth
	"kie",        // cookie
	"ial", "als", // credentials
	"key", "eys", "yid", // key, AWSAccessKeyId
	"jwt", "cvv", "cvc",
	"nid", "sid", // jsessionid, phpsessid
	"sig", "ure", // sig, signature
	"gin",               // login
	"nse", "est", "rer", // samlresponse, samlrequest, bearer
	"otp", "pat", "psk", "sas", "pin",
	"sse", "nha", "ier", // motdepasse, senha, code_verifier
	"irm", "new", "old", "ash", // password_confirm, _new, _old, _hash
	"ata",        // data, of a Secret of Kubernetes
	"lue", "ult", // value, default: of pairs of name and value
).withAnyFirst("pw").withDigits("rd", "rt", "wd", "en", "et", "vv", "ey")

// attributeEndings are those of the names of attributes: in text, passwort would
// have every port= and sort= of a URL looked at.
var attributeEndings = func() *endings {
	t := *keyEndings
	t.add("ort")
	return &t
}()

// schemeStarts are the first three letters of the schemes that atScheme knows.
var schemeStarts = endingsOf("bea", "bas", "tok", "api", "cre", "alt", "gra") // the last three: create user

// withAnyFirst adds two letters behind any byte.
func (t *endings) withAnyFirst(two string) *endings {
	for c := range byte(32) {
		t.add(string(rune(c)) + two)
	}
	return t
}

// withDigits adds a digit, or one behind a dash, to the last two letters
// of names: password2, x-api-key-2.
func (t *endings) withDigits(lastTwo ...string) *endings {
	for _, two := range lastTwo {
		for c := byte('0'); c <= '9'; c++ {
			if c != '4' || two != "en" { // the same bits as in environment
				t.add(two + string(rune(c)))
			}
			t.add(two[1:] + "-" + string(rune(c)))
			t.add(two[1:] + "_" + string(rune(c)))
		}
	}
	return t
}

// fourEndings is endings for the last four bytes of a name, hashed. It errs on
// the side of yes, once in fifty names.
type fourEndings [1 << fourBits / 32]uint32

const fourBits = 16

// secretEndings are the last four bytes of every name that kindOfName knows, so
// that version, route and id are dismissed by one load. A name with a new ending
// needs it here, or is never asked about.
var secretEndings = func() *fourEndings {
	t := new(fourEndings)
	for _, ending := range []string{
		"word", "w0rd", "wort", "asse", "enha", "fier", "sswd", "rase", "base", "code", "ogin", "onse", "uest", "arer", "cret", "oken", "tion", "okie",
		"tial", "ials", "pass", "auth", "ssid", "onid",
	} {
		t.add(ending)
		t.add(ending[1:] + "s")
	}
	for _, ending := range []string{"key", "pwd", "jwt", "cvv", "cvc", "otp", "pat", "psk", "sid", "sas", "pin", "pws", "old"} { // the last is of keyTails
		for c := range 256 {
			t.add(string([]byte{byte(c)}) + ending)
		}
		t.add(ending + "s")
	}
	for _, tail := range []string{"firm", "alue", "hash"} {
		t.add(tail)
	}
	return t
}()

// lastFour returns the last four bytes of a name of at least that many.
func lastFour(name string) uint32 {
	b := name[len(name)-4:]
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func fourHash(last uint32) uint32 { return (last | 0x20202020) * 0xcc9e2d51 >> (32 - fourBits) }

func (t *fourEndings) add(ending string) {
	n := fourHash(lastFour(ending))
	t[n/32] |= 1 << (n % 32)
}

// has is for names of at least four bytes. It takes for known whatever ends in w
// or in a digit, as my_pw and password2 do.
func (t *fourEndings) has(name string) bool {
	n := fourHash(lastFour(name))
	return t[n/32]>>(n%32)&1|isPWOrDigit[name[len(name)-1]] != 0
}

// isPWOrDigit is 1 for one byte or none.
var isPWOrDigit = [256]uint32{'w': 1, 'W': 1, '0': 1, '1': 1, '2': 1, '3': 1, '4': 1, '5': 1, '6': 1, '7': 1, '8': 1, '9': 1}
