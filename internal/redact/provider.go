package redact

import (
	"math/bits"
	"slices"
	"strings"
)

// provider is one row of the tables of providers: keys that are known by their
// own shape (tokens), and keys that only the name of their provider beside them
// gives away (near and values). A prefix alone is never a match.
type provider struct {
	name   string // of the detector
	what   string
	source string // where the format is documented

	tokens string   // shapes that stand for themselves, separated by spaces
	sum    checksum // of tokens

	near   string // names the provider goes by, small letters without marks, separated by spaces
	values string // shapes of keys that look like nothing without the name
	common bool   // the name is an ordinary word, or stands beside ids: a word such as key or token must too
}

// providers are all rows. The special ones come first: their matchers name them
// by index.
var providers = slices.Concat(
	specialProviders, cloudProviders, vcsProviders, ciProviders, aiProviders, paymentProviders, cryptoProviders, chatProviders, mailProviders,
	monitoringProviders, databaseProviders, securityProviders, commerceProviders, crmProviders, productProviders, marketingProviders,
	contentProviders, geoProviders, financeProviders, dataProviders, scrapingProviders, socialProviders, workProviders, moreProviders,
)

// atToken looks for a provider's key in the word from start to end: at its
// beginning, and behind its joins (MY_TOKEN_ghp_…). Then come the shapes that do
// not begin with a fixed text.
func (sc *scanner) atToken(start, end int) (hit, bool) {
	s := sc.s
	if h, ok := sc.tokenAt(start); ok {
		return h, ok
	}
	for i := sc.afterJoin(start, end); i+minToken <= end; i = sc.afterJoin(i, end) {
		if classes[s[i]] == join {
			continue
		}
		if h, ok := sc.tokenAt(i); ok {
			return h, ok
		}
	}
	return sc.atShape(start, end)
}

// tokenInUUID is the only offset in a UUID that atToken could find a key at: none
// of the shapes fits in one from elsewhere.
const tokenInUUID = len("00000000-0000-0000-")

// afterJoin returns what is behind the first join from i on, in a word that ends at
// end, or end+1. It reads the window's mask where that holds the word.
func (sc *scanner) afterJoin(i, end int) int {
	if w := &sc.w; w.holds(i, end) {
		return min(i+1+bits.TrailingZeros64(w.joins>>(i-w.base)), end+1)
	}
	for i < end && classes[sc.s[i]] != join {
		i++
	}
	return i + 1
}

// tokenAt tries the shapes whose first three bytes stand at i.
func (sc *scanner) tokenAt(i int) (hit, bool) {
	if i+3 > len(sc.s) {
		return hit{}, false
	}
	if k := tokens.head(firstThree(sc.s[i:])); k != 0 {
		return sc.tokenOf(k, i)
	}
	return hit{}, false
}

// tokenOf is tokenAt for the shapes from the entry k on.
func (sc *scanner) tokenOf(k uint16, i int) (hit, bool) {
	for eight := eightAt(sc.s, i); k != 0; k = tokens.next[k] {
		if !tokens.begins[k].beginsWith(eight) {
			continue
		}
		if h, ok := sc.token(i, &tokens.shapes[k]); ok {
			return h, ok
		}
	}
	return hit{}, false
}

// maxTokenHead is how far before its first long word a key may begin:
// dt0c01.<24>.<64>, fm2_a+b/….
const maxTokenHead = 60

// atDotted tries the keys with a dot in their prefix that hold the long word at
// start, before which a dot stands: SG.…, hvs.…, dp.pt.….
func (sc *scanner) atDotted(start, end int) (hit, bool) {
	if h, ok := sc.atTerraform(start, end); ok {
		return h, ok
	}
	return sc.lookBack(start)
}

// lookBack tries the starts of words before the long word at start.
func (sc *scanner) lookBack(start int) (hit, bool) {
	s := sc.s
	var class uint8
	for i, from, before := start-1, max(sc.floor, start-maxTokenHead), inToken[byteAt(s, start-1)]; i >= from && before != 0; i-- {
		class, before = before, inToken[byteAt(s, i-1)]
		if class&beginsDotted == 0 || before&alnumInToken != 0 {
			continue
		}
		three := firstThree(s[i : i+3])
		for k := dotted.head(three); k != 0; k = dotted.next[k] {
			if dotted.first[k] != three {
				continue
			}
			if h, ok := sc.token(i, &dotted.shapes[k]); ok && h.end > start {
				return h, ok
			}
		}
	}
	return hit{}, false
}

// inToken are the bytes that keys hold before their first long word, as bits: also
// which of them are letters and digits, and which of those a dotted key begins with.
var inToken = func() (table [256]uint8) {
	for c := range table {
		if isWord(byte(c)) || strings.IndexByte("./+:~!#^", byte(c)) >= 0 {
			table[c] = goesOnDotted
		}
		if isAlnum(byte(c)) {
			table[c] |= alnumInToken
		}
	}
	for _, three := range dotted.first[1:] {
		if c := byte(three >> 16); isAlnum(c) {
			table[c] |= beginsDotted
		}
	}
	return table
}()

const (
	goesOnDotted = 1 << iota
	beginsDotted
	alnumInToken
)

// token matches one shape at i.
func (sc *scanner) token(i int, sh *shape) (hit, bool) {
	s := sc.s
	end, ok := sh.match(s, i)
	if !ok || !sc.e.enabled[firstProvider+sh.owner] || dull(s[i+len(sh.prefix):end]) {
		return hit{}, false
	}
	if !providers[sh.owner].sum.holds(s[i:end]) {
		return hit{}, false
	}
	return hit{i, end, firstProvider + sh.owner}, !inBlob(s, i, end)
}

// What surrounds a word of base64: this far is looked, and so long is a blob.
const (
	blobWindow = 200
	minBlob    = 160
)

// inBlob reports whether the text from start to end is a piece of something
// longer in base64, such as an image.
func inBlob(s string, start, end int) bool {
	if c, d := byteAt(s, start-1), byteAt(s, end); c != '+' && c != '/' && d != '+' && d != '/' && c != ',' {
		return false
	}
	from, to, plus := start, end, false
	for from > 0 && start-from < blobWindow && isBase64(s[from-1]) {
		from--
		plus = plus || s[from] == '+'
	}
	for to < len(s) && to-end < blobWindow && isBase64(s[to]) {
		plus = plus || s[to] == '+'
		to++
	}
	return plus && to-from-(end-start) >= minBlob || strings.HasSuffix(s[:from], ";base64,")
}
