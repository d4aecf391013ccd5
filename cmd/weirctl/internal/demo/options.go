package demo

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Options of one run.
type Options struct {
	Seed       uint64
	Benign     bool      // no incidents; every finding is a false alarm
	Spans      int       // about how many; 0 = the scenario's
	Days       int       // 0 = the scenario's
	Connectors int       // 0 = the scenario's
	End        time.Time // zero = this hour
	Keep       bool      // leave everything running until interrupted
	Directory  string    // "" = a temporary folder
	Weir       string    // path of the weir binary; "" = found, see FindWeir
	JSON       bool      // the result as JSON on Out
	Out        io.Writer // result
	Progress   io.Writer // what is going on
}

// binaryName of the collector.
const binaryName = "weir"

// FindWeir returns the collector's binary: the given path, else beside this
// executable, else in PATH.
func FindWeir(path string) (string, error) {
	if path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("cannot use --weir: %w", err)
		}
		return filepath.Abs(path)
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), binaryName)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	found, err := exec.LookPath(binaryName)
	if err != nil {
		return "", fmt.Errorf("cannot find the collector's binary %q beside weirctl or in PATH: run `make build`, or give its path with --weir", binaryName)
	}
	return filepath.Abs(found)
}
