package main

import (
	"crypto/ed25519"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	trail "github.com/weir-otel/weir/internal/audit"
)

func newAuditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Is the audit trail as it was written? Who signed it?",
		Long: `The audit trail (table events) is hash-chained and signed by the collectors that write it.

Example:
  weirctl audit key --directory /var/lib/weir/segments            # on the collector: the key to pin
  weirctl audit verify --public-key '…' --since 30d`,
	}
	cmd.AddCommand(newAuditVerify(), newAuditKey(), newAuditExport())
	return cmd
}

func newAuditKey() *cobra.Command {
	var file, dataDir, output string
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Print the public key of a collector's signing key",
		Long: `Print the public key of a collector's signing key, to be pinned where the trail is verified. It is best noted when the
collector is set up, on another machine: who can replace it can sign.

Example:
  weirctl audit key --directory /var/lib/weir/segments
  weirctl audit key --file /etc/weir/audit-signing.key`,
	}
	directory := addDirectoryFlag(cmd)
	cmd.Flags().StringVar(&file, "file", "", "the signing key's `file`, where audit::signing_key_file names one")
	cmd.Flags().StringVar(&dataDir, "data-dir", defaultDataDir, "Weir's data `folder`")
	cmd.Flags().StringVarP(&output, "output", "o", "table", "`format`: table (the key alone) or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if output != "table" && output != "json" {
			return cli.Usagef("--output is %q, expected table or json", output)
		}
		if file == "" {
			file = filepath.Join(segmentDirectory(*directory, dataDir), "audit", "signing.key")
		}
		key, err := trail.ReadKey(file)
		if err != nil {
			return err
		}
		public := trail.PublicKey(key.Public().(ed25519.PublicKey))
		if output == "json" {
			return cli.JSON(cmd.OutOrStdout(), map[string]string{"file": file, "public_key": public})
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), public)
		return err
	}
	return cmd
}
