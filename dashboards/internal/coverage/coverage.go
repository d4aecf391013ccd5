// Package coverage is the dashboard "Who is it: identity and coverage": how many
// calls have an identity and a trace, why others have none, and what identities
// have to do with each other.
package coverage

import "github.com/weir-otel/weir/dashboards/internal/board"

// UID and Title of the dashboard.
const (
	UID   = "weir-identity"
	Title = "Who is it: identity and coverage"
)

// JSON is the dashboard as it is committed.
func JSON() ([]byte, error) {
	return board.Board{
		UID:         UID,
		Title:       Title,
		Description: "How sure it is who called, why nobody can be named for the rest, where traces break; and who calls from where, with whose credential, for whom, for which data.",
		Refresh:     "5m", // half of the panels read single calls, not a rollup
		Panels:      panels(),
	}.JSON()
}
