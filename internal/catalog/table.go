package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Table is the newest row of catalog_revisions in the connection's database.
func Table(conn driver.Conn) Source { return &tableSource{conn: conn} }

type tableSource struct {
	conn driver.Conn
	last row
	data []byte // of last
}

// row names a published revision.
type row struct {
	revision string
	at       int64 // in milliseconds since 1970
}

func (t *tableSource) String() string { return "table catalog_revisions" }

// Read fetches a content only once: it may be large, and is looked at often.
func (t *tableSource) Read(ctx context.Context) ([]File, error) {
	newest, err := newestRow(ctx, t.conn)
	if err != nil {
		return nil, err
	}
	if newest == (row{}) {
		return nil, errors.New("cannot read the catalog: table catalog_revisions is empty; fill it with weirctl catalog publish FILE")
	}
	if newest != t.last {
		var content string
		const query = "SELECT content FROM catalog_revisions WHERE loaded_at = fromUnixTimestamp64Milli({at:Int64}) AND revision = {revision:String} LIMIT 1"
		ctx := clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"at": strconv.FormatInt(newest.at, 10), "revision": newest.revision}))
		if err := t.conn.QueryRow(ctx, query).Scan(&content); err != nil {
			return nil, fmt.Errorf("cannot read revision %s of table catalog_revisions: %w", newest.revision, err)
		}
		t.last, t.data = newest, []byte(content)
	}
	return []File{{Name: "catalog_revisions/" + newest.revision, Data: t.data}}, nil
}

// ReadBeside fails: what is published needs no other file.
func (t *tableSource) ReadBeside(context.Context, string) (File, error) {
	return File{}, errors.New("a table has no files; weirctl catalog publish puts what they say into the catalog")
}

// newestRow returns the revision in force; the zero row if there is none.
func newestRow(ctx context.Context, conn driver.Conn) (row, error) {
	var newest row
	const query = "SELECT revision, toUnixTimestamp64Milli(loaded_at) FROM catalog_revisions ORDER BY loaded_at DESC, revision DESC LIMIT 1"
	err := conn.QueryRow(ctx, query).Scan(&newest.revision, &newest.at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return row{}, fmt.Errorf("cannot read table catalog_revisions: %w", err)
	}
	return newest, nil
}

// Publish puts the catalog of a source into table catalog_revisions, as of at,
// and returns its revision. A file that needs no other is published as it is;
// otherwise files are joined into one, and the revision is that one's. What is
// wrong comes back as Problems, and a revision that is in force already is left
// as it is (published is false).
func Publish(ctx context.Context, conn driver.Conn, source Source, at time.Time) (revision string, published bool, err error) {
	content, revision, err := publishable(ctx, source)
	if err != nil {
		return "", false, err
	}
	newest, err := newestRow(ctx, conn)
	if err != nil || newest.revision == revision {
		return revision, false, err
	}
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO catalog_revisions (revision, loaded_at, content)")
	if err != nil {
		return "", false, fmt.Errorf("cannot write to table catalog_revisions: %w", err)
	}
	if err := errors.Join(batch.Append(revision, at, string(content)), batch.Send()); err != nil {
		return "", false, fmt.Errorf("cannot publish revision %s: %w", revision, err)
	}
	return revision, true, nil
}

func publishable(ctx context.Context, source Source) (content []byte, revision string, err error) {
	files, err := source.Read(ctx)
	if err != nil {
		return nil, "", err
	}
	b := build(ctx, source.ReadBeside, files)
	c, err := b.result()
	if err != nil {
		return nil, "", err
	}
	if len(files) == 1 && len(b.references) == 0 {
		return files[0].Data, b.revision, nil
	}
	content, err = c.Standalone()
	return content, revisionOf([]File{{Data: content}}), err
}
