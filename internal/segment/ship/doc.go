// Package ship sends segments to ClickHouse: one INSERT a table, with a
// deduplication token derived from segment and table, so that sending again
// after a crash or a lost answer changes nothing.
package ship
