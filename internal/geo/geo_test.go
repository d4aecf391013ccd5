package geo_test

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/geo"
)

// networks maps a prefix to its record.
type networks map[string]mmdbtype.Map

func countryOf(code string) mmdbtype.Map {
	return mmdbtype.Map{
		"continent":          mmdbtype.Map{"code": mmdbtype.String("EU")},
		"country":            mmdbtype.Map{"iso_code": mmdbtype.String(code), "geoname_id": mmdbtype.Uint32(7)},
		"registered_country": mmdbtype.Map{"iso_code": mmdbtype.String("US")},
	}
}

func asnOf(number uint32, organization string) mmdbtype.Map {
	return mmdbtype.Map{
		"autonomous_system_number":       mmdbtype.Uint32(number),
		"autonomous_system_organization": mmdbtype.String(organization),
	}
}

// database returns the content of an MMDB file.
func database(tb testing.TB, kind string, content networks, change ...func(*mmdbwriter.Options)) []byte {
	tb.Helper()
	options := mmdbwriter.Options{DatabaseType: kind, IncludeReservedNetworks: true}
	for _, c := range change {
		c(&options)
	}
	tree, err := mmdbwriter.New(options)
	require.NoError(tb, err)
	for prefix, record := range content {
		_, network, err := net.ParseCIDR(prefix)
		require.NoError(tb, err)
		require.NoError(tb, tree.Insert(network, record))
	}
	var file bytes.Buffer
	_, err = tree.WriteTo(&file)
	require.NoError(tb, err)
	return file.Bytes()
}

func write(tb testing.TB, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "test.mmdb")
	require.NoError(tb, os.WriteFile(path, content, 0o600))
	return path
}

// replace puts other content in a file's place, at a later time.
func replace(tb testing.TB, path string, content []byte) {
	tb.Helper()
	info, err := os.Stat(path)
	require.NoError(tb, err)
	require.NoError(tb, os.WriteFile(path, content, 0o600))
	later := info.ModTime().Add(time.Second)
	require.NoError(tb, os.Chtimes(path, later, later))
}

func countries(tb testing.TB) string {
	tb.Helper()
	return write(tb, database(tb, "GeoLite2-Country", networks{
		"203.0.113.0/24": countryOf("NL"), "2001:db8::/32": countryOf("DE"),
	}))
}

func systems(tb testing.TB) string {
	tb.Helper()
	return write(tb, database(tb, "GeoLite2-ASN", networks{
		"203.0.113.0/25": asnOf(64500, "Example Hosting B.V."), "2001:db8::/32": asnOf(64501, "Example Carrier"),
	}))
}

func open(tb testing.TB, countryFile, asnFile string) *geo.Lookup {
	tb.Helper()
	lookup, err := geo.Open(countryFile, asnFile)
	require.NoError(tb, err)
	return lookup
}

func TestOfKnowsCountryAndNetwork(t *testing.T) {
	lookup := open(t, countries(t), systems(t))
	f := func(addr string, want geo.Place) {
		t.Helper()
		require.Equal(t, want, lookup.Of(netip.MustParseAddr(addr)), addr)
	}
	both := geo.Place{Country: "NL", ASN: 64500, Organization: "Example Hosting B.V."}
	f("203.0.113.7", both)
	f("::ffff:203.0.113.7", both)
	f("203.0.113.200", geo.Place{Country: "NL"})
	f("2001:db8::1", geo.Place{Country: "DE", ASN: 64501, Organization: "Example Carrier"})
	f("2001:db8::1%eth0", geo.Place{Country: "DE", ASN: 64501, Organization: "Example Carrier"})
	f("198.51.100.1", geo.Place{})
	require.Zero(t, lookup.Of(netip.Addr{}))
}

func TestEitherFileServesAlone(t *testing.T) {
	addr := netip.MustParseAddr("203.0.113.7")
	require.Equal(t, geo.Place{Country: "NL"}, open(t, countries(t), "").Of(addr))
	require.Equal(t, geo.Place{ASN: 64500, Organization: "Example Hosting B.V."}, open(t, "", systems(t)).Of(addr))
}

func TestANilLookupKnowsNothing(t *testing.T) {
	lookup := open(t, "", "")
	require.Nil(t, lookup)
	require.Zero(t, lookup.Of(netip.MustParseAddr("203.0.113.7")))
	changed, err := lookup.Check()
	require.NoError(t, err)
	require.False(t, changed)
}

