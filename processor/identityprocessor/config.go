package identityprocessor

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/weir-otel/weir/internal/provenance"
)

// Config is the configuration of the identity processor.
type Config struct {
	// Catalog lists the connectors.
	Catalog CatalogConfig `mapstructure:"catalog"`
	// TrustedPeers are the senders whose gateway headers and claims are verified.
	TrustedPeers []PeerConfig `mapstructure:"trusted_peers"`
	// Edges are the gateways whose server spans are the calls themselves.
	Edges []EdgeConfig `mapstructure:"edges"`
	// MaxClockSkew is how far a timestamp may be from arrival.
	MaxClockSkew time.Duration `mapstructure:"max_clock_skew"`
}

// CatalogConfig says where the catalog is.
type CatalogConfig struct {
	// File is the catalog's path; without one, nothing is attributed to a connector.
	File string `mapstructure:"file"`
	// ReloadInterval is how often the file is looked at; 0 for never.
	ReloadInterval time.Duration `mapstructure:"reload_interval"`
}

// PeerConfig names a sender by exactly one of Receiver, AuthSubject and CIDR.
type PeerConfig struct {
	// Receiver is the component type that took the data in, e.g. intake.
	Receiver string `mapstructure:"receiver"`
	// AuthSubject is the subject that the receiver's authenticator established.
	AuthSubject string `mapstructure:"auth_subject"`
	// CIDR is the network of the sender's address.
	CIDR string `mapstructure:"cidr"`
	// AllowBackfill accepts timestamps of the past.
	AllowBackfill bool `mapstructure:"allow_backfill"`
	// Weir declares another Weir: its lowcode.* attributes are kept.
	Weir bool `mapstructure:"weir"`
}

// EdgeConfig names a gateway by exactly one of Service, Receiver and AuthSubject.
type EdgeConfig struct {
	// Service is the resource attribute service.name.
	Service string `mapstructure:"service"`
	// Receiver is the component type that took the data in, e.g. intake.
	Receiver string `mapstructure:"receiver"`
	// AuthSubject is the subject that the receiver's authenticator established.
	AuthSubject string `mapstructure:"auth_subject"`
}

var _ component.Config = (*Config)(nil)

const (
	defaultReloadInterval = 10 * time.Second
	defaultMaxClockSkew   = time.Hour
)

func createDefaultConfig() component.Config {
	return &Config{
		Catalog:      CatalogConfig{ReloadInterval: defaultReloadInterval},
		MaxClockSkew: defaultMaxClockSkew,
	}
}

// Validate checks what can be known without reading the catalog.
func (c *Config) Validate() error {
	var errs []error
	if interval := c.Catalog.ReloadInterval; interval != 0 && interval < time.Second {
		errs = append(errs, fmt.Errorf("`catalog::reload_interval` is %s: expected at least 1s, or 0 for never", interval))
	}
	if c.MaxClockSkew <= 0 {
		errs = append(errs, fmt.Errorf("`max_clock_skew` is %s: expected more than 0, e.g. 1h", c.MaxClockSkew))
	}
	for i, peer := range c.TrustedPeers {
		if count(peer.Receiver, peer.AuthSubject, peer.CIDR) != 1 {
			errs = append(errs, fmt.Errorf("`trusted_peers[%d]` names no sender, or several: expected exactly one of receiver, auth_subject and cidr", i))
		}
		errs = append(errs, checkReceiver(fmt.Sprintf("trusted_peers[%d]", i), peer.Receiver))
		if peer.CIDR != "" {
			if _, err := parseNetwork(peer.CIDR); err != nil {
				errs = append(errs, fmt.Errorf("`trusted_peers[%d]::cidr` is %q: expected a network such as 10.0.0.0/8 or an address", i, peer.CIDR))
			}
		}
	}
	for i, edge := range c.Edges {
		errs = append(errs, checkReceiver(fmt.Sprintf("edges[%d]", i), edge.Receiver))
		if count(edge.Service, edge.Receiver, edge.AuthSubject) != 1 {
			errs = append(errs, fmt.Errorf("`edges[%d]` names no gateway, or several: expected exactly one of service, receiver and auth_subject", i))
		}
	}
	return errors.Join(errs...)
}

// checkReceiver refuses a receiver that would never match: the others put
// nothing into the context that says who they are.
func checkReceiver(key, receiver string) error {
	if receiver == "" || receiver == provenance.ReceiverIntake {
		return nil
	}
	return fmt.Errorf("`%s::receiver` is %q: expected %s, the only receiver that says who it is; for others use auth_subject", key, receiver, provenance.ReceiverIntake)
}

// count returns how many of the values are set.
func count(values ...string) int {
	n := 0
	for _, value := range values {
		if value != "" {
			n++
		}
	}
	return n
}

func parseNetwork(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}
