// Package history reads what a fleet did from the rollups, into the form that
// internal/detect wants: in a few queries whatever the number of entities, and in
// parts where the fleet is large.
//
//	connector_hours ─► endpoints hour by hour ─┬─► detect.Entity
//	connector_hours ─► users, latency, cost …  ┤   (only measures that are asked for)
//	connector_5m ────► largest five minutes ───┘
//
// Only production counts: sandboxes and tests would blur what is usual, and dry
// runs are not in the rollups at all. Calls that nobody could attribute have no
// history of their own.
package history
