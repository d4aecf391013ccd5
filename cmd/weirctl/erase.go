package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	trail "github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/erase"
	"github.com/weir-otel/weir/internal/redact"
)

const eraseHelp = `Erase finds what is stored of a data subject, in every table, dead letter and
waiting segment, and deletes it with --yes. Without --yes nothing is changed.

What is found: an e-mail address or a user id as a whole value, and inside texts,
maps, lists and JSON, as it is or as it is written in JSON and URLs; not inside a
longer word or address: ann@example.com is not in joann@example.com. Addresses
match in any case. In columns of ids a user id has to be the whole value, and an id
shorter than 4 characters has to be everywhere. With --config also the tokens and
sealed values that redaction made of it, by every key of that configuration and
every key that the table token_aliases still knows. Base64 is not looked into.

What happens with --yes, in this order: dead letters are cut, rows are deleted,
actions and rollups are computed again without them (by a collector, if one runs),
all is searched again, and the receipt is sent to a collector, which stores it as
the event lowcode.erasure.completed. Deleted audit events leave a signed statement
for weirctl audit verify, by the same key that keys the subject's hash (--key).
It can be run again at any time: after an interruption, run it with the same ids.

Exit code 1 with --yes: something is left, and what to do about it is printed. Rows
of waiting segments are stored later: run it again when they are delivered. What
Weir does not reach: backups, exported evidence, other systems. ClickHouse keeps
the files of replaced parts for some minutes (old_parts_lifetime).

An id on the command line stands in the shell's history: --subject-file - reads
ids from standard input, one a line.`

// eraseFlags are those of erase.
type eraseFlags struct {
	client      *clientFlags
	output      *string
	subjects    []string
	subjectFile string
	config      string
	segments    string
	key         string
	events      *eventFlags
	plan, yes   bool
}

