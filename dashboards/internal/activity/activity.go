// Package activity is the dashboard "Who did what: connector activity": which
// connectors called what and when, what was unusual, and what nobody can be
// named for.
package activity

import "github.com/weir-otel/weir/dashboards/internal/board"

// UID and Title of the dashboard.
const (
	UID   = "weir-activity"
	Title = "Who did what: connector activity"
)

// JSON is the dashboard as it is committed.
func JSON() ([]byte, error) {
	return board.Board{
		UID:         UID,
		Title:       Title,
		Description: "Which connectors called which APIs, when and for whom; what was unusual; and the calls that nobody can be named for.",
		Refresh:     "1m",
		Panels:      panels(),
	}.JSON()
}
