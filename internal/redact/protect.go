package redact

// What ordinary telemetry is full of and what is no secret: times, UUIDs, ids of
// the semantic conventions, hashes that are named as such.

// uuidSize is the length of a UUID.
const uuidSize = 36

// isUUID reports whether the text from start to end is one.
func isUUID(s string, start, end int) bool { return end-start == uuidSize && uuidEnd(s, start) == end }

// uuidEnd returns where the UUID at i ends, or 0. What is behind it is not looked at.
func uuidEnd(s string, i int) int {
	const size = uuidSize
	if i+size > len(s) || s[i+8] != '-' || s[i+13] != '-' || s[i+18] != '-' || s[i+23] != '-' {
		return 0
	}
	if !isHexOrDash(s[i : i+size]) {
		return 0
	}
	return i + size
}

// isWholeID reports whether a value is nothing but an id, by its shape, under a
// key that ends in id or traceparent: a UUID, a W3C trace context.
func isWholeID(s, key string) bool {
	switch n := len(key); len(s) {
	case 36:
		return n > 1 && key[n-2]|0x20 == 'i' && key[n-1]|0x20 == 'd' && uuidEnd(s, 0) == len(s)
	case 55:
		return n > 1 && key[n-1] == 't' && isTraceparent(s) && endsFold(key, "traceparent")
	}
	return false
}

// isTraceparent knows 00-<32 hex>-<16 hex>-01.
func isTraceparent(s string) bool {
	if s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return false
	}
	return isHexOrDash(s)
}

// isHexOrDash reports whether a text of at least eight bytes is made of
// hexadecimal digits and dashes. It looks at eight bytes in one go.
func isHexOrDash(s string) bool {
	others := uint64(0)
	for i := 0; i+8 <= len(s); i += 8 {
		others |= notHexOrDash(eightBytes(s[i:]))
	}
	return (others|notHexOrDash(eightBytes(s[len(s)-8:])))&highBits == 0 // the rest, and some again
}

func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
)

// notHexOrDash sets the highest bit of each byte that is neither. A byte below
// 0x80 plus 0x80-c has that bit if it is at least c; one of 0x80 and more, which
// would carry into its neighbour, is neither itself.
func notHexOrDash(x uint64) uint64 {
	small := x | 0x20*eachByte
	letter := (small + (0x80-'a')*eachByte) &^ (small + (0x7f-'f')*eachByte)
	digit := (x + (0x80-'0')*eachByte) &^ (x + (0x7f-'9')*eachByte)
	dash := (x + (0x80-'-')*eachByte) &^ (x + (0x7f-'-')*eachByte)
	return x | ^(letter | digit | dash)
}

// timestampEnd returns where the date with a time at i ends, or 0:
// 2024-05-06T12:30:45.123Z, 2024/05/06 12:30:45. A date alone is none, as it may
// be somebody's birthday, and nor is one with the time of midnight.
func timestampEnd(s string, i int) int {
	const shortest = len("2006-01-02T15:04")
	if i+shortest > len(s) {
		return 0
	}
	t := s[i : i+shortest]
	if (t[4] != '-' && t[4] != '/') || t[7] != t[4] || t[13] != ':' || (t[10] != 'T' && t[10] != ' ') {
		return 0
	}
	if !(t[0] == '2' && t[1] == '0' || t[0] == '1' && t[1] == '9') || t[5] > '1' || t[8] > '3' || t[11] > '2' || t[14] > '5' {
		return 0
	}
	if t[11:13] == "00" && t[14:16] == "00" {
		return 0
	}
	if (notDigits(eightBytes(t))&0x00f0f000f0f0f0f0|notDigits(eightBytes(t[8:]))&0xf0f000f0f000f0f0)&highHalves != 0 {
		return 0
	}
	end := i + shortest
	if byteAt(s, end) == ':' && isDigit(byteAt(s, end+1)) && isDigit(byteAt(s, end+2)) {
		end += 3
	}
	if c := byteAt(s, end); (c == '.' || c == ',') && isDigit(byteAt(s, end+1)) {
		for end++; isDigit(byteAt(s, end)) && end-i < len("2006-01-02T15:04:05.000000000"); end++ {
		}
	}
	return zoneEnd(s, end)
}

