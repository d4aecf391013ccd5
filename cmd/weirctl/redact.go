package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/confmap"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact"
)

// maxRedactLine bounds one line of input.
const maxRedactLine = 64 << 20

type redactOptions struct {
	format string
	config string
	list   bool
	output string
}

func newRedactCommand() *cobra.Command {
	var opts redactOptions
	cmd := &cobra.Command{
		Use:   "redact",
		Short: "Run text through the redaction policy of the collector",
		Long: `redact reads stdin, replaces secrets and personal data with the same engine as
the collector's redact processor, and writes stdout.

  --format text    the whole input is one text (default)
  --format jsonl   one JSON object a line: {"key": …, "text": …}; key is optional.
                   Answers {"text": …, "matches": [{"detector", "start", "end",
                   "action"}]}, offsets in bytes of the input's text.

--config reads the settings of a redact processor from a YAML file: the settings
alone, or a collector configuration with processors::redact.`,
		Example: `  kubectl logs deploy/gateway | weirctl redact
  echo '{"key":"url.full","text":"https://ada:pw@db.example.com/"}' | weirctl redact --format jsonl
  weirctl redact --list`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runRedact(cmd.InOrStdin(), cmd.OutOrStdout(), opts)
		},
	}
	cmd.Flags().StringVar(&opts.format, "format", "text", "text or jsonl")
	cmd.Flags().StringVar(&opts.config, "config", "", "YAML file with the settings of a redact processor")
	cmd.Flags().BoolVar(&opts.list, "list", false, "list the detectors and exit")
	cmd.Flags().StringVar(&opts.output, "output", "table", "with --list: table or json")
	return cmd
}

func runRedact(in io.Reader, out io.Writer, opts redactOptions) error {
	if opts.list {
		return listDetectors(out, opts.output)
	}
	cfg, err := readRedactConfig(opts.config)
	if err != nil {
		return err
	}
	engine, err := redact.New(cfg)
	if err != nil {
		return fmt.Errorf("%w: %w", cli.ErrUsage, err)
	}
	switch opts.format {
	case "text":
		return redactText(engine, in, out)
	case "jsonl":
		return redactLines(engine, in, out)
	}
	return cli.Usagef("--format is %q: expected text or jsonl", opts.format)
}

func listDetectors(out io.Writer, output string) error {
	switch output {
	case "json":
		return cli.JSON(out, redact.Detectors())
	case "table":
		var rows [][]string
		for _, d := range redact.Detectors() {
			rows = append(rows, []string{d.Name, d.Class, d.Severity, d.Placeholder, d.Description})
		}
		return cli.Table(out, []string{"DETECTOR", "CLASS", "SEVERITY", "PLACEHOLDER", "FINDS"}, rows)
	}
	return cli.Usagef("--output is %q: expected table or json", output)
}

// redactText reads all of stdin: a secret may span lines.
func redactText(engine *redact.Engine, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("cannot read stdin: %w", err)
	}
	clean, _ := engine.String("", string(text))
	if _, err := io.WriteString(out, clean); err != nil {
		return fmt.Errorf("cannot write stdout: %w", err)
	}
	return nil
}

type redactInput struct {
	Key  string  `json:"key"`
	Text *string `json:"text"`
}

type redactOutput struct {
	Text    string         `json:"text"`
	Matches []redact.Match `json:"matches"`
}

func redactLines(engine *redact.Engine, in io.Reader, out io.Writer) error {
	w := bufio.NewWriter(out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), maxRedactLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var input redactInput
		if err := json.Unmarshal(lines.Bytes(), &input); err != nil || input.Text == nil {
			return errors.Join(cli.Usagef(`line %d is not {"key": …, "text": …}`, n), w.Flush())
		}
		clean, matches := engine.Redact(input.Key, *input.Text)
		if matches == nil {
			matches = []redact.Match{}
		}
		if err := enc.Encode(redactOutput{Text: clean, Matches: matches}); err != nil {
			return fmt.Errorf("cannot write stdout: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("cannot read stdin: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("cannot write stdout: %w", err)
	}
	return nil
}

// readRedactConfig accepts the processor's settings alone or inside a
// collector's configuration. Keys of the processor only are ignored.
func readRedactConfig(path string) (redact.Config, error) {
	var cfg redact.Config
	if path == "" {
		return cfg, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return cfg, fmt.Errorf("%w: cannot read --config: %w", cli.ErrUsage, err)
	}
	var settings map[string]any
	if err := yaml.Unmarshal(text, &settings); err != nil {
		return cfg, fmt.Errorf("%w: cannot parse --config %s: %w", cli.ErrUsage, path, err)
	}
	settings, found := processorSettings(settings)
	if !found {
		return cfg, cli.Usagef("--config %s has no redact processor: expected processors::redact, or its settings alone", path)
	}
	delete(settings, "mode")
	delete(settings, "max_value_mib")
	if err := confmap.NewFromStringMap(settings).Unmarshal(&cfg); err != nil {
		return cfg, fmt.Errorf("%w: cannot read --config %s: %w", cli.ErrUsage, path, err)
	}
	return cfg, nil
}

// processorSettings finds processors::redact, or the first redact/…, in a
// collector configuration. A processor without settings has the defaults.
func processorSettings(settings map[string]any) (found map[string]any, ok bool) {
	processors, ok := settings["processors"].(map[string]any)
	if !ok {
		if inner, ok := settings["redact"]; ok {
			processors = map[string]any{"redact": inner}
		} else {
			return settings, true
		}
	}
	var names []string
	for name := range processors {
		if name == "redact" || strings.HasPrefix(name, "redact/") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, false
	}
	found, _ = processors[slices.Min(names)].(map[string]any) // redact before redact/…
	return found, true
}
