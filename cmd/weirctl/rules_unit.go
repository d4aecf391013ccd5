package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/rules"
	"github.com/weir-otel/weir/rules/ruletest"
)

const rulesTestHelp = `Test runs unit tests of rules: what happened, when the rule is evaluated, and what
it is expected to find.

  version: 1
  rules: [my-rules.yaml]            # beside this file; or builtin
  tests:
    - name: a key that two connectors use
      rule: credential-shared
      actions:
        - {connector: crm-sync, credential: "v1:ab", times: 3, every: 1m}
        - {connector: nightly, credential: "v1:ab"}
      expect:
        - {entity: "v1:ab", observed: 2}

Rows are mappings of the columns of actions, events, spans and logs; statistical
rules take series, an hour a value: requests: (0x8 40x10 0x6)x42 0x9 400.

Tests of query rules run in an engine of their own, which is started for them and
has no data of yours. The tests of the built-in packs go by the name builtin.
Exit code 1 when a test fails.`

func newRulesTestCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "test FILE…",
		Short: "Run unit tests of rules",
		Long:  rulesTestHelp,
		Example: `  weirctl rules test my-rules_test.yaml
  weirctl rules test builtin --output json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usagef("no FILE, expected files of tests or the word builtin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := rulesOutput(output); err != nil {
				return err
			}
			files, err := loadRuleTests(args)
			var problems rules.Problems
			if errors.As(err, &problems) {
				return errors.Join(printProblems(cmd.OutOrStdout(), output, 0, problems), cli.ErrFound)
			}
			if err != nil {
				return err
			}
			results, err := runRuleTests(cmd.Context(), files)
			if err != nil {
				return err
			}
			return printRuleTests(cmd.OutOrStdout(), output, results)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "table", "table or json")
	return cmd
}

func loadRuleTests(paths []string) ([]*ruletest.File, error) {
	var files []*ruletest.File
	var problems rules.Problems
	for _, path := range paths {
		var loaded []*ruletest.File
		var err error
		if path == rules.BuiltinName {
			loaded, err = ruletest.Builtin()
		} else {
			loaded = make([]*ruletest.File, 1)
			loaded[0], err = ruletest.Load(path)
		}
		var found rules.Problems
		switch {
		case errors.As(err, &found):
			problems = append(problems, found...)
		case err != nil:
			return nil, err
		}
		files = append(files, loaded...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return files, nil
}

// runRuleTests runs tests in an engine of their own, in a folder that is removed.
func runRuleTests(ctx context.Context, files []*ruletest.File) (results []ruletest.Result, err error) {
	engine := &temporaryEngine{ctx: ctx}
	defer func() { err = errors.Join(err, engine.close()) }()
	return ruletest.Run(ctx, files, engine.open)
}

// temporaryEngine is started when the first connection is asked for.
type temporaryEngine struct {
	ctx    context.Context
	folder string
	server *chdb.Server
}

func (e *temporaryEngine) open(database string) (driver.Conn, error) {
	if e.server == nil {
		if err := e.start(); err != nil {
			return nil, fmt.Errorf("cannot start an engine for the tests: %w", err)
		}
	}
	endpoint, err := url.Parse(e.server.Endpoint())
	if err != nil {
		return nil, err
	}
	username, password := e.server.Credentials()
	return clickhouse.Open(&clickhouse.Options{
		Addr: []string{endpoint.Host}, Protocol: clickhouse.HTTP,
		Auth: clickhouse.Auth{Database: database, Username: username, Password: password},
	})
}

func (e *temporaryEngine) start() error {
	var err error
	if e.folder, err = os.MkdirTemp("", "weirctl-rules-"); err != nil {
		return err
	}
	e.server, err = chdb.Start(e.ctx, chdb.Config{Endpoint: "127.0.0.1:0", Directory: e.folder})
	return err
}

func (e *temporaryEngine) close() error {
	var err error
	if e.server != nil {
		err = e.server.Shutdown(context.WithoutCancel(e.ctx))
	}
	if e.folder != "" {
		err = errors.Join(err, os.RemoveAll(e.folder))
	}
	return err
}

func printRuleTests(w io.Writer, output string, results []ruletest.Result) error {
	failed := 0
	for i := range results {
		if !results[i].Passed() {
			failed++
		}
	}
	var err error
	if output == "json" {
		err = cli.JSON(w, map[string]any{"tests": len(results), "failed": failed, "results": results})
	} else {
		err = printRuleTestsTable(w, results, failed)
	}
	if err == nil && failed > 0 {
		return cli.ErrFound
	}
	return err
}

func printRuleTestsTable(w io.Writer, results []ruletest.Result, failed int) error {
	for i := range results {
		r := &results[i]
		if r.Passed() {
			continue
		}
		fmt.Fprintf(w, "%s:%d: %s: %s\n", r.File, r.Line, r.Rule, cli.Plain(r.Test))
		for _, wrong := range r.Wrong {
			fmt.Fprintln(w, "    "+cli.Plain(wrong))
		}
	}
	_, err := fmt.Fprintf(w, "%d tests, %d failed\n", len(results), failed)
	return err
}
