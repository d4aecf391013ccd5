// Package selfcheck looks a second time at text that has been redacted. It is
// slow and plain on purpose: one regular expression and one validator a kind,
// nothing of internal/redact. The two can have the same bug only by accident.
//
// It knows fewer kinds than the engine, and only what is beyond doubt: what it
// finds in redacted text is a leak, and an alarm that cries wolf is no alarm.
package selfcheck
