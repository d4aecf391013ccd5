package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
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
func revealText(engine *redact.Engine, in io.Reader, out io.Writer, auditLog string) error {
	if auditLog == "" {
		return cli.Usagef("--reveal needs --audit-log: every value that is shown is recorded there")
	}
	if !engine.Reveals() {
		return cli.Usagef("--reveal needs the policy's \"seal_keys\": name its file with --config")
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("cannot read stdin: %w", err)
	}
	sealed := engine.Unseal(string(text))
	if err := audit(auditLog, sealed); err != nil {
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

// audit appends a line for each value that will be shown, and returns when they
// are on the disk.
func audit(path string, sealed []redact.Sealed) error {
	who, err := user.Current()
	if err != nil {
		return fmt.Errorf("cannot tell who you are: %w", err)
	}
	var lines []byte
	for _, s := range sealed {
		if s.Err != nil {
			continue
		}
		line, err := json.Marshal(revealRecord{
			Time: time.Now().UTC(), User: who.Username, UID: who.Uid, KeyID: s.KeyID, Detector: s.Detector, Sealed: s.Fingerprint,
		})
		if err != nil {
			return fmt.Errorf("cannot write the audit log: %w", err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if len(lines) == 0 {
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
