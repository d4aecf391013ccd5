package geo

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/oschwald/maxminddb-golang/v2"
)

// recentAddresses is how many addresses are remembered: platforms call from few,
// and finding one again is several times faster than two searches in files.
const recentAddresses = 8192

// Place is where an address belongs. What is not known is empty.
type Place struct {
	Country      string // ISO 3166-1 alpha-2, e.g. "NL"
	ASN          uint32 // number of the autonomous system
	Organization string // name of the autonomous system's holder
}

// Lookup answers from the files that were good last. It may be used by many
// goroutines; a nil Lookup knows nothing.
type Lookup struct {
	current atomic.Pointer[tables]

	mu      sync.Mutex // guards everything below
	country file
	asn     file
}

// tables are the contents of both files at one time.
type tables struct {
	country *maxminddb.Reader // nil without a file
	asn     *maxminddb.Reader // nil without a file
	recent  *lru.Cache[netip.Addr, Place]
}

// Open reads the two files, of which either may be "". Without any the Lookup is nil.
func Open(countryFile, asnFile string) (*Lookup, error) {
	if countryFile == "" && asnFile == "" {
		return nil, nil //nolint:nilnil // a nil Lookup works
	}
	l := &Lookup{
		country: file{field: "geo.country_database", path: countryFile, kinds: []string{"country", "city", "enterprise"}},
		asn:     file{field: "geo.asn_database", path: asnFile, kinds: []string{"asn", "isp", "enterprise"}},
	}
	l.current.Store(&tables{})
	if _, err := l.Check(); err != nil {
		return nil, err
	}
	return l, nil
}

// Check reads the files again if they changed. It reports whether a new one is in
// use, and why one was refused; the same refusal is reported once.
func (l *Lookup) Check() (changed bool, err error) {
	if l == nil {
		return false, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	country, errCountry := l.country.check()
	asn, errASN := l.asn.check()
	err = errors.Join(errCountry, errASN)
	if country == nil && asn == nil {
		return false, err
	}
	next := *l.current.Load()
	if country != nil {
		next.country = country
	}
	if asn != nil {
		next.asn = asn
	}
	recent, errRecent := lru.New[netip.Addr, Place](recentAddresses)
	if errRecent != nil {
		return false, fmt.Errorf("cannot remember addresses: %w", errRecent)
	}
	next.recent = recent
	l.current.Store(&next)
	return true, err
}

// Of returns what the files know about addr.
func (l *Lookup) Of(addr netip.Addr) Place {
	if l == nil || !addr.IsValid() {
		return Place{}
	}
	addr = addr.WithZone("").Unmap()
	t := l.current.Load()
	place, found := t.recent.Get(addr)
	if !found {
		place = t.find(addr)
		t.recent.Add(addr, place)
	}
	return place
}

// find searches both files. A record that cannot be read is none.
func (t *tables) find(addr netip.Addr) (place Place) {
	var country struct {
		Country struct {
			ISOCode string `maxminddb:"iso_code"`
		} `maxminddb:"country"`
	}
	if t.country != nil && t.country.Lookup(addr).Decode(&country) == nil {
		place.Country = country.Country.ISOCode
	}
	var system struct {
		Number       uint32 `maxminddb:"autonomous_system_number"`
		Organization string `maxminddb:"autonomous_system_organization"`
	}
	if t.asn != nil && t.asn.Lookup(addr).Decode(&system) == nil {
		place.ASN, place.Organization = system.Number, system.Organization
	}
	return place
}
