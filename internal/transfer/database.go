package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/schema"
)

// Database is a database of Weir's on a ClickHouse that is reached over HTTP.
type Database struct {
	conn driver.Conn
	http *http.Client
	cfg  chconn.Config
}

var errCluster = errors.New("the tables are spread over a cluster: use ClickHouse's own BACKUP and RESTORE … ON CLUSTER there")

// Open connects. The configuration has an endpoint. The caller closes it.
func Open(ctx context.Context, cfg chconn.Config) (*Database, error) {
	tls, err := cfg.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot use the TLS settings for %s: %w", cfg.Endpoint, err)
	}
	conn, err := cfg.Open(nil)
	if err != nil {
		return nil, fmt.Errorf("cannot use ClickHouse at %s: %w", cfg.Endpoint, err)
	}
	if err := conn.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot reach ClickHouse at %s: %w", cfg.Endpoint, err), conn.Close())
	}
	transport := &http.Transport{TLSClientConfig: tls}
	return &Database{conn: conn, http: &http.Client{Transport: transport}, cfg: cfg}, nil
}

// OpenTarget connects to a database that gets its tables if it has none, or
// older ones. New tables keep rows as long as the source's, kept, where opts do
// not say otherwise: else older rows would end as soon as they arrive.
func OpenTarget(ctx context.Context, cfg chconn.Config, opts, kept schema.Options) (*Database, error) {
	server := cfg
	server.Database = "default"
	opts.Database = cfg.Database
	d, err := Open(ctx, server)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.apply(ctx, opts, kept), d.Close()); err != nil {
		return nil, err
	}
	return Open(ctx, cfg)
}

func (d *Database) apply(ctx context.Context, opts, kept schema.Options) error {
	is, err := schema.Inherit(ctx, d.conn, opts)
	if err != nil {
		return err
	}
	if is.RetentionDays == 0 {
		opts.RetentionDays = kept.RetentionDays
	}
	if is.RollupRetentionDays == 0 {
		opts.RollupRetentionDays = kept.RollupRetentionDays
	}
	return schema.Apply(ctx, d.conn, opts)
}

// Kept says how long the tables keep their rows.
func (d *Database) Kept(ctx context.Context) (schema.Options, error) {
	return schema.Inherit(ctx, d.conn, schema.Options{Database: d.cfg.Database})
}

// Close gives the connections back.
func (d *Database) Close() error {
	d.http.CloseIdleConnections()
	return d.conn.Close()
}

// id tells this database from all others.
func (d *Database) id(ctx context.Context) (id string, err error) {
	err = d.conn.QueryRow(ctx, "SELECT toString(any(uuid)) FROM system.tables WHERE database = ? AND name = 'schema_migrations'", d.cfg.Database).Scan(&id)
	if err != nil {
		return "", fmt.Errorf("cannot read the id of database %s: %w", d.cfg.Database, err)
	}
	return id, nil
}

// post sends a statement; body is its data. The caller closes the answer.
func (d *Database) post(ctx context.Context, statement string, settings url.Values, body io.Reader) (io.ReadCloser, error) {
	query := url.Values{"query": {statement}, "database": {d.cfg.Database}}
	for name, values := range settings {
		query[name] = values
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(d.cfg.Endpoint, "/")+"/?"+query.Encode(), body)
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(d.cfg.Username, string(d.cfg.Password))
	response, err := d.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		text, err := io.ReadAll(io.LimitReader(response.Body, 4096))
		return nil, errors.Join(fmt.Errorf("ClickHouse answers %d: %s", response.StatusCode, strings.TrimSpace(string(text))), err)
	}
	return response.Body, nil
}

// read opens the rows of a query as Native blocks.
func (d *Database) read(ctx context.Context, query string) (io.ReadCloser, error) {
	return d.post(ctx, query+" FORMAT Native", nil, http.NoBody)
}

// insert writes Native blocks. The token keeps ClickHouse from taking two equal
// blocks for one.
func (d *Database) insert(ctx context.Context, into, token string, blocks io.Reader) error {
	settings := url.Values{
		"insert_deduplication_token": {token}, "async_insert": {"0"},
		"max_partitions_per_insert_block": {"0"},
	}
	answer, err := d.post(ctx, "INSERT INTO "+into+" FORMAT Native", settings, blocks)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer)
	return errors.Join(err, answer.Close())
}
