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

// endsAt reports whether the three bytes before i are in the set.
func (t *endings) endsAt(s string, i int) bool {
	if i < 3 {
		return false
	}
	b := s[i-3 : i]
	return t.hasTriple(tripleOf(b[0], b[1], b[2]))
}

// has reports whether the three bytes from i are in the set.
func (t *endings) has(s string, i int) bool {
	if i+3 > len(s) {
		return false
	}
	b := s[i : i+3]
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
	"otp", "pat", "psk", "sas",
	"ata",        // data, of a Secret of Kubernetes
	"lue", "ult", // value, default: of pairs of name and value
)

// schemeStarts are the first three letters of the schemes that atScheme knows.
var schemeStarts = endingsOf("bea", "bas", "tok", "api")
