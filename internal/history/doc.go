// Package history reads what a fleet did from the rollups, into the form that
// internal/detect wants: in a few queries whatever the number of entities, and in
// parts where the fleet is large.
//
//	connector_hours ─► endpoints hour by hour ─┬─► detect.Entity
//	connector_hours ─► users, latency          ┤   (only measures that are asked for)
//	connector_5m ────► largest five minutes ───┘
//
// The hourly rollup lies in order of connectors: weeks of a few are read from it in
// no time, the last hours of all only from end to end. The 5-minute rollup lies in
// order of time, and it is the other way round. So a day or two of a fleet comes from
// the 5-minute rollup, and the largest five minutes of many weeks are read once for a
// block of many parts ([Source.Blocks], [Source.Tops]).
//
// Only production counts: sandboxes and tests would blur what is usual, and dry
// runs are not in the rollups at all. Calls that nobody could attribute have no
// history of their own.
package history
