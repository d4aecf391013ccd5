package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// stateVersion changes when an older Weir could not continue the chain.
const stateVersion = 1

// state is what a ledger has to know after a restart.
type state struct {
	Version int    `json:"version"`
	Source  string `json:"source"`

	// The last entry whose trailer is on disk.
	Seq     uint64    `json:"seq"`
	Head    Sum       `json:"head"`
	Segment SegmentID `json:"segment"`

	// The last statement that was signed.
	Number       uint64      `json:"number"`
	Previous     Sum         `json:"previous"`
	StatedAt     int64       `json:"stated_at"` // unix ms
	Checkpointed uint64      `json:"checkpointed"`
	Retention    retention   `json:"retention"`
	Pending      []Statement `json:"pending,omitempty"` // signed, perhaps not stored
}

// retention is in days.
type retention struct {
	EventDays uint32 `json:"events"`
	ChainDays uint32 `json:"chain"`
}

// state signs the next statement.
func (s *state) state(settings Settings, next Statement) {
	next.Source, next.Number, next.Previous, next.At = s.Source, s.Number+1, s.Previous, settings.Now().UnixMilli()
	next.Sign(settings.Key)
	s.Number, s.Previous, s.StatedAt = next.Number, next.Sum(), next.At
	s.Pending = append(s.Pending[:len(s.Pending):len(s.Pending)], next)
}

func statePath(directory string) string {
	if directory == "" {
		return ""
	}
	return filepath.Join(directory, "state.json")
}

// readState returns nil where there is none.
func readState(path string) (*state, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the audit chain's state: %w", err)
	}
	found, err := parseState(data)
	if err != nil {
		return nil, fmt.Errorf("cannot continue the audit chain of %s: %w; put the file back from a backup, or move it away to begin the chain of a new source", path, err)
	}
	return found, nil
}

func parseState(data []byte) (*state, error) {
	var s state
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return nil, err
	}
	switch {
	case s.Version != stateVersion:
		return nil, fmt.Errorf("`version` is %d, expected %d", s.Version, stateVersion)
	case s.Source == "":
		return nil, errors.New("`source` is empty")
	case s.Checkpointed > s.Seq:
		return nil, fmt.Errorf("`checkpointed` is %d, expected at most `seq`, %d", s.Checkpointed, s.Seq)
	}
	for i := range s.Pending {
		if !s.Pending[i].Signed() {
			return nil, fmt.Errorf("`pending[%d]` is not signed", i)
		}
	}
	return &s, nil
}

func writeState(path string, s *state) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("cannot encode the audit chain's state: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("cannot create the folder of the audit chain's state: %w", err)
	}
	if err := writeFile(path, append(data, '\n')); err != nil {
		return fmt.Errorf("cannot write the audit chain's state: %w", err)
	}
	return nil
}
