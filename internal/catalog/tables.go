package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// minUserAgentPrefix keeps a prefix from matching most of the world.
const minUserAgentPrefix = 3

// agentTable finds an entry by a whole user agent, else by its longest listed
// prefix. It takes as many look-ups as there are distinct lengths of prefixes.
type agentTable[E any] struct {
	exact, prefixes map[string]*E
	lengths         []int // distinct, longest first
}

// add puts a checked pattern in and returns the entry that already has it.
func (t *agentTable[E]) add(pattern string, e *E) (first *E) {
	prefix, isPrefix := strings.CutSuffix(pattern, "*")
	if !isPrefix {
		return put(&t.exact, pattern, e)
	}
	t.lengths = addLength(t.lengths, len(prefix))
	return put(&t.prefixes, prefix, e)
}

func (t *agentTable[E]) find(agent string) (e *E, exact bool) {
	if e := t.exact[agent]; e != nil {
		return e, true
	}
	for _, length := range t.lengths {
		if length > len(agent) {
			continue
		}
		if e := t.prefixes[agent[:length]]; e != nil {
			return e, false
		}
	}
	return nil, false
}

// checkUserAgent returns what is wrong with a pattern of user agents, if anything.
func checkUserAgent(pattern string) (message, hint string) {
	if prefix, isPrefix := strings.CutSuffix(pattern, "*"); isPrefix && len(prefix) < minUserAgentPrefix {
		return fmt.Sprintf("%q, expected at least %d characters before the *", pattern, minUserAgentPrefix), "a shorter prefix would match strangers"
	}
	return checkValue(pattern)
}

// networkTable finds an entry by the most specific network that holds an
// address. It takes as many look-ups as there are distinct prefix lengths.
type networkTable[E any] struct {
	networks     map[netip.Prefix]*E
	bits4, bits6 []int // distinct, most specific first
}

// add puts a checked network in and returns the entry that already has it.
func (t *networkTable[E]) add(text string, e *E) (first *E) {
	prefix, err := parsePrefix(text)
	if err != nil {
		return nil
	}
	if prefix.Addr().Is4() {
		t.bits4 = addLength(t.bits4, prefix.Bits())
	} else {
		t.bits6 = addLength(t.bits6, prefix.Bits())
	}
	return put(&t.networks, prefix, e)
}

func (t *networkTable[E]) find(addr netip.Addr) *E {
	if len(t.networks) == 0 || !addr.IsValid() {
		return nil
	}
	addr = addr.Unmap().WithZone("")
	bits := t.bits6
	if addr.Is4() {
		bits = t.bits4
	}
	for _, length := range bits {
		prefix, err := addr.Prefix(length)
		if err != nil {
			continue
		}
		if e := t.networks[prefix]; e != nil {
			return e
		}
	}
	return nil
}

// checkNetwork returns what is wrong with an address or network, if anything.
func checkNetwork(text string) (message, hint string) {
	prefix, err := parsePrefix(text)
	if err != nil {
		return fmt.Sprintf("%q, expected an address or a network in CIDR form", clip(text)), "e.g. 192.0.2.0/24 or 2001:db8::1"
	}
	if prefix.Bits() == 0 {
		return fmt.Sprintf("%q, expected a network smaller than the whole internet", text), ""
	}
	return "", ""
}

func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	if prefix.Addr().Is4In6() { // ::ffff:192.0.2.0/120 is 192.0.2.0/24
		if prefix.Bits() < mappedBits {
			return netip.Prefix{}, errMapped
		}
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mappedBits)
	}
	return prefix.Masked(), nil
}

// mappedBits is the length of ::ffff:0:0/96, in which IPv6 writes IPv4 addresses
// (RFC 4291, section 2.5.5.2).
const mappedBits = 96

var errMapped = errors.New("IPv4 addresses in IPv6 form, and more than all of them")

// put keeps the entry that came first, and returns it if there was one.
func put[K comparable, E any](into *map[K]*E, k K, e *E) (first *E) {
	if *into == nil {
		*into = map[K]*E{}
	}
	if first = (*into)[k]; first == nil {
		(*into)[k] = e
	}
	return first
}

// addLength inserts a length into a list that is sorted from long to short.
func addLength(lengths []int, length int) []int {
	at, found := slices.BinarySearchFunc(lengths, length, func(a, b int) int { return cmp.Compare(b, a) })
	if found {
		return lengths
	}
	return slices.Insert(lengths, at, length)
}
