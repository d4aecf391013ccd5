package redact

// joinedLengths are the lengths of what of a provider's value stands in one word,
// of those values that may have a join there: the first one is _ or -.
var joinedLengths, leastBeyond = indexLengths()

// lengthsByJoin are indexed by the second bit of _ or -.
type lengthsByJoin [2]lengthSet

// lengthSet is a set of lengths; those it has no bit for are in it.
type lengthSet [4]uint64

func (l *lengthSet) has(n int) bool { return n >= 64*len(l) || l[n/64]>>(n%64)&1 != 0 }

func (l *lengthSet) add(from, to int) {
	for n := from; n <= to && n < 64*len(l); n++ {
		l[n/64] |= 1 << (n % 64)
	}
}

// beyondWords are the sets of what is not of words alone.
const beyondWords = csDotted | csBase64 | csText

// indexLengths also returns the length of the shortest of those values that may go
// on behind the word without a mark that the shape names.
func indexLengths() (lengths *lengthsByJoin, least int) {
	lengths, least = new(lengthsByJoin), maxSecret
	for _, shapes := range keyShapes {
		for k := range shapes {
			w := shapes[k].inWord()
			for _, c := range []byte(w.firstJoin) {
				lengths[c>>1&1].add(w.from, w.to)
				least = min(least, w.beyond)
			}
		}
	}
	return lengths, least
}

// inWord says how much of a value stands in one word.
type inWord struct {
	from, to  int
	beyond    int    // what it has at least when it goes on behind the word
	firstJoin string // what the first join may be; empty without any
}

// allJoins are those of a word.
const allJoins = "_-"

func (sh *shape) inWord() inWord {
	w := inWord{beyond: maxSecret}
	sure := false // the first join is one of those
	for _, p := range sh.parts {
		for _, c := range []byte(p.literal) {
			if !isWord(c) {
				return w
			}
			if classes[c] == join && !sure {
				w.firstJoin, sure = w.firstJoin+string(c), true
			}
			w.from, w.to = w.from+1, w.to+1
		}
		for _, c := range []byte(allJoins) {
			if charsets[c]&p.set != 0 && !sure {
				w.firstJoin += string(c)
			}
		}
		if w.from += p.min; p.set&beyondWords != 0 && w.firstJoin != "" {
			w.beyond = min(w.beyond, w.from)
		}
		w.to += p.max
	}
	return w
}

// mayBeJoined reports whether a provider's value may begin at start, within a word
// that goes on to end; its first join is at i.
func mayBeJoined(s string, start, i, end int) bool {
	if joinedLengths[s[i]>>1&1].has(end-start) || isWord(byteAt(s, end)) {
		return true
	}
	for end < len(s) && end-start < leastBeyond && charsets[s[end]]&beyondWords != 0 {
		end++
	}
	return end-start >= leastBeyond
}
