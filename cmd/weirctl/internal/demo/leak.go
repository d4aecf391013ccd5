package demo

import (
	"context"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/leak"
	"github.com/weir-otel/weir/internal/simulate"
)

// searchLeaks looks for every secret in all tables and in all files of the
// collector's folder. searched counts what was looked through.
func searchLeaks(ctx context.Context, conn driver.Conn, at layout, secrets *simulate.Secrets) (found leak.Found, searched leak.Searched, err error) {
	search := leak.New(leak.Needles(secrets.Named()))
	if err := search.Tables(ctx, conn); err != nil {
		return search.Found, search.Searched, err
	}
	err = search.Files(at.dir)
	return search.Found, search.Searched, err
}
