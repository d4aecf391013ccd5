// Package native builds blocks of ClickHouse's Native format column by column.
//
// Fixed-width columns are ch-go's. Strings, dictionaries, maps and arrays are
// Weir's own: they are written in their encoded form at once, remember what
// came last (telemetry repeats itself), and are reused without allocation.
//
// Within a block a LowCardinality column is a dictionary and one index a row,
// for example ["GET", "POST"] and [0, 0, 1, 0].
package native
