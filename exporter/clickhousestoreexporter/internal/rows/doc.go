// Package rows turns OTLP into rows of Weir's tables, encoded as Native blocks
// and ready for a segment.
//
// Each span becomes a row of spans, and, where it may report an API call, one
// of action_reports; each log record a row of logs; each resource that was not
// seen within the hour a row of resources. Nothing is decided here about which
// report of a call counts: that is the recompute's.
package rows
