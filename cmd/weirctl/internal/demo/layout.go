package demo

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// layout is where one collector of the demo keeps things and listens.
type layout struct {
	dir            string
	otlpGRPC       string
	otlpHTTP       string
	clickhouse     string
	health         string
	webhook        string
	readerUser     string
	readerPassword string
}

func (l layout) catalog() string      { return filepath.Join(l.dir, "catalog.yaml") }
func (l layout) segments() string     { return filepath.Join(l.dir, "segments") }
func (l layout) keptSegments() string { return filepath.Join(l.dir, "kept-segments") }
func (l layout) engine() string       { return filepath.Join(l.dir, "clickhouse") }
func (l layout) alerts() string       { return filepath.Join(l.dir, "alerts") }
func (l layout) passwordFile() string { return filepath.Join(l.dir, "grafana.password") }
func (l layout) log() string          { return filepath.Join(l.dir, "weir.log") }

// newLayout makes the folder and picks free ports.
func newLayout(dir, webhook string) (layout, error) {
	l := layout{dir: dir, webhook: webhook, readerUser: "grafana"}
	for _, d := range []string{dir, l.keptSegments()} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return l, fmt.Errorf("cannot create the demo's folder: %w", err)
		}
	}
	password := make([]byte, 12)
	if _, err := rand.Read(password); err != nil {
		return l, fmt.Errorf("cannot make a password: %w", err)
	}
	l.readerPassword = hex.EncodeToString(password)
	if err := os.WriteFile(l.passwordFile(), []byte(l.readerPassword), 0o600); err != nil {
		return l, fmt.Errorf("cannot write the reader's password: %w", err)
	}
	addresses, err := freeAddresses(4)
	if err != nil {
		return l, err
	}
	l.otlpGRPC, l.otlpHTTP, l.clickhouse, l.health = addresses[0], addresses[1], addresses[2], addresses[3]
	return l, nil
}

// freeAddresses asks the system for ports; all are held until all are known, so
// that no two are the same.
func freeAddresses(n int) (addresses []string, err error) {
	for range n {
		listener, listenErr := net.Listen("tcp", "127.0.0.1:0")
		if listenErr != nil {
			return nil, fmt.Errorf("cannot find a free port: %w", listenErr)
		}
		defer func() { err = errors.Join(err, listener.Close()) }()
		port := listener.Addr().(*net.TCPAddr).Port
		addresses = append(addresses, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	}
	return addresses, nil
}
