// Package backtest replays rules over stored history: how many findings a day
// each would have made, against its budget, and how many with other thresholds.
//
// It counts episodes as the baseline receiver does: one begins after fire_after
// windows above the threshold, and ends after resolve_after windows in which the
// strength stays below seven tenths of it. Query rules are evaluated at every
// tick with the catalog of today; statistical rules hour by hour, with profiles
// and thresholds made of what was known on each day.
package backtest
