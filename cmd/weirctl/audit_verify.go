package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	trail "github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

const auditVerifyHelp = `Verify the audit trail: each event against the hash chain of its collector, each chain against the signed checkpoints,
each gap against the signed statements that allow it (retention, erasure). What was changed, removed, inserted or
reordered is named, and the exit code is 1.

Pin the collectors' public keys (--public-key, once for each; weirctl audit key prints them). Without, a source's key is
the one its first checkpoint has, and whoever can write the database and sign anew is not found.

Events since a collector's last checkpoint (audit::checkpoint_interval) are not covered: they are checked against the
chain, but whoever removes the end of both is found only by the next checkpoint. The table says how many they are.`

// auditFlags are those of audit verify.
type auditFlags struct {
	client     *clientFlags
	evidence   string
	publicKeys []string
	since      string
	grace      time.Duration
	output     string
}

func newAuditVerify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Find changed, removed, inserted and reordered rows of the audit trail; exit 1 when there are any",
		Long:  auditVerifyHelp,
		Example: `  weirctl audit verify --public-key 'JzE…=' --since 30d
  weirctl audit verify --clickhouse https://clickhouse.example.com:8443 --output json | jq .problems`,
	}
	f := &auditFlags{client: addClientFlags(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&f.evidence, "evidence", "", "`folder` that weirctl audit export wrote, instead of the database")
	flags.StringArrayVar(&f.publicKeys, "public-key", nil, "a pinned public `key`; nothing else may have signed; can be repeated")
	flags.StringVar(&f.since, "since", "", "`time` or age of the oldest event (default: all)")
	flags.DurationVar(&f.grace, "grace", 10*time.Minute, "`age` below which a missing counterpart may be on its way")
	flags.StringVarP(&f.output, "output", "o", "table", "`format`: table or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runAuditVerify(cmd.Context(), f, time.Now(), cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	return cmd
}

func (f *auditFlags) options(now time.Time) (verify.Options, error) {
	if f.output != "table" && f.output != "json" {
		return verify.Options{}, cli.Usagef("--output is %q, expected table or json", f.output)
	}
	since, err := parseMoment("--since", f.since, now, time.Time{})
	if err != nil {
		return verify.Options{}, err
	}
	keys, err := parsePublicKeys(f.publicKeys)
	return verify.Options{Keys: keys, Since: since, Grace: f.grace, Now: now}, err
}

func parsePublicKeys(texts []string) (keys []ed25519.PublicKey, err error) {
	for _, text := range texts {
		key, err := trail.ParsePublicKey(text)
		if err != nil {
			return nil, fmt.Errorf("%w: --public-key: %w", cli.ErrUsage, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func runAuditVerify(ctx context.Context, f *auditFlags, now time.Time, out, errOut io.Writer) error {
	options, err := f.options(now)
	if err != nil {
		return err
	}
	source, closeSource, err := f.openTrail(ctx, &options)
	if err != nil {
		return err
	}
	line := progress.New(errOut)
	line.Begin("verifying the audit trail")
	options.Progress = line.Update
	report, err := verify.Run(ctx, source, options)
	if err = errors.Join(err, closeSource()); err != nil {
		line.Fail(err.Error())
		return err
	}
	line.Done(verdict(report))
	if err := printAudit(out, f.output, report, len(options.Keys) > 0); err != nil {
		return err
	}
	if !report.OK() {
		return cli.ErrFound
	}
	return nil
}

func verdict(r *verify.Report) string {
	events := uint64(0)
	for _, s := range r.Sources {
		events += s.Events
	}
	if r.OK() {
		return fmt.Sprintf("%d events of %d sources are as they were written", events, len(r.Sources))
	}
	return fmt.Sprintf("%d problems", uint64(len(r.Problems))+r.More)
}

func printAudit(out io.Writer, format string, r *verify.Report, pinned bool) error {
	if format == "json" {
		return cli.JSON(out, r)
	}
	rows := make([][]string, 0, len(r.Sources))
	for _, s := range r.Sources {
		covered := "never"
		if !s.CoveredAt.IsZero() {
			covered = s.CoveredAt.Format(time.RFC3339)
		}
		rows = append(rows, []string{
			s.Source, count(s.Events), count(s.Expired), count(s.Erased), count(s.NotCovered), covered, s.PublicKey,
		})
	}
	if err := cli.Table(out, []string{"SOURCE", "EVENTS", "EXPIRED", "ERASED", "NOT COVERED", "LAST CHECKPOINT", "PUBLIC KEY"}, rows); err != nil {
		return err
	}
	if !r.OK() {
		fmt.Fprintln(out)
		if err := cli.Table(out, []string{"PROBLEM", "TABLE", "SOURCE", "SEQ", "EVENT", "WHAT"}, problemRows(r.Problems)); err != nil {
			return err
		}
	}
	for _, note := range auditNotes(r, pinned) {
		fmt.Fprintln(out, note)
	}
	return nil
}

func problemRows(problems []verify.Problem) [][]string {
	rows := make([][]string, 0, len(problems))
	for _, p := range problems {
		seq := ""
		switch {
		case p.Seq == 0 && p.Number > 0:
			seq = "no. " + strconv.FormatUint(p.Number, 10)
		case p.LastSeq > p.Seq:
			seq = fmt.Sprintf("%d-%d", p.Seq, p.LastSeq)
		case p.Seq > 0:
			seq = strconv.FormatUint(p.Seq, 10)
		}
		rows = append(rows, []string{string(p.Kind), p.Table, p.Source, seq, p.EventID, p.What})
	}
	return rows
}

// auditNotes say what the verdict does not cover.
func auditNotes(r *verify.Report, pinned bool) (notes []string) {
	if r.More > 0 {
		notes = append(notes, fmt.Sprintf("%d more problems are not listed.", r.More))
	}
	behind := uint64(0)
	for _, s := range r.Sources {
		behind += s.NotCovered
	}
	if behind > 0 {
		notes = append(notes, fmt.Sprintf("%d entries are behind the last checkpoint: they fit the chain, and nothing signed says that none is missing.", behind))
	}
	if r.Young > 0 {
		notes = append(notes, fmt.Sprintf("%d rows are too young to be judged (--grace).", r.Young))
	}
	if !pinned {
		notes = append(notes, "No key is pinned: the trail fits together, but whoever can write the database may have written and signed all of it. See --public-key.")
	}
	return notes
}
