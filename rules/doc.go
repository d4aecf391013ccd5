// Package rules holds Weir's detection rules: their model, the loader that
// checks rule files, and the built-in packs.
//
//	volume.yaml      more, or less, than usual in such an hour, or in a day
//	hours.yaml       active when it never is
//	endpoints.yaml   which endpoints are called, and how
//	swap.yaml        behaves as another connector does
//	governance.yaml  what a policy, an approval or the catalog does not allow
//
// A rule says what to watch and when to speak. How the first four decide is in
// internal/detect; a rule of the last is a SELECT, see internal/queryrule. Files
// are checked strictly: an unknown key, a bad value, SQL that does more than read
// or a name given twice is an error with file, line, field and remedy. A file
// may also adjust fields of rules of other files, by name.
//
// The packs' unit tests are in tests/ and run by ruletest; backtest replays rules
// over stored history. Each rule has a runbook in docs/runbooks.
package rules
