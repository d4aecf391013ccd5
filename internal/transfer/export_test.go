package transfer

import (
	"context"
	"errors"
	"net/http"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// ErrDied is the error of everything after the end of a process.
var ErrDied = errors.New("died")

// DieAt makes the n-th statement that changes something the last one: it runs
// and nobody hears of it, or, when heard, it does not run.
func (d *Database) DieAt(n int, heard bool) { d.conn = &dying{Conn: d.conn, left: n, heard: heard} }

type dying struct {
	driver.Conn
	left  int
	heard bool
}

func (d *dying) Exec(ctx context.Context, query string, args ...any) error {
	d.left--
	if d.left < 0 || d.left == 0 && d.heard {
		return ErrDied
	}
	if err := d.Conn.Exec(ctx, query, args...); err != nil {
		return err
	}
	if d.left == 0 {
		return ErrDied
	}
	return nil
}

// FailReads lets n reads of rows pass.
func (d *Database) FailReads(n int) {
	d.http = &http.Client{Transport: &failing{left: n, next: http.DefaultTransport}}
}

type failing struct {
	left int
	next http.RoundTripper
}

func (f *failing) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.left--; f.left < 0 {
		return nil, ErrDied
	}
	return f.next.RoundTrip(r)
}
