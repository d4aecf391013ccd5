package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

const catalogCheckHelp = `Check reads catalogs as the collector would and prints every problem with its
line, its field and what to do:

  catalog.yaml:12: connectors[3].match.jwt[0].claim: missing, expected the name of a claim; e.g. azp

A catalog is a file, a folder of .yaml files, or a URL. OpenAPI files that it
names are checked with it. It exits 1 if there are problems, so it fits before a
merge.`

func newCatalogCheckCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "check CATALOG…",
		Short: "Validate catalogs: files, folders, URLs",
		Long:  catalogCheckHelp,
		Example: `  weirctl catalog check catalog.yaml
  weirctl catalog check --output json catalog.d
  weirctl catalog check --token-file token https://config.example.com/catalog.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usagef("no CATALOG, expected the path of a catalog")
			}
			return nil
		},
	}
	flags := addCatalogFlags(command)
	output := addOutputFlag(command)
	command.RunE = func(command *cobra.Command, locations []string) error {
		results, err := checkCatalogs(command.Context(), flags, locations)
		if err != nil {
			return err
		}
		return printChecked(command.OutOrStdout(), results, *output)
	}
	return command
}

// checkedCatalog is what is known of one catalog.
type checkedCatalog struct {
	File       string           `json:"file"` // or folder, or URL
	OK         bool             `json:"ok"`
	Revision   string           `json:"revision,omitempty"`
	Tenants    int              `json:"tenants"`
	Platforms  int              `json:"platforms"`
	Connectors int              `json:"connectors"`
	Users      int              `json:"users"`
	APIs       int              `json:"apis"`
	Problems   catalog.Problems `json:"problems"`
}

func checkCatalogs(ctx context.Context, flags *catalogFlags, locations []string) ([]checkedCatalog, error) {
	results := make([]checkedCatalog, 0, len(locations))
	for _, location := range locations {
		source, err := flags.source(location)
		if err != nil {
			return nil, err
		}
		result := checkedCatalog{File: source.String(), Problems: catalog.Problems{}}
		checked, err := catalog.Read(ctx, source)
		problems, bad := catalog.AsProblems(err)
		switch {
		case bad:
			result.Problems = problems
		case err != nil:
			return nil, err
		default:
			result.OK, result.Revision = true, checked.Revision
			result.Tenants, result.Platforms, result.Connectors = len(checked.Tenants), len(checked.Platforms), len(checked.Connectors)
			result.Users, result.APIs = len(checked.Users), len(checked.APIs)
		}
		results = append(results, result)
	}
	return results, nil
}

func printChecked(out io.Writer, results []checkedCatalog, output string) error {
	if output == "json" {
		if err := cli.JSON(out, results); err != nil {
			return err
		}
	}
	allGood := true
	for _, r := range results {
		allGood = allGood && r.OK
		switch {
		case output == "json":
		case r.OK:
			fmt.Fprintf(out, "%s: ok, %d tenants, %d connectors, %d users, %d APIs, revision %s\n", r.File, r.Tenants, r.Connectors, r.Users, r.APIs, r.Revision)
		default:
			fmt.Fprintln(out, r.Problems.Error())
		}
	}
	if !allGood {
		return cli.ErrFound
	}
	return nil
}
