// Command weirctl is Weir's companion, as promtool is to Prometheus: it
// simulates traffic, answers who did what, checks rules and catalogs, and runs
// the code of the collector's components on a terminal.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot().ExecuteContext(ctx)
	stop()
	os.Exit(exitCode(err))
}

// exitCode prints err and maps it: 0 fine, 1 findings or failed check, 2 wrong usage.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if !errors.Is(err, cli.ErrFound) {
		fmt.Fprintln(os.Stderr, "weirctl:", err)
	}
	if errors.Is(err, cli.ErrUsage) {
		return 2
	}
	return 1
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return cli.Usagef("unexpected %q: '%s' takes flags only, see --help", args[0], cmd.CommandPath())
}

// noSuchCommand refuses what is no command of cmd's.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		return cli.Usagef("%q has no command %q; did you mean %s?", cmd.CommandPath(), args[0], strings.Join(like, " or "))
	}
	return cli.Usagef("%q has no command %q; '%s --help' lists them", cmd.CommandPath(), args[0], cmd.CommandPath())
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "weirctl",
		Short:         "Who did what, when, from which connector",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf("%w: %w", cli.ErrUsage, err)
	})
	root.AddCommand(commands()...)
	markWrongArguments(root)
	return root
}

// markWrongArguments makes wrong arguments of cmd, and of all below it, wrong
// usage: cobra's own errors do not say so.
func markWrongArguments(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		markWrongArguments(sub)
	}
	if cmd.HasSubCommands() && !cmd.Runnable() {
		cmd.Args = noSuchCommand
		cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		return
	}
	check := cmd.Args
	if check == nil {
		check = noArguments // unless a command says otherwise
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		err := check(cmd, args)
		if err == nil || errors.Is(err, cli.ErrUsage) {
			return err
		}
		return fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
}
