package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/cmd/weirctl/internal/progress"
	"github.com/weir-otel/weir/internal/audit/evidence"
	"github.com/weir-otel/weir/internal/audit/verify"
)

func newAuditExport() *cobra.Command {
	var since, output string
	cmd := &cobra.Command{
		Use:   "export FOLDER",
		Short: "Write the audit trail into a folder, as evidence that can be verified without the database",
		Long: `Write the audit trail into a new folder: events as JSON lines, what proves them, and a manifest with the SHA-256 of each
file. Print the SHA-256 of the manifest, which stands for the whole: send it on another way than the folder. Whoever gets
the folder runs weirctl audit verify --evidence FOLDER.

The folder holds personal data as the table does: it outlives erasure and retention.

Example:
  weirctl audit export --since 90d /srv/evidence/2026-q1
  weirctl audit verify --evidence /srv/evidence/2026-q1 --public-key 'JzE…='`,
		Args: cobra.ExactArgs(1),
	}
	client := addClientFlags(cmd)
	cmd.Flags().StringVar(&since, "since", "", "`time` or age of the oldest event (default: all); whole days")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table or json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if output != "table" && output != "json" {
			return cli.Usagef("--output is %q, expected table or json", output)
		}
		now := time.Now()
		from, err := parseMoment("--since", since, now, time.Time{})
		if err != nil {
			return err
		}
		conn, err := client.open(cmd.Context())
		if err != nil {
			return err
		}
		line := progress.New(cmd.ErrOrStderr())
		line.Begin("exporting the audit trail")
		manifest, sum, err := evidence.Write(cmd.Context(), verify.Database{Conn: conn}, args[0], from, now)
		if err = errors.Join(err, conn.Close()); err != nil {
			line.Fail(err.Error())
			return err
		}
		line.Done(fmt.Sprintf("%d files", len(manifest.Files)))
		return printExport(cmd.OutOrStdout(), output, manifest, sum)
	}
	return cmd
}

func printExport(out io.Writer, format string, manifest *evidence.Manifest, sum string) error {
	if format == "json" {
		return cli.JSON(out, struct {
			*evidence.Manifest
			SHA256 string `json:"manifest_sha256"`
		}{manifest, sum})
	}
	rows := make([][]string, 0, len(manifest.Files))
	for _, file := range manifest.Files {
		rows = append(rows, []string{file.Name, count(uint64(file.Rows)), file.SHA256})
	}
	if err := cli.Table(out, []string{"FILE", "ROWS", "SHA-256"}, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "manifest.json %s\n", sum)
	return err
}

// openTrail is the database, or a folder of evidence, which may begin later
// than what was asked for.
func (f *auditFlags) openTrail(ctx context.Context, o *verify.Options) (verify.Trail, func() error, error) {
	if f.evidence != "" {
		folder, err := evidence.Open(f.evidence)
		if err != nil {
			return nil, nil, err
		}
		if folder.Since.After(o.Since) {
			o.Since = folder.Since
		}
		// What was on its way when the folder was written is not in it.
		o.Now = folder.Created
		return folder, func() error { return nil }, nil
	}
	conn, err := f.client.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return verify.Database{Conn: conn}, conn.Close, nil
}
