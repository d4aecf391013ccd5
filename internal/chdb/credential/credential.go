// Package credential is the file in the embedded engine's folder that lets its
// owner's weirctl in while the engine runs.
package credential

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// FileName is the file's name.
const FileName = "weirctl.json"

// Credential is the file's content.
type Credential struct {
	Endpoint string `json:"endpoint"` // http://host:port
	Username string `json:"username"`
	Password string `json:"password"`
}

// Read reads the credential file of an engine's folder.
func Read(directory string) (Credential, error) {
	path := filepath.Join(directory, FileName)
	encoded, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Credential{}, fmt.Errorf("cannot find the engine's credentials (is a collector with embedded_clickhouse running on that directory?): %w", err)
	}
	if err != nil {
		return Credential{}, fmt.Errorf("cannot read the engine's credentials (only the owner of the engine's folder may): %w", err)
	}
	var found Credential
	if err := json.Unmarshal(encoded, &found); err != nil {
		return Credential{}, fmt.Errorf("cannot read %q: %w", path, err)
	}
	return found, nil
}

// Write puts the file in place in one step, readable by its owner only.
func Write(directory string, c Credential) error {
	encoded, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("cannot write the engine's credentials: %w", err)
	}
	file, err := os.CreateTemp(directory, FileName+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("cannot write the engine's credentials: %w", err)
	}
	_, err = file.Write(append(encoded, '\n'))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(directory, FileName))
	}
	if err != nil {
		return fmt.Errorf("cannot write the engine's credentials: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}

// Remove takes the file away when the engine stops.
func Remove(directory string) error {
	if err := os.Remove(filepath.Join(directory, FileName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the engine's credentials: %w", err)
	}
	return nil
}
