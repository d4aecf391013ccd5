package identityprocessor

import (
	"context"
	"net"
	"net/netip"

	"go.opentelemetry.io/collector/client"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/provenance"
)

// sender is what is known of whoever sent a batch. It comes from the connection
// and the receiver, never from the telemetry.
type sender struct {
	trust    identity.Trust // in its gateway headers and claims
	own      bool           // its lowcode.* attributes are kept
	backfill bool           // it may send the past
	edge     bool           // every server span of it is a call at an edge
	gateway  bool           // its records are a gateway's own access log
}

func (s sender) trusted() bool { return s.trust.Any() }

// senders matches a batch's context against the configuration.
type senders struct {
	peers     []PeerConfig
	networks  []netip.Prefix   // of peers, by index
	trust     []identity.Trust // in peers, by index
	edges     []EdgeConfig
	services  map[string]bool
	openEdges bool // no peer is declared, so an edge cannot ask for a trusted one
}

func newSenders(config *Config) *senders {
	s := &senders{
		peers:     config.TrustedPeers,
		networks:  make([]netip.Prefix, len(config.TrustedPeers)),
		trust:     make([]identity.Trust, len(config.TrustedPeers)),
		edges:     config.Edges,
		services:  map[string]bool{},
		openEdges: len(config.TrustedPeers) == 0,
	}
	for i, peer := range config.TrustedPeers {
		s.trust[i] = peer.trust()
		if peer.CIDR != "" {
			s.networks[i], _ = parseNetwork(peer.CIDR) // Validate has parsed it
		}
	}
	for _, edge := range config.Edges {
		if edge.Service != "" {
			s.services[edge.Service] = true
		}
	}
	return s
}

// of says who sent the batch of ctx.
func (s *senders) of(ctx context.Context) sender {
	source, internal := provenance.From(ctx)
	addr := addressOf(client.FromContext(ctx).Addr)
	subject := subjectIn(ctx)
	found := sender{own: internal, gateway: internal && source.Receiver == provenance.ReceiverIntake}
	for i, peer := range s.peers {
		if peer.matches(s.networks[i], source.Receiver, subject, addr) {
			found.trust |= s.trust[i]
			found.own = found.own || peer.Weir
			found.backfill = found.backfill || peer.AllowBackfill
		}
	}
	for _, edge := range s.edges {
		found.edge = found.edge ||
			edge.Receiver != "" && edge.Receiver == source.Receiver ||
			edge.AuthSubject != "" && edge.AuthSubject == subject
	}
	return found
}

// trust is in what the peer vouches for: all, unless the configuration says what.
func (p *PeerConfig) trust() identity.Trust {
	if len(p.Signals) == 0 {
		return identity.TrustAll
	}
	trust := identity.TrustNobody
	for _, name := range p.Signals {
		method, _ := identity.MethodOf(name) // Validate knows it
		trust |= identity.TrustOnly(method)
	}
	return trust
}

func (p *PeerConfig) matches(network netip.Prefix, receiver, subject string, addr netip.Addr) bool {
	switch {
	case p.Receiver != "":
		return p.Receiver == receiver
	case p.AuthSubject != "":
		return p.AuthSubject == subject
	}
	return network.IsValid() && network.Contains(addr)
}

// reportSource ranks the server spans of a service, "" where the store decides
// by the span's kind. Anybody can write service.name, so it makes an edge only
// of a trusted peer's spans.
func (s *senders) reportSource(from sender, service string) string {
	switch {
	case from.edge, s.services[service] && (from.trusted() || s.openEdges):
		return lowcode.ReportEdge
	case from.gateway:
		return lowcode.ReportGatewayLog
	}
	return ""
}

func addressOf(addr net.Addr) netip.Addr {
	var ip net.IP
	switch addr := addr.(type) {
	case *net.IPAddr:
		ip = addr.IP
	case *net.TCPAddr:
		ip = addr.IP
	case *net.UDPAddr:
		ip = addr.IP
	}
	parsed, _ := netip.AddrFromSlice(ip)
	return parsed.Unmap()
}

// subjectIn returns who the sender of ctx's batch has proven to be.
func subjectIn(ctx context.Context) string {
	if source, _ := provenance.From(ctx); source.Peer != "" {
		return source.Peer
	}
	return subjectOf(client.FromContext(ctx).Auth)
}

// subjectOf returns who the receiver's authenticator says the sender is. What
// it calls that depends on the authenticator.
func subjectOf(auth client.AuthData) string {
	if auth == nil {
		return ""
	}
	for _, attribute := range [...]string{"subject", "username"} {
		if subject, ok := auth.GetAttribute(attribute).(string); ok && subject != "" {
			return subject
		}
	}
	return ""
}
