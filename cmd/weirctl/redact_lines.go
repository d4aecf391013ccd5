package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/redact"
)

// maxRedactLine bounds one line of input.
const maxRedactLine = 64 << 20

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
	err := eachLine(in, func(_ int, input redactInput) error {
		clean, matches := redactValue(engine, input.Key, *input.Text)
		if matches == nil {
			matches = []redact.Match{}
		}
		if err := enc.Encode(redactOutput{Text: clean, Matches: matches}); err != nil {
			return fmt.Errorf("cannot write stdout: %w", err)
		}
		return nil
	})
	if flushErr := w.Flush(); flushErr != nil {
		err = errors.Join(err, fmt.Errorf("cannot write stdout: %w", flushErr))
	}
	return err
}

// eachLine reads JSON lines; empty ones are skipped.
func eachLine(in io.Reader, do func(line int, input redactInput) error) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), maxRedactLine)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var input redactInput
		if err := json.Unmarshal(lines.Bytes(), &input); err != nil || input.Text == nil {
			return cli.Usagef(`line %d is not {"key": …, "text": …}`, n)
		}
		if err := do(n, input); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("cannot read stdin: %w", err)
	}
	return nil
}
