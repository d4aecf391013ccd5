package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/recompute"
)

const reattributeHelp = `Reattribute applies a catalog to history: it judges stored reports of calls again,
by the code the collector's identity processor runs, stores where the identity
differs, and waits until actions and rollups are written again. What arrived is
never changed, and newer reattributions go before older ones. Run it after
entries were added (weirctl catalog discover) or corrected. Running it again
changes nothing.

What a sender's word counted for is kept: gateway headers and claims are verified
only if a trusted peer sent them then.

Only what is stored can be judged again. Credentials and personal data were
redacted before they were stored: a consumer's name that was an e-mail address, an
address that was shortened, a token that Weir checked itself. Where the signal
that decided is gone, a report keeps its connector as long as the catalog has
that, unless something as strong names another. Keyed hashes, ids of credentials
and clients of tokens are stored, so those can be matched. What a call inherited
from a trace follows the trace; route, operation and classification stay as they
were.

Give --disabled as signals::disabled of the collector's configuration. --dry-run
only says what would change. The collector of --otlp stores the event
lowcode.identity.reattributed.`

func newReattributeCommand() *cobra.Command {
	f := &reattributeFlags{}
	command := &cobra.Command{
		Use:   "reattribute --since TIME --catalog CATALOG",
		Short: "Apply a changed catalog to stored calls",
		Long:  reattributeHelp,
		Example: `  weirctl reattribute --since 7d --catalog catalog.yaml --dry-run
  weirctl reattribute --since 7d --catalog catalog.yaml
  weirctl reattribute --since 2026-03-01 --until 2026-03-08 --output json`,
	}
	f.client, f.catalogs, f.output = addClientFlags(command), addCatalogFlags(command), addOutputFlag(command)
	flags := command.Flags()
	flags.StringVar(&f.since, "since", "", "`time` or age of the oldest report")
	flags.StringVar(&f.until, "until", "", "`time` or age of the newest report (default now)")
	flags.StringVar(&f.catalog, "catalog", "", "catalog `file`, folder or URL (default: the revision in force of the table catalog_revisions)")
	addDisabledFlag(flags, &f.disabled)
	f.events = addEventFlags(command, defaultCollector, "what was reattributed")
	flags.BoolVar(&f.dryRun, "dry-run", false, "store nothing, only say what would change")
	command.RunE = func(command *cobra.Command, _ []string) error {
		return runReattribute(command.Context(), f, time.Now(), command.OutOrStdout(), command.ErrOrStderr())
	}
	return command
}

type reattributeFlags struct {
	client   *clientFlags
	catalogs *catalogFlags
	since    string
	until    string
	catalog  string
	disabled []string
	dryRun   bool
	output   *string
	events   *eventFlags
}

// reattributed is what came of it. Its JSON names are an interface.
type reattributed struct {
	Since           time.Time `json:"since"`
	Until           time.Time `json:"until"`
	CatalogRevision string    `json:"catalog_revision"`
	DryRun          bool      `json:"dry_run"`
	Reports         uint64    `json:"reports"` // stored in this time
	Judged          uint64    `json:"judged"`  // those whose span is stored, too
	Kept            uint64    `json:"kept"`    // what decided is gone, so they stay as they are
	Changed         uint64    `json:"changed"`
	Changes         []change  `json:"changes"` // the most frequent first
}

// change counts reports whose identity was one thing and is another.
type change struct {
	From    identityText `json:"from"`
	To      identityText `json:"to"`
	Reports uint64       `json:"reports"`
}

// identityText is an identity as stored.
type identityText struct {
	Connector string `json:"connector"` // empty: unattributed
	Status    string `json:"status"`
	Method    string `json:"method"`
	Reason    string `json:"reason"`
}

func (i identityText) String() string {
	if i.Connector == "" {
		return i.Status + " (" + dash(i.Reason) + ")"
	}
	return i.Connector + " (" + i.Status + ", " + dash(i.Method) + ")"
}

func runReattribute(ctx context.Context, f *reattributeFlags, now time.Time, out, errOut io.Writer) (err error) {
	if f.since == "" {
		return cli.Usagef("no --since, expected the time from which on the catalog applies, e.g. 7d")
	}
	w, err := (&windowFlags{since: f.since, until: f.until}).at(now)
	if err != nil {
		return err
	}
	off, err := disabledMethods(f.disabled)
	if err != nil {
		return err
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	c, err := f.catalogs.load(ctx, f.catalog, conn)
	if err != nil {
		return err
	}
	if c.Revision == "" {
		return errNoCatalog
	}
	sender, err := f.sender(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sender.close()) }()
	r := &reattribution{
		conn: conn, window: w, judge: newJudge(c, off), at: now, store: !f.dryRun, line: progress.New(errOut), changes: map[change]uint64{},
		result: reattributed{Since: w.since.UTC(), Until: w.until.UTC(), CatalogRevision: c.Revision, DryRun: f.dryRun},
	}
	err = errors.Join(r.judgeAll(ctx), r.wait(ctx))
	if stored := sender.send(context.WithoutCancel(ctx), r.act(err)); stored != nil {
		err = errors.Join(err, fmt.Errorf("the event of it is not stored: %w", stored))
	}
	if err != nil {
		return err
	}
	return r.print(out, *f.output)
}