const highHalves = 0xf0 * eachByte

// notDigits has bits in the upper half of each byte that is no digit. One of 0xfa
// and more, which carries into the next, has them too.
func notDigits(x uint64) uint64 {
	const digits = 0x30 * eachByte
	return (x ^ digits) | ((x + 0x06*eachByte) ^ digits)
}

// zoneEnd skips Z, +02:00, -0700.
func zoneEnd(s string, i int) int {
	switch byteAt(s, i) {
	case 'Z':
		return i + 1
	case '+', '-':
		if !isDigit(byteAt(s, i+1)) || !isDigit(byteAt(s, i+2)) {
			return i
		}
		j := i + 3
		if byteAt(s, j) == ':' {
			j++
		}
		if isDigit(byteAt(s, j)) && isDigit(byteAt(s, j+1)) && !isDigit(byteAt(s, j+2)) {
			return j + 2
		}
	}
	return i
}

// isEpoch reports whether digits are a Unix time between 2001 and 2049 in
// seconds, milli-, micro- or nanoseconds.
func isEpoch(digits string) bool {
	switch len(digits) {
	case 10, 13, 16, 19:
	default:
		return false
	}
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return false
		}
	}
	return digits[0] == '1' || digits[0] == '2' && digits[1] < '5'
}

// idEndings are the ends of keys whose values are ids of telemetry itself.
var idEndings = []string{
	"trace_id", "traceid", "trace.id", "trace-id", "span_id", "spanid", "span.id", "span-id", "traceparent", "parent_id", "parentid", "b3", "timestamp",
	"container.id", "host.id", "process.pid", "image.id", "pod.uid", ".uid", "resource_version", "resourceversion", "machine_id", "boot_id", "etag", "if-none-match",
	"git.commit", "commit.sha", "commit_sha", "revision", "digest", "checksum", "sha256", "sha1", "md5", "fingerprint", "build.id", "build_id",
}

// isIDKey names keys whose numbers are ids, times or hashes, however card-like.
func isIDKey(key string) bool {
	if len(key) < 2 {
		return false
	}
	if !idKeyEndings.endsAt(key, len(key)) && len(key) != 2 {
		return false
	}
	for _, ending := range idEndings {
		if endsFold(key, ending) {
			return true
		}
	}
	return false
}

var idKeyEndings = func() *endings {
	t := new(endings)
	for _, ending := range idEndings {
		if len(ending) >= 3 {
			t.add(ending[len(ending)-3:])
		}
	}
	for c := range byte(32) {
		t.add(string([]byte{c, 'b', '3'}))
	}
	return t
}()

// hashNames stand right before a hash, or are its key.
var hashNames = suffixesOf(
	"sha1", "sha256", "sha384", "sha512", "sha-1", "sha-256", "sha-512", "md5", "blake2b", "blake3", "crc32", "etag", "commit", "digest", "checksum", "hash", "revision", "rev",
	"fingerprint", "thumbprint", "integrity", "tree", "parent", "sum", "git", "image", "layer", "blob", "build", "buildid", "oid",
)

// isNamedHash reports whether a word that says "hash" stands before the word at
// start: sha256:…, etag="…", commit …; or in the key, when the value begins there.
func (sc *scanner) isNamedHash(start int) bool {
	s, end := sc.s, start
	for n := 0; end > 0 && n < 4 && !isAlnum(s[end-1]); n++ {
		end--
	}
	if end == 0 {
		return isHashName(sc.key)
	}
	return isHashName(s[max(0, end-24):end])
}

func isHashName(name string) bool {
	for _, h := range hashNames.of(name) {
		if endsFold(name, h) && atBoundary(name, len(name)-len(h)) {
			return true
		}
	}
	return false
}
