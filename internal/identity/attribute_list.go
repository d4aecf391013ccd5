package identity

import (
	"maps"
	"slices"
	"strings"

	"github.com/weir-otel/weir/internal/catalog"
)

// attributeList gathers the attributes that a Resolver reads, by key.
type attributeList map[string]*attribute

func newAttributeList() attributeList {
	list := attributeList{}
	for _, a := range append(plainAttributes(), claimAttributes()...) {
		list[a.key] = &a
	}
	return list
}

// of returns the attribute of a key.
func (list attributeList) of(key string) *attribute {
	a := list[key]
	if a == nil {
		a = &attribute{key: key}
		list[key] = a
	}
	return a
}

// addClaims adds the claims that connectors are matched by, by their canonical
// names.
func (list attributeList) addClaims(names []string) {
	for _, prefix := range claimPrefixes {
		for _, name := range names {
			by := &lookup{name, JWTClaim.String() + "=" + prefix + name}
			list.of(prefix + name).claim = by
			if name == claimActor { // is the claim sub within the claim act
				list.of(prefix + claimAct).actor = by
			}
		}
	}
}

// addHeaders adds request headers in both spellings.
func (list attributeList) addHeaders(headers []string, method Method, use func(*attribute, *lookup)) {
	for _, header := range headers {
		name := catalog.CanonicalHeader(header)
		dashed, underscored := headerKeys(name)
		by := &lookup{name, method.String() + "=" + dashed}
		use(list.of(dashed), by)
		use(list.of(underscored), by)
	}
}

// headerKeys returns the keys of a request header, of which the second is how
// older instrumentation writes it.
func headerKeys(name string) (dashed, underscored string) {
	return headerPrefix + name, headerPrefix + strings.ReplaceAll(name, "-", "_")
}

// passesOn makes a header one in which a gateway passes on a token's payload.
func (a *attribute) passesOn(by *lookup) {
	a.payload = &source{by.evidence, rankDashed}
	if strings.Contains(a.key[len(headerPrefix):], "_") {
		a.payload.rank = rankUnderscored
	}
}

// table is to be called when the list is complete. Where one header is written in
// two spellings, the one with dashes is found first.
func (list attributeList) table() *keyTable {
	t := &keyTable{}
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(list))) {
		a := list[key]
		if claimName(key) != "" {
			a.marks |= marksClaims
		}
		a.isLookedUp = a.header != nil || a.credential != nil || a.claim != nil || a.actor != nil || a.payload != nil
		a.isPlain = a.read == readText && !a.own && !a.isLookedUp
		if !a.saysNobody() {
			a.marks |= marksSignal
		}
		t.add(a)
	}
	return t
}

// saysNobody knows what tells of a call but not who made it: its method, route,
// host, and the person.
func (a *attribute) saysNobody() bool {
	return a.evidence == "" && a.marks&^marksMethod == 0 && !a.isLookedUp && (a.isPlain || a.read == readNothing)
}
