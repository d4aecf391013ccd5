package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/redact"
)

// revealRecord is one line of the audit log.
type revealRecord struct {
	Time     time.Time `json:"time"`
	User     string    `json:"user"`
	UID      string    `json:"uid"`
	KeyID    string    `json:"key_id"`
	Detector string    `json:"detector"`
	Sealed   string    `json:"sealed"` // fingerprint, keyed with the seal key
}

// revealText writes stdin with sealed values opened.
func revealText(ctx context.Context, engine *redact.Engine, in io.Reader, out io.Writer, opts redactOptions) error {
	if opts.auditLog == "" && opts.events.endpoint == noCollector {
		return cli.Usagef("--reveal needs --audit-log or --otlp: every value that is shown is recorded there")
	}
	if !engine.Reveals() {
		return cli.Usagef("--reveal needs the policy's \"seal_keys\": name its file with --config")
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("cannot read stdin: %w", err)
	}
	sealed := engine.Unseal(string(text))
	records, err := revealRecords(sealed)
	if err != nil {
		return err
	}
	if err = appendRecords(opts.auditLog, records); err == nil {
		err = sendRecords(ctx, opts.events, records)
	}
	if err != nil {
		return fmt.Errorf("nothing is revealed: %w", err)
	}
	var opened strings.Builder
	at, failed := 0, []error(nil)
	for _, s := range sealed {
		if s.Err != nil {
			failed = append(failed, fmt.Errorf("cannot open <%s:enc:%s:…> at byte %d: %w", s.Label, s.KeyID, s.Start, s.Err))
			continue
		}
		opened.Write(text[at:s.Start])
		opened.WriteString(s.Value)
		at = s.End
	}
	opened.Write(text[at:])
	if _, err := io.WriteString(out, opened.String()); err != nil {
		failed = append(failed, fmt.Errorf("cannot write stdout: %w", err))
	}
	return errors.Join(failed...)
}

// revealRecords has one for each value that will be shown.
func revealRecords(sealed []redact.Sealed) ([]revealRecord, error) {
	who, err := user.Current()
	if err != nil {
		return nil, fmt.Errorf("cannot tell who you are: %w", err)
	}
	var records []revealRecord
	for _, s := range sealed {
		if s.Err == nil {
			records = append(records, revealRecord{
				Time: time.Now().UTC(), User: who.Username, UID: who.Uid, KeyID: s.KeyID, Detector: s.Detector, Sealed: s.Fingerprint,
			})
		}
	}
	return records, nil
}

// sendRecords returns when a collector has them on its disk.
func sendRecords(ctx context.Context, events *eventFlags, records []revealRecord) error {
	sender, err := events.open(ctx, "no value is opened")
	if err != nil {
		return err
	}
	acts := make([]act, 0, len(records))
	for i, r := range records {
		acts = append(acts, act{
			name: lowcode.EventRedactionRevealed, id: fmt.Sprintf("reveal:%s:%s:%d", r.Sealed, r.Time.Format(time.RFC3339Nano), i), at: r.Time,
			object: r.Sealed, newValue: r.Detector, rationale: "seal key " + r.KeyID,
		})
	}
	return errors.Join(sender.send(ctx, acts...), sender.close())
}

// appendRecords adds lines to the audit log, and returns when they are on the
// disk.
func appendRecords(path string, records []revealRecord) error {
	var lines []byte
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("cannot write the audit log: %w", err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if len(lines) == 0 || path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cannot open the audit log: %w", err)
	}
	return errors.Join(appendDurably(f, lines), f.Close())
}

func appendDurably(f *os.File, lines []byte) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("cannot read the audit log: %w", err)
	}
	if !info.Mode().IsRegular() { // /dev/null forgets
		return fmt.Errorf("cannot use %s as the audit log: expected a regular file", f.Name())
	}
	if _, err := f.Write(lines); err != nil {
		return fmt.Errorf("cannot write the audit log: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("cannot write the audit log: %w", err)
	}
	return nil
}
