// Command generate writes the dashboards' JSON files into the working directory.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/weir-otel/weir/dashboards/internal/activity"
	"github.com/weir-otel/weir/dashboards/internal/coverage"
)

func main() {
	err := errors.Join(
		write(activity.UID, activity.JSON),
		write(coverage.UID, coverage.JSON),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot generate dashboards:", err)
		os.Exit(1)
	}
}

func write(uid string, generate func() ([]byte, error)) error {
	content, err := generate()
	if err != nil {
		return err
	}
	return os.WriteFile(uid+".json", content, 0o644) //nolint:gosec // a public file of the repository
}
