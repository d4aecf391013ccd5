package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact"
)

type redactOptions struct {
	format   string
	key      string
	config   string
	scope    string
	output   string
	list     bool
	name     string // with list
	explain  bool
	reveal   bool
	auditLog string
	events   *eventFlags
}

func newRedactCommand() *cobra.Command {
	var opts redactOptions
	cmd := &cobra.Command{
		Use:   "redact [--list [DETECTOR]]",
		Short: "Run text through the redaction policy of the collector",
		Long: `redact reads stdin, replaces secrets and personal data with the same engine as
the collector's redact processor, and writes stdout.

  --format text    the whole input is one text (default)
  --format jsonl   one JSON object a line: {"key": …, "text": …}; key is optional.
                   Answers {"text": …, "matches": [{"detector", "start", "end",
                   "action"}]}, offsets in bytes of the input's text.

--config reads a policy from a YAML file: the settings of a redact processor
alone, a collector configuration with processors::redact, or a policy file.
--scope says where the text comes from, for the policy's rules. --key is the
attribute that the text stands under, which decides much: password, user.id.

--explain says what was found and why, and never shows it. --list prints all
detectors, --list DETECTOR one of them with examples made on the spot.

--reveal opens what the action encrypt has sealed, <EMAIL:enc:k1:…>, with the
policy's seal_keys. Each value that is shown is first recorded: time, user, key,
detector and a keyed fingerprint of the sealed text, never the value. --audit-log
is an append-only file of JSON lines; --otlp names a collector, which stores the
event lowcode.redaction.revealed. Without a record nothing is shown.`,
		Example: `  kubectl logs deploy/gateway | weirctl redact
  echo '{"key":"url.full","text":"https://ada:pw@db.example.com/"}' | weirctl redact --format jsonl
  weirctl redact --explain --config weir.yaml --scope tenant=acme,connector=crm < app.log
  weirctl redact --list card
  weirctl redact --reveal --config weir.yaml --otlp 127.0.0.1:4317 < ticket.txt
  weirctl redact --reveal --config weir.yaml --audit-log /var/log/weir/reveal.jsonl < ticket.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				if !opts.list {
					return cli.Usagef("unexpected %q: a detector's name goes with --list; text is read from stdin", args[0])
				}
				opts.name = args[0]
			}
			return runRedact(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.format, "format", "text", "text or jsonl")
	flags.StringVar(&opts.key, "key", "", "attribute `key` the text stands under, with --format text")
	flags.StringVar(&opts.config, "config", "", "YAML `file` with a redact processor's settings or a policy")
	flags.StringVar(&opts.scope, "scope", "", "where the text comes from: `tenant=…,connector=…,signal=…`")
	flags.BoolVar(&opts.list, "list", false, "list the detectors, or describe one, and exit")
	flags.BoolVar(&opts.explain, "explain", false, "say what is found, and why, in place of the text")
	flags.BoolVar(&opts.reveal, "reveal", false, "open sealed values; needs --audit-log or --otlp")
	flags.StringVar(&opts.auditLog, "audit-log", "", "`file` that each revealed value is recorded in")
	opts.events = addEventFlags(cmd, noCollector, "what --reveal opened")
	flags.StringVar(&opts.output, "output", "table", "with --list and --explain: table or json")
	return cmd
}

func runRedact(ctx context.Context, in io.Reader, out io.Writer, opts redactOptions) error {
	if opts.output != "table" && opts.output != "json" && opts.output != "" {
		return cli.Usagef("--output is %q: expected table or json", opts.output)
	}
	engine, err := redactEngine(opts)
	if err != nil {
		return err
	}
	switch {
	case opts.list:
		return listDetectors(out, engine, opts)
	case opts.format != "text" && opts.format != "jsonl":
		return cli.Usagef("--format is %q: expected text or jsonl", opts.format)
	case opts.reveal && (opts.explain || opts.format != "text"):
		return cli.Usagef("--reveal takes --format text and no --explain")
	case opts.reveal:
		return revealText(ctx, engine, in, out, opts)
	case opts.explain:
		return explainText(engine, in, out, opts)
	case opts.format == "jsonl":
		return redactLines(engine, in, out)
	}
	return redactText(engine, in, out, opts.key)
}

// redactValue is what the processor does with one attribute.
func redactValue(engine *redact.Engine, key, text string) (string, []redact.Match) {
	if key == "" || engine.AllowsKey(key) {
		return engine.Redact(key, text)
	}
	clean, match := engine.Deny(text)
	if match.Detector == "" {
		return clean, nil
	}
	return clean, []redact.Match{match}
}

// redactBlock is how much text is read before some is written. It is cut
// between lines and outside of key blocks; a shorter text is not cut.
const redactBlock = 8 << 20

func redactText(engine *redact.Engine, in io.Reader, out io.Writer, key string) error {
	var text []byte
	for {
		before := len(text)
		text = append(text, make([]byte, redactBlock)...)
		n, err := io.ReadFull(in, text[before:])
		text = text[:before+n]
		done := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !done {
			return fmt.Errorf("cannot read stdin: %w", err)
		}
		cut := len(text)
		if !done {
			cut = blockEnd(text)
		}
		clean, _ := redactValue(engine, key, string(text[:cut]))
		if _, err := io.WriteString(out, clean); err != nil {
			return fmt.Errorf("cannot write stdout: %w", err)
		}
		if done {
			return nil
		}
		text = append([]byte(nil), text[cut:]...)
	}
}

// maxRedactBlocks is how long a text may go on without a place to cut.
const maxRedactBlocks = 8

// blockEnd finds where a text may be cut: behind the last line that is outside
// of a PEM block.
func blockEnd(text []byte) int {
	cut := bytes.LastIndexByte(text, '\n') + 1
	begin := bytes.LastIndex(text[:cut], []byte("-----BEGIN"))
	if begin >= 0 && begin > bytes.LastIndex(text[:cut], []byte("-----END")) {
		cut = bytes.LastIndexByte(text[:begin], '\n') + 1
	}
	if cut == 0 && len(text) >= maxRedactBlocks*redactBlock {
		return len(text)
	}
	return cut
}
