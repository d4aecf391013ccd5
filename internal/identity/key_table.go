package identity

// keyTable finds an attribute by its key. Every attribute of every record is
// looked up in it, most in vain, so it is a hash table of a fixed size that takes
// the keys' lengths and last bytes for their hash: a third of a map's time.
type keyTable struct {
	chains [1 << keyBits]*attribute // by hash; the next of a chain is attribute.next
	short  *attribute               // the chain of keys of fewer than 8 bytes
}

const keyBits = 10

// add puts an attribute in front of its chain.
func (t *keyTable) add(a *attribute) {
	chain := &t.short
	if len(a.key) >= 8 {
		chain = &t.chains[hashKey(a.key)]
	}
	a.next, *chain = *chain, a
}

// chain returns the first of the attributes among which that of a key is, if
// there is one.
func (t *keyTable) chain(key string) *attribute {
	if len(key) < 8 {
		return t.short
	}
	return t.chains[hashKey(key)]
}

// hashKey mixes the length of a key of 8 bytes or more with the last 8. Only the
// configuration and the catalog put keys into a table, so no sender can make one
// slow.
func hashKey(key string) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2⁶⁴ divided by the golden ratio
	s := key[len(key)-8:]
	tail := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56 // one instruction
	return (tail ^ uint64(len(key))) * odd >> (64 - keyBits)
}
