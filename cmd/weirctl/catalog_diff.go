package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

const catalogDiffHelp = `Diff prints what is different in the catalog NEW: entries that were added or
removed, and fields that changed. Order, comments and the way of writing do not
count; operations count with what OpenAPI files say of them.

Both are files, folders or URLs. It exits 1 when they differ.`

func newCatalogDiffCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what differs between two catalogs; exit 1 when they do",
		Long:  catalogDiffHelp,
		Example: `  weirctl catalog diff catalog.yaml catalog-new.yaml
  weirctl catalog diff --output json https://config.example.com/catalog.yaml catalog.yaml`,
		Args: cobra.ExactArgs(2),
	}
	flags := addCatalogFlags(command)
	output := addOutputFlag(command)
	command.RunE = func(command *cobra.Command, args []string) error {
		var both [2]*catalog.Catalog
		for i, location := range args {
			source, err := flags.source(location)
			if err != nil {
				return err
			}
			if both[i], err = catalog.Read(command.Context(), source); err != nil {
				return printCatalogProblems(command.ErrOrStderr(), err)
			}
		}
		return printCatalogDiff(command.OutOrStdout(), catalog.Diff(both[0], both[1]), *output)
	}
	return command
}

func printCatalogDiff(out io.Writer, changes []catalog.Change, output string) error {
	var err error
	if output == "json" {
		err = cli.JSON(out, append([]catalog.Change{}, changes...))
	} else if len(changes) > 0 {
		rows := make([][]string, len(changes))
		for i, c := range changes {
			rows[i] = []string{c.List, c.ID, c.Kind, c.Field, c.Old, c.New}
		}
		err = cli.Table(out, []string{"LIST", "ID", "CHANGE", "FIELD", "OLD", "NEW"}, rows)
	}
	if err == nil && len(changes) > 0 {
		return cli.ErrFound
	}
	return err
}
