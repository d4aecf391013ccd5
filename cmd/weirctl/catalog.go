package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

func newCatalogCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "catalog",
		Short: "Work on the connector catalog",
		RunE: func(command *cobra.Command, _ []string) error {
			_ = command.Help()
			return cli.Usagef("which of check, diff, discover, hash, publish and schema?")
		},
	}
	command.AddCommand(
		newCatalogCheckCommand(), newCatalogDiffCommand(), newCatalogDiscoverCommand(),
		newCatalogHashCommand(), newCatalogPublishCommand(), newCatalogSchemaCommand(),
	)
	return command
}

// catalogFlags say how catalogs are read.
type catalogFlags struct {
	tokenFile string
}

func addCatalogFlags(command *cobra.Command) *catalogFlags {
	f := &catalogFlags{}
	command.Flags().StringVar(&f.tokenFile, "token-file", "", "`file` with the bearer token that a catalog's URL asks for")
	return f
}

// source is what an argument names: a URL, a file or a folder.
func (f *catalogFlags) source(location string) (catalog.Source, error) {
	if !strings.HasPrefix(location, "https://") && !strings.HasPrefix(location, "http://") {
		return catalog.Path(location), nil
	}
	var token []byte
	if f.tokenFile != "" {
		var err error
		if token, err = os.ReadFile(f.tokenFile); err != nil {
			return nil, fmt.Errorf("cannot read --token-file: %w", err)
		}
	}
	return catalog.URL(location, catalog.URLOptions{Token: configopaque.String(strings.TrimSpace(string(token)))}), nil
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

// addOutputFlag gives command --output, which takes table or json.
func addOutputFlag(command *cobra.Command) *string {
	output := "table"
	command.Flags().StringVarP(&output, "output", "o", output, "`format`: table or json")
	command.PreRunE = func(*cobra.Command, []string) error {
		if output != "table" && output != "json" {
			return cli.Usagef("--output is %q, expected table or json", output)
		}
		return nil
	}
	return &output
}

// printCatalogProblems prints what is wrong in a catalog, and says so by the
// exit code; other errors are returned as they are.
func printCatalogProblems(out io.Writer, err error) error {
	problems, bad := catalog.AsProblems(err)
	if !bad {
		return err
	}
	fmt.Fprintln(out, problems.Error())
	return cli.ErrFound
}