func newEraseCommand() *cobra.Command {
	f := &eraseFlags{}
	cmd := &cobra.Command{
		Use:   "erase --subject ID",
		Short: "Find, and with --yes delete, what is stored of a person",
		Long:  eraseHelp,
		Example: `  weirctl erase --subject ann@example.com --config collector.yaml           # what would go
  weirctl erase --subject ann@example.com --subject u-4711 --config collector.yaml --yes
  weirctl erase --subject-file - --yes --output json < ids.txt > receipt.json
  weirctl erase hold add --subject ann@example.com --reason "case 2026-17" --until 2027-01-01`,
	}
	f.client, f.output = addClientFlags(cmd), addOutputFlag(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.subjects, "subject", nil, "an e-mail address or user `id` of the person; can be repeated")
	flags.StringVar(&f.subjectFile, "subject-file", "", "`file` with ids, one a line; - is standard input")
	flags.StringVar(&f.config, "config", "", "the collector's configuration, or a redaction policy: `file` with the keys of tokens and seals")
	flags.StringVar(&f.segments, "segments", "", "`folder` of the clickhouse_store exporter (default: the folder segments in --data-dir, without --clickhouse)")
	addEraseKeyFlag(cmd, &f.key)
	f.events = addEventFlags(cmd, defaultCollector, "the receipt")
	flags.BoolVar(&f.plan, "plan", false, "only say what would be deleted (the default)")
	flags.BoolVar(&f.yes, "yes", false, "delete it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return f.run(cmd) }
	cmd.AddCommand(newEraseHoldCommand())
	return cmd
}

func addEraseKeyFlag(cmd *cobra.Command, key *string) {
	cmd.Flags().StringVar(key, "key", "",
		"`file` with the Ed25519 key that signs what is deleted of the audit trail and keys the hash of the subject (default: the collector's, audit/signing.key in its segment folder)")
}

func (f *eraseFlags) run(cmd *cobra.Command) (err error) {
	if f.plan && f.yes {
		return cli.Usagef("--plan and --yes exclude each other")
	}
	subject, err := eraseSubject(f.subjects, f.subjectFile, f.config, cmd.InOrStdin())
	if err != nil {
		return err
	}
	segments, err := f.segmentFolder()
	if err != nil {
		return err
	}
	conn, err := f.client.open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if f.yes {
		return f.erase(cmd, &erase.Eraser{Conn: conn, Segments: segments, Now: time.Now}, subject)
	}
	found, err := erase.Find(cmd.Context(), conn, subject, segments)
	if err != nil {
		return err
	}
	return f.printFound(cmd.OutOrStdout(), found, segments)
}

// segmentFolder is "" where none is known.
func (f *eraseFlags) segmentFolder() (string, error) {
	folder := f.segments
	if folder == "" {
		if f.client.url != "" {
			return "", nil
		}
		folder = segmentDirectory("", f.client.dataDir)
	}
	_, err := os.Stat(folder)
	switch {
	case err == nil:
		return folder, nil
	case errors.Is(err, fs.ErrNotExist) && f.segments == "":
		return "", nil
	default:
		return "", fmt.Errorf("%w: --segments: %w", cli.ErrUsage, err)
	}
}

func (f *eraseFlags) erase(cmd *cobra.Command, e *erase.Eraser, subject *erase.Subject) error {
	var err error
	if e.Key, err = eraseKey(f.key, e.Segments); err != nil {
		return err
	}
	if e.Operator, err = operator(); err != nil {
		return err
	}
	sender, err := f.events.open(cmd.Context(), "nothing is erased")
	if err != nil {
		return err
	}
	line := progress.New(cmd.ErrOrStderr())
	line.Begin("erasing")
	e.Progress = func(step string) { line.Update(0, step) }
	receipt, err := e.Run(cmd.Context(), subject)
	if err != nil {
		line.Fail("interrupted: run it again with the same ids")
		return errors.Join(err, sender.close())
	}
	line.Done("receipt " + receipt.ID)
	done, err := receiptAct(receipt)
	if err := errors.Join(err, f.printReceipt(cmd.OutOrStdout(), receipt)); err != nil {
		return errors.Join(err, sender.close())
	}
	if err := errors.Join(sender.send(cmd.Context(), done), sender.close()); err != nil {
		return fmt.Errorf("all of it is done, but the receipt is not stored: keep what is printed: %w", err)
	}
	if !receipt.Complete() {
		return cli.ErrFound
	}
	return nil
}

// eraseSubject reads the ids and the keys of their tokens.
func eraseSubject(ids []string, file, config string, in io.Reader) (*erase.Subject, error) {
	if file != "" {
		more, err := readIDs(file, in)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	if len(ids) == 0 {
		return nil, cli.Usagef("--subject is missing: expected an e-mail address or a user id")
	}
	var marks func(string) ([]string, error)
	if config != "" {
		cfg, err := readRedactConfig(config)
		if err != nil {
			return nil, err
		}
		policy, err := redact.NewPolicy(cfg)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", cli.ErrUsage, err)
		}
		marks = policy.Marks
	}
	subject, err := erase.NewSubject(ids, marks)
	if err != nil {
		return nil, fmt.Errorf("%w: --subject: %w", cli.ErrUsage, err)
	}
	return subject, nil
}

func readIDs(file string, in io.Reader) (ids []string, err error) {
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("%w: --subject-file: %w", cli.ErrUsage, err)
		}
		defer f.Close()
		in = f
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if id := strings.TrimSpace(lines.Text()); id != "" {
			ids = append(ids, id)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("cannot read --subject-file: %w", err)
	}
	return ids, nil
}

// eraseKey reads the key of a file that is named, and makes it where it is
// missing; else the collector's.
func eraseKey(file, segments string) (*erase.Key, error) {
	if file != "" {
		signing, err := trail.LoadKey(file)
		if err != nil {
			return nil, err
		}
		return erase.NewKey(signing)
	}
	if segments == "" {
		return nil, cli.Usagef("--key is missing: expected the file of a signing key (it is made where there is none); keep it, legal holds and receipts are read with it")
	}
	signing, err := trail.ReadKey(filepath.Join(segments, "audit", "signing.key"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, cli.Usagef("there is no signing key in %s: name one with --key (it is made where there is none)", segments)
	}
	if err != nil {
		return nil, err
	}
	return erase.NewKey(signing)
}
