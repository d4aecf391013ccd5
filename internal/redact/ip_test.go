package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func TestAddresses(t *testing.T) {
	f := finds(t)
	f("peer 203.0.113.42:52144 left", "ipv4[203.0.113.42]")
	f("http://10.1.2.3/x?from=10.1.2.4", "ipv4[10.1.2.3] ipv4[10.1.2.4]")
	f("broker/10.1.2.3:9092 and /10.1.2.4:52000", "ipv4[10.1.2.3] ipv4[10.1.2.4]")
	f("route 10.1.0.0/16 via 10.1.2.3", "ipv4[10.1.0.0] ipv4[10.1.2.3]")
	f("pool 10.0.0.1-10.0.0.9.", "ipv4[10.0.0.1] ipv4[10.0.0.9]")
	f("root@10.1.2.3", "ipv4[10.1.2.3]")
	f("http://[2001:db8::1]:8080/", "ipv6[2001:db8::1]")
	f("from 2001:0db8:85a3:0000:0000:8a2e:0370:7334.", "ipv6[2001:0db8:85a3:0000:0000:8a2e:0370:7334]")
	f("2001:db8:0:0:0:0:0:1, fe80::1%eth0; ::ffff:10.1.2.3", "ipv6[2001:db8:0:0:0:0:0:1] ipv6[fe80::1%eth0] ipv6[::ffff:10.1.2.3]")
	f("64:ff9b::10.1.2.3 and 2001:db8::", "ipv6[64:ff9b::10.1.2.3] ipv6[2001:db8::]")
	f("nic 00:1b:63:84:45:e6 and 00-1B-63-84-45-E6", "mac[00:1b:63:84:45:e6] mac[00-1B-63-84-45-E6]")
}

func TestWhatLooksLikeAnAddressAndIsNone(t *testing.T) {
	f := finds(t)
	for _, text := range []string{
		"Chrome/120.0.6099.71 Edg/120.0.0.0 App/4.5.6.7 (iOS)", "v1.2.3.4", "version 1.2.3.4", "Version: 1.2.3.4", `"version":"1.2.3.4"`, "ver. 4.3.2.1", "foo_1.2.3.4.tar.gz", "1.2.3.4.jar",
		"nginx:1.25.3.1-alpine", "pkg==1.2.3.4", "oid 1.3.6.1.4.1.2021", "1.2.3", "256.1.2.3", "1.2.3.4.5", "01.2.3.4", "starting ledger 14.2.3.29 (go1.26)", "upgraded agent from 1.2.3.4 to 1.2.3.5",
		"127.0.0.1 0.0.0.0 ::1 ::", "12:30:45", "12:34:56:78", "std::array<a::b>", "add::be", "face::book", "key:abc:def:123", "1:2:3:4:5:6:7:8:9", "a:b:c:d:e:f:0:1:2",
		"00:00:00:00:00:00", "AA:BB:CC:DD:EE:FF:00:11", "00:1b:63:84:45", "2001:db8:", "T12:30:45+02:00",
	} {
		f(text, "")
	}
	under := findsUnder(t)
	under("service.version", "1.2.3.4", "")
	under("browser.version", "120.0.10.71", "")
	under("user_agent.original", "Chrome 120.0.10.71", "")
}

func TestAddressesUnderTheirOwnKeysStay(t *testing.T) {
	under := findsUnder(t)
	for _, key := range []string{"client.address", "server.address", "network.peer.address", "source.address", "net.peer.ip"} {
		under(key, "203.0.113.42", "")
		under(key, "2001:db8::1", "")
	}
	under("app.remote", "203.0.113.42", "ipv4[203.0.113.42]")
	under("http.request.header.x-forwarded-for", "203.0.113.42, 10.1.2.3", "ipv4[203.0.113.42] ipv4[10.1.2.3]")
}

func TestMailAddresses(t *testing.T) {
	f := finds(t)
	f("to <ada.lovelace+x@mail.example.co.uk>, cc o'hara@example.org.", "email[ada.lovelace+x@mail.example.co.uk] email[o'hara@example.org]")
	f("mailto:ada@example.com?subject=x", "email[ada@example.com]")
	f("ada@bücher.example", "email[ada@bücher.example]")
	for _, text := range []string{
		"getty@tty1.service", "rabbit@rabbit-0.rabbit.default.svc.cluster.local", "left-pad@1.2.3-beta.next", "lodash@4.17.21", "a@b", "@example.com", "ada@.com", "icon@2x.png",
		"git@github.com:owner/repo.git", "java.lang.Object@1b2c3d4",
	} {
		f(text, "")
	}
	e := newEngine(t, redact.Config{})
	require.Len(t, e.Find("", "a@example.com;b@example.com"), 2)
}
