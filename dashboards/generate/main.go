// Command generate writes the dashboards' JSON files into the working directory.
package main

import (
	"fmt"
	"os"

	"github.com/weir-otel/weir/dashboards/internal/activity"
)

func main() {
	content, err := activity.JSON()
	if err == nil {
		err = os.WriteFile("weir-activity.json", content, 0o644) //nolint:gosec // a public file of the repository
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot generate dashboards:", err)
		os.Exit(1)
	}
}