func TestAnIPv4FileKnowsNoOtherAddresses(t *testing.T) {
	content := database(t, "DBIP-Country", networks{"203.0.113.0/24": countryOf("NL")},
		func(o *mmdbwriter.Options) { o.IPVersion = 4 })
	lookup := open(t, write(t, content), "")
	require.Equal(t, "NL", lookup.Of(netip.MustParseAddr("203.0.113.7")).Country)
	require.Zero(t, lookup.Of(netip.MustParseAddr("2001:db8::1")))
}

func TestARecordOfAnotherShapeIsNotKnown(t *testing.T) {
	flat := write(t, database(t, "vendor country", networks{"203.0.113.0/24": {"country": mmdbtype.String("NL")}}))
	require.Zero(t, open(t, flat, "").Of(netip.MustParseAddr("203.0.113.7")))
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	f := func(countryFile, asnFile string, want ...string) {
		t.Helper()
		_, err := geo.Open(countryFile, asnFile)
		for _, part := range want {
			require.ErrorContains(t, err, part)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.mmdb")
	f(missing, "", "geo.country_database: cannot find the file", missing)
	f("", missing, "geo.asn_database: cannot find the file", missing)
	f(write(t, []byte("text")), "", "geo.country_database", "is not a MaxMind DB file")
	f(write(t, nil), "", "is not a MaxMind DB file")
	whole := database(t, "GeoLite2-Country", networks{"203.0.113.0/24": countryOf("NL")})
	f(write(t, whole[:len(whole)/2]), "", "is not a MaxMind DB file")
	f(t.TempDir(), "", "cannot read the file")
	f(systems(t), "", `holds "GeoLite2-ASN", expected a database of type country, city, enterprise`)
	f(countries(t), countries(t), `geo.asn_database`, `holds "GeoLite2-Country", expected a database of type asn, isp`)
}

func TestCheckTakesUpANewFile(t *testing.T) {
	path := countries(t)
	lookup := open(t, path, systems(t))
	changed, err := lookup.Check()
	require.NoError(t, err)
	require.False(t, changed, "the same file")

	replace(t, path, database(t, "GeoIP2-City", networks{"203.0.113.0/24": countryOf("BE")}))
	changed, err = lookup.Check()
	require.NoError(t, err)
	require.True(t, changed)
	place := lookup.Of(netip.MustParseAddr("203.0.113.7"))
	require.Equal(t, geo.Place{Country: "BE", ASN: 64500, Organization: "Example Hosting B.V."}, place)
}

func TestCheckKeepsTheGoodFileAndReportsABadOneOnce(t *testing.T) {
	addr := netip.MustParseAddr("203.0.113.7")
	path := countries(t)
	lookup := open(t, path, "")
	refused := func(want string) {
		t.Helper()
		_, err := lookup.Check()
		require.ErrorContains(t, err, want)
		changed, err := lookup.Check()
		require.NoError(t, err, "the same again")
		require.False(t, changed)
		require.Equal(t, "NL", lookup.Of(addr).Country)
	}
	replace(t, path, []byte("text"))
	refused("is not a MaxMind DB file")
	require.NoError(t, os.Remove(path))
	refused("cannot find the file")
	require.NoError(t, os.WriteFile(path, database(t, "GeoLite2-ASN", nil), 0o600))
	refused("expected a database of type country")
	replace(t, path, database(t, "GeoLite2-Country", networks{"203.0.113.0/24": countryOf("BE")}))
	changed, err := lookup.Check()
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "BE", lookup.Of(addr).Country)
}

func TestABadFileDoesNotKeepTheOtherOneBack(t *testing.T) {
	countryFile, asnFile := countries(t), systems(t)
	lookup := open(t, countryFile, asnFile)
	replace(t, countryFile, []byte("text"))
	replace(t, asnFile, database(t, "GeoLite2-ASN", networks{"203.0.113.0/24": asnOf(1, "New")}))
	changed, err := lookup.Check()
	require.ErrorContains(t, err, "geo.country_database")
	require.True(t, changed)
	require.Equal(t, geo.Place{Country: "NL", ASN: 1, Organization: "New"}, lookup.Of(netip.MustParseAddr("203.0.113.7")))
}
