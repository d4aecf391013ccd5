package main

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/spf13/pflag"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

// windowFlags say which actions a command reads: those of a stretch of time, of
// one tenant or of all.
type windowFlags struct {
	since  string
	until  string
	tenant string
}

// add gives flags the three, with how far back is read without --since.
func (f *windowFlags) add(flags *pflag.FlagSet, since string) {
	flags.StringVar(&f.since, "since", since, "`time` or age of the oldest action")
	flags.StringVar(&f.until, "until", "", "`time` or age of the newest action (default now)")
	flags.StringVar(&f.tenant, "tenant", "", "only actions of the tenant with this `id`")
}

// window is what windowFlags mean at a certain moment.
type window struct {
	since, until time.Time
	tenant       string
}

// at reads the flags; an empty --since is a day.
func (f *windowFlags) at(now time.Time) (window, error) {
	since, err := parseMoment("--since", f.since, now, now.Add(-24*time.Hour))
	if err != nil {
		return window{}, err
	}
	until, err := parseMoment("--until", f.until, now, now)
	if err != nil {
		return window{}, err
	}
	if !since.Before(until) {
		return window{}, cli.Usagef("--since %s is not before --until %s", since.Format(time.RFC3339), until.Format(time.RFC3339))
	}
	return window{since: since, until: until, tenant: f.tenant}, nil
}

// inWindow selects the live actions of a window, from actions AS a FINAL. Whole
// partitions and ranges of the key are left out by the bucket.
const inWindow = `a.live = 1
  AND a.bucket >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}, 'UTC'))
  AND a.bucket <= toStartOfFiveMinutes(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
  AND a.timestamp >= fromUnixTimestamp64Nano({since:Int64}, 'UTC')
  AND a.timestamp <= fromUnixTimestamp64Nano({until:Int64}, 'UTC')
  AND ({tenant:String} = '' OR a.tenant_id = {tenant:String})`

// in gives a statement the window and what else it asks for: values never
// become part of its text.
func (w window) in(ctx context.Context, more clickhouse.Parameters) context.Context {
	parameters := clickhouse.Parameters{
		"since":  strconv.FormatInt(w.since.UnixNano(), 10),
		"until":  strconv.FormatInt(w.until.UnixNano(), 10),
		"tenant": escapeParameter(w.tenant),
	}
	maps.Copy(parameters, more)
	return clickhouse.Context(ctx, clickhouse.WithParameters(parameters))
}