// sender is nobody's for a dry run, which does nothing.
func (f *reattributeFlags) sender(ctx context.Context) (*eventSender, error) {
	if f.dryRun {
		return &eventSender{}, nil
	}
	return f.events.open(ctx, "nothing is reattributed")
}

// act is the run as an audit event.
func (r *reattribution) act(failed error) act {
	window := r.result.Since.Format(time.RFC3339) + "/" + r.result.Until.Format(time.RFC3339)
	return act{
		name: lowcode.EventReattributed, id: "reattribution:" + window + ":" + r.at.UTC().Format(time.RFC3339Nano), at: r.at,
		object: window, newValue: fmt.Sprintf("%d of %d reports", r.result.Changed, r.result.Judged), rationale: "catalog " + r.result.CatalogRevision,
		incomplete: failed != nil,
	}
}

// reattribution is one run.
type reattribution struct {
	conn     driver.Conn
	window   window
	judge    *judge
	at       time.Time
	store    bool
	line     *progress.Line
	segments []string // that the recompute works on because of it
	changes  map[change]uint64
	result   reattributed
}

// judgeAll goes through the reports from the oldest to the newest. After an
// error what was judged is stored; running it again does the rest.
func (r *reattribution) judgeAll(ctx context.Context) error {
	chunks, err := r.plan(ctx)
	if err != nil {
		return err
	}
	for _, c := range chunks {
		r.result.Reports += c.reports
	}
	r.line.Begin("judging reports again")
	done := uint64(0)
	for _, c := range chunks {
		if err := r.judgeChunk(ctx, c); err != nil {
			r.line.Fail(err.Error())
			return err
		}
		done += c.reports
		r.line.Update(float64(done)/float64(r.result.Reports), fmt.Sprintf("%s of %s reports, %s differ",
			progress.Count(float64(done)), progress.Count(float64(r.result.Reports)), progress.Count(float64(r.result.Changed))))
	}
	r.line.Done(fmt.Sprintf("%d reports, %d differ", r.result.Judged, r.result.Changed))
	return nil
}

func (r *reattribution) judgeChunk(ctx context.Context, c chunk) error {
	reports, err := r.read(ctx, c)
	if err != nil {
		return err
	}
	r.judge.inherit(reports)
	var differing []recompute.Reattribution
	for i := range reports {
		report := &reports[i]
		if !c.holds(report.stored.Bucket) {
			continue // read for its relatives
		}
		r.result.Judged++
		verdict, kept := r.judge.verdict(report)
		if kept {
			r.result.Kept++
		}
		if report.stored.is(&verdict) {
			continue
		}
		r.result.Changed++
		r.changes[change{From: report.stored.text(), To: textOf(&verdict)}]++
		differing = append(differing, verdict)
	}
	if !r.store || len(differing) == 0 {
		return nil
	}
	segments, err := recompute.Reattribute(ctx, r.conn, r.at, differing)
	r.segments = append(r.segments, segments...)
	return err
}

// recomputePause is how often is looked whether a collector is ready.
const recomputePause = 500 * time.Millisecond

// wait recomputes what was stored. Where a collector does that already, it is
// waited for.
func (r *reattribution) wait(ctx context.Context) error {
	if len(r.segments) == 0 {
		return nil
	}
	r.line.Begin("writing actions and rollups again")
	resolver := recompute.New(r.conn)
	for {
		if _, err := resolver.Run(ctx); err != nil {
			r.line.Fail("a collector, or the next run, goes on with it")
			return err
		}
		unfinished, err := recompute.Unfinished(ctx, r.conn, r.segments)
		if err != nil {
			return err
		}
		if unfinished == 0 {
			r.line.Done("who did what is up to date")
			return nil
		}
		r.line.Update(1-float64(unfinished)/float64(len(r.segments)), "")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(recomputePause):
		}
	}
}

func (r *reattribution) print(out io.Writer, format string) error {
	r.result.Changes = []change{} // not nil: no change is [] in JSON
	for c, n := range r.changes {
		c.Reports = n
		r.result.Changes = append(r.result.Changes, c)
	}
	slices.SortFunc(r.result.Changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(b.Reports, a.Reports), cmp.Compare(a.From.String(), b.From.String()), cmp.Compare(a.To.String(), b.To.String()))
	})
	if format == "json" {
		return cli.JSON(out, r.result)
	}
	if len(r.result.Changes) > 0 {
		rows := make([][]string, 0, len(r.result.Changes))
		for _, c := range r.result.Changes {
			to := c.To.String()
			if c.To == c.From {
				to = "the same, with another entry" // its name, tenant, platform or environment
			}
			rows = append(rows, []string{c.From.String(), to, count(c.Reports)})
		}
		if err := cli.Table(out, []string{"FROM", "TO", "REPORTS"}, rows); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintln(out, r.result.summary())
	return err
}

func (r *reattributed) summary() string {
	verb := "changed"
	if r.DryRun {
		verb = "would change"
	}
	text := fmt.Sprintf("%d of %d reports %s, by catalog revision %s", r.Changed, r.Judged, verb, r.CatalogRevision)
	if r.Kept > 0 {
		text += fmt.Sprintf("; %d keep their connector because what decided is not stored", r.Kept)
	}
	if missing := r.Reports - min(r.Judged, r.Reports); missing > 0 {
		text += fmt.Sprintf("; %d have no stored span", missing)
	}
	return text
}
