package redact

import "strings"

// maxHashPrefix bounds what stands before the hash itself:
// $argon2id$v=19$m=65536,t=3,p=4$salt$.
const maxHashPrefix = 120

// maxHashWord bounds how far before the long word the last $ may be.
const maxHashWord = 24

// atPasswordHash reads the hash of a password around the long word at start:
// $2b$12$…, $6$salt$…, $argon2id$v=19$…, pbkdf2_sha256$260000$salt$…; and an
// access token of Braintree, which is written alike.
func (sc *scanner) atPasswordHash(start int) (hit, bool) {
	s := sc.s
	if strings.IndexByte(s[max(sc.floor, start-maxHashWord-2):start], '$') < 0 {
		return hit{}, false
	}
	from, dollar := start, -1
	for low := max(sc.floor, start-maxHashPrefix); from > low; from-- {
		c := s[from-1]
		if c == '$' {
			dollar = from - 1
		} else if !hashText[c] || dollar < 0 && start-from > maxHashWord {
			break
		}
	}
	if dollar < 0 {
		return hit{}, false
	}
	end := start
	for end < len(s) && (hashText[s[end]] || s[end] == '$') && s[end] != ',' {
		end++
	}
	run := s[from:end]
	if i := strings.Index(run, "access_token$"); i >= 0 {
		_, rest, _ := strings.Cut(run[i+len("access_token$"):], "$")
		random, key, _ := strings.Cut(rest, "$")
		return sc.foundKey(from+i, end, braintreeToken, len(random) == 16 && len(key) == 32)
	}
	at, ok := hashScheme(run)
	return sc.foundKey(from+at, end, passwordHash, ok)
}

// hashText are the alphabets of crypt and what parameters hold.
var hashText = func() (table [256]bool) {
	for c := range table {
		table[c] = isWord(byte(c)) || strings.IndexByte("./+=,", byte(c)) >= 0
	}
	return table
}()

// hashSchemes are what stands before the parameters, and how long the hash is.
var hashSchemes = []struct {
	scheme string
	least  int // of what follows
}{
	{"$2a$", 56},
	{"$2b$", 56},
	{"$2x$", 56},
	{"$2y$", 56},
	{"$1$", 24},
	{"$apr1$", 24},
	{"$5$", 44},
	{"$6$", 87},
	{"$7$", 50},
	{"$y$", 50},
	{"$gy$", 50},
	{"$sha1$", 30},
	{"$md5", 24},
	{"$argon2", 50},
	{"$scrypt$", 40},
	{"$pbkdf2", 40},
	{"$bcrypt-sha256$", 50},
	{"$P$", 31},
	{"$H$", 31},
	{"$S$", 50},
	{"pbkdf2_sha", 50},
	{"pbkdf2:sha", 50},
	{"scrypt:", 50},
	{"bcrypt_sha256$", 60},
	{"bcrypt$", 60},
	{"argon2$", 50},
	{"md5$", 33},
	{"sha1$", 41},
}

// hashScheme finds the scheme in a run of hash characters.
func hashScheme(run string) (at int, ok bool) {
	for _, h := range hashSchemes {
		if i := strings.Index(run, h.scheme); i >= 0 && len(run)-i-len(h.scheme) >= h.least && !isAlnum(byteAt(run, i-1)) {
			return i, true
		}
	}
	return 0, false
}
