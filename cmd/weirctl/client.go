package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chconn"
)

const (
	defaultDataDir  = "/var/lib/weir"
	defaultUser     = "default"
	passwordEnv     = "WEIR_CLICKHOUSE_PASSWORD"
	embeddedDirName = "clickhouse"
)

// clientFlags say which ClickHouse a command talks to: the embedded engine,
// found by its data folder, or a server, found by its URL.
type clientFlags struct {
	dataDir      string
	url          string
	user         string
	passwordFile string
	database     string
}

// addClientFlags gives cmd the flags that say where ClickHouse is.
func addClientFlags(cmd *cobra.Command) *clientFlags {
	f := &clientFlags{}
	flags := cmd.Flags()
	flags.StringVar(&f.dataDir, "data-dir", defaultDataDir,
		"Weir's data folder; the embedded engine's credentials are in its `clickhouse` folder")
	flags.StringVar(&f.url, "clickhouse", "",
		"`URL` of a ClickHouse server's HTTP interface, e.g. https://clickhouse.example.com:8443; without it, the embedded engine")
	flags.StringVar(&f.user, "clickhouse-user", defaultUser, "ClickHouse `user`, with --clickhouse")
	flags.StringVar(&f.passwordFile, "password-file", "",
		"`file` with the password, with --clickhouse (default: the environment variable "+passwordEnv+")")
	flags.StringVar(&f.database, "database", chconn.NewDefaultConfig().Database, "ClickHouse `database`")
	return f
}

// open connects and asks for one answer, so that a wrong address or password
// is told here and not in the middle of a command. The caller closes it.
func (f *clientFlags) open(ctx context.Context) (driver.Conn, error) {
	cfg, err := f.config()
	if err != nil {
		return nil, err
	}
	conn, err := cfg.Open(nil)
	if err != nil {
		return nil, fmt.Errorf("cannot use ClickHouse at %s: %w", cfg.Endpoint, err)
	}
	if err := conn.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot reach ClickHouse at %s: %w", cfg.Endpoint, err), conn.Close())
	}
	return conn, nil
}

func (f *clientFlags) config() (chconn.Config, error) {
	if f.url == "" {
		return f.embedded()
	}
	password, err := f.password()
	if err != nil {
		return chconn.Config{}, err
	}
	cfg := chconn.NewDefaultConfig()
	cfg.Endpoint = f.url
	cfg.Username = f.user
	cfg.Password = configopaque.String(password)
	cfg.Database = f.database
	if err := cfg.Validate(); err != nil {
		return chconn.Config{}, fmt.Errorf("%w: --clickhouse: %w", cli.ErrUsage, err) // the URL itself may hold a password
	}
	return cfg, nil
}

// embedded reads the credentials from the engine's folder; --data-dir may name
// that folder itself.
func (f *clientFlags) embedded() (chconn.Config, error) {
	if f.passwordFile != "" {
		return chconn.Config{}, cli.Usagef("--password-file needs --clickhouse: the embedded engine's password is in its data folder")
	}
	cfg, err := chconn.FromCredentialFile(filepath.Join(f.dataDir, embeddedDirName))
	if errors.Is(err, fs.ErrNotExist) {
		cfg, err = chconn.FromCredentialFile(f.dataDir)
	}
	if err != nil {
		return chconn.Config{}, fmt.Errorf(
			"cannot find the embedded engine in %s (is a collector with `embedded_clickhouse` running there? give its folder with --data-dir, or a server with --clickhouse URL): %w",
			f.dataDir, err)
	}
	cfg.Database = f.database
	return cfg, nil
}

func (f *clientFlags) password() (string, error) {
	if f.passwordFile == "" {
		return os.Getenv(passwordEnv), nil
	}
	content, err := os.ReadFile(f.passwordFile)
	if err != nil {
		return "", fmt.Errorf("cannot read --password-file: %w", err)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}
