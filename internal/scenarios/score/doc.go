// Package score runs detectors over scenarios and says how well they did: what
// share of the incidents they found and how soon, how many alerts were false, and
// what an alert budget was really used for.
//
//	Scenario ─► Fleet ─┬─► Detect   the built-in rules, as the baseline receiver runs them
//	                   ├─► Naive    mean + 3σ, first seen, never active
//	                   └─► Oracle   knows the true rates; for bursts and drips
//	                          └─► Alerts ─► Tally ─► Table
//
// # What counts
//
// An incident is found when any rule alerts on its connector in a window that
// overlaps it. The delay is from its first second to the end of the window, or to
// the minute at which the open hour was judged; the grace for late data and the
// way through the pipeline come on top.
//
// A false alert is one on a connector without any incident, whatever its cause: a
// resynchronisation or a new step of a flow is unusual, but nobody wants to be
// woken for it.
package score
