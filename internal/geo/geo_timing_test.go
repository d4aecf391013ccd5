package geo_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/geo"
)

// many opens files with 10,000 networks of 200 countries and 1,000 holders.
func many(tb testing.TB) (lookup *geo.Lookup, addresses []netip.Addr) {
	tb.Helper()
	countries, systems := networks{}, networks{}
	for i := range uint32(10_000) {
		var bytes [4]byte
		binary.BigEndian.PutUint32(bytes[:], 0x0b000000+i<<8)
		addr := netip.AddrFrom4(bytes)
		addresses = append(addresses, addr)
		prefix := netip.PrefixFrom(addr, 24).String()
		countries[prefix] = countryOf(fmt.Sprintf("%c%c", 'A'+i%20, 'A'+i/20%10))
		systems[prefix] = asnOf(i, fmt.Sprintf("Holder %d", i%1000))
	}
	return open(tb, write(tb, database(tb, "GeoLite2-Country", countries)), write(tb, database(tb, "GeoLite2-ASN", systems))), addresses
}

func TestAnAddressSeenBeforeCostsNoMemory(t *testing.T) {
	lookup, addresses := many(t)
	lookup.Of(addresses[0])
	require.Zero(t, testing.AllocsPerRun(100, func() { lookup.Of(addresses[0]) }))
}

func BenchmarkOfSeenBefore(b *testing.B) {
	lookup, addresses := many(b)
	addresses = addresses[:1000]
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		lookup.Of(addresses[i%len(addresses)])
	}
}

// More addresses than are remembered, in turns: every one is searched for.
func BenchmarkOfFirstTime(b *testing.B) {
	lookup, addresses := many(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		lookup.Of(addresses[i%len(addresses)])
	}
}
