package chconn

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"sort"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"go.opentelemetry.io/collector/component"
)

// engine is what the embedded_clickhouse extension offers.
type engine interface {
	ClickHouse() (endpoint, username, password string)
}

// errNoEngine says what to do when there is neither a server nor an engine.
var errNoEngine = errors.New("cannot find ClickHouse: set `clickhouse::endpoint` to a server, or add the embedded_clickhouse extension to `extensions` and to `service::extensions`")

// Open resolves the endpoint and returns a connection over HTTP. The host may
// be nil where Endpoint is set. A server that is down is no error here: the
// calls on the connection fail, and succeed again when it is back.
func (c *Config) Open(host component.Host) (driver.Conn, error) {
	endpoint, username, password := c.Endpoint, c.Username, string(c.Password)
	if endpoint == "" {
		found, err := c.findEngine(host)
		if err != nil {
			return nil, err
		}
		endpoint, username, password = found.ClickHouse()
	}
	parsed, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("%w (it is %q)", errNoHost, redacted(endpoint))
	}
	options := &clickhouse.Options{
		Addr: []string{parsed.Host}, Protocol: clickhouse.HTTP,
		Auth:        clickhouse.Auth{Database: c.Database, Username: username, Password: password},
		DialTimeout: c.Timeout, ReadTimeout: c.Timeout,
		TransportFunc: newHelloTransport,
		ClientInfo:    clickhouse.ClientInfo{Products: []struct{ Name, Version string }{{Name: "weir"}}},
	}
	if parsed.Scheme == "https" {
		if options.TLS, err = c.tls(); err != nil {
			return nil, err
		}
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to ClickHouse at %s: %w", parsed.Host, err)
	}
	return conn, nil
}

func (c *Config) tls() (*tls.Config, error) {
	loaded, err := c.TLS.LoadTLSConfig(context.Background())
	if err != nil {
		return nil, fmt.Errorf("cannot use `clickhouse::tls`: %w", err)
	}
	if loaded == nil { // tls::insecure with an https endpoint: the endpoint decides
		loaded = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return loaded, nil
}

// findEngine looks for the extension, by name or as the only one.
func (c *Config) findEngine(host component.Host) (engine, error) {
	if host == nil {
		return nil, errNoEngine
	}
	engines := make(map[component.ID]engine)
	var names []string
	for id, extension := range host.GetExtensions() {
		if found, ok := extension.(engine); ok {
			engines[id] = found
			names = append(names, id.String())
		}
	}
	sort.Strings(names)
	if c.Embedded != (component.ID{}) {
		found, ok := engines[c.Embedded]
		if !ok {
			return nil, fmt.Errorf("cannot find the extension %q of `clickhouse::embedded`: the engines that run are [%s]", c.Embedded, strings.Join(names, ", "))
		}
		return found, nil
	}
	switch len(engines) {
	case 0:
		return nil, errNoEngine
	case 1:
		return engines[firstKey(engines)], nil
	default:
		return nil, fmt.Errorf("cannot choose between the engines [%s]: name one in `clickhouse::embedded`", strings.Join(names, ", "))
	}
}

func firstKey(engines map[component.ID]engine) component.ID {
	for id := range engines {
		return id
	}
	return component.ID{}
}
