package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

func newCatalogCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "catalog",
		Short: "Work on the connector catalog",
		RunE: func(command *cobra.Command, _ []string) error {
			_ = command.Help()
			return cli.Usagef("which of check and schema?")
		},
	}
	command.AddCommand(newCatalogCheckCommand(), newCatalogSchemaCommand())
	return command
}

const catalogCheckHelp = `Check reads catalog files as the collector would and prints every problem with
its line, its field and what to do:

  catalog.yaml:12: connectors[3].match.jwt[0].claim: missing, expected the name of a claim; e.g. azp

It exits 1 if a file has problems, so it fits before a merge.`

func newCatalogCheckCommand() *cobra.Command {
	var output string
	command := &cobra.Command{
		Use:     "check FILE…",
		Short:   "Validate catalog files",
		Long:    catalogCheckHelp,
		Example: "  weirctl catalog check catalog.yaml\n  weirctl catalog check --output json catalog.yaml",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usagef("no FILE, expected the path of a catalog")
			}
			return nil
		},
		RunE: func(command *cobra.Command, files []string) error {
			if output != "table" && output != "json" {
				return cli.Usagef("--output %s, expected table or json", output)
			}
			return checkCatalogs(command.OutOrStdout(), files, output)
		},
	}
	command.Flags().StringVar(&output, "output", "table", "table or json")
	return command
}

// checkedCatalog is what is known of one file.
type checkedCatalog struct {
	File       string           `json:"file"`
	OK         bool             `json:"ok"`
	Revision   string           `json:"revision,omitempty"`
	Tenants    int              `json:"tenants"`
	Connectors int              `json:"connectors"`
	Problems   catalog.Problems `json:"problems"`
}

func checkCatalogs(out io.Writer, files []string, output string) error {
	failed := false
	results := make([]checkedCatalog, 0, len(files))
	for _, file := range files {
		result := checkedCatalog{File: file, Problems: catalog.Problems{}}
		checked, err := catalog.Load(file)
		problems, bad := catalog.AsProblems(err)
		switch {
		case bad:
			result.Problems, failed = problems, true
		case err != nil:
			return err
		default:
			result.OK, result.Revision = true, checked.Revision
			result.Tenants, result.Connectors = len(checked.Tenants), len(checked.Connectors)
		}
		results = append(results, result)
	}
	if err := printChecked(out, results, output); err != nil {
		return err
	}
	if failed {
		return cli.ErrFound
	}
	return nil
}

func printChecked(out io.Writer, results []checkedCatalog, output string) error {
	if output == "json" {
		return cli.JSON(out, results)
	}
	for _, result := range results {
		if result.OK {
			fmt.Fprintf(out, "%s: ok, %d tenants, %d connectors, revision %s\n", result.File, result.Tenants, result.Connectors, result.Revision)
			continue
		}
		fmt.Fprintln(out, result.Problems.Error())
	}
	return nil
}

func newCatalogSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the catalog's JSON Schema, for editors",
		Long:  "Schema prints the JSON Schema of the catalog file. Editors check and complete with it.",
		Example: "  weirctl catalog schema > catalog.schema.json\n" +
			"  # first line of catalog.yaml:\n  # yaml-language-server: $schema=catalog.schema.json",
		RunE: func(command *cobra.Command, _ []string) error {
			_, err := command.OutOrStdout().Write(catalog.JSONSchema)
			return err
		},
	}
}
