// Package transfer copies a database of Weir's table by table: to files and
// back (a backup), or from one ClickHouse to another (from the embedded engine
// to a server).
//
// The unit is a partition of a table. It is known by its number of rows and the
// sum of their hashes, which ClickHouse computes on both sides; of tables whose
// engine replaces or sums rows, it is what FINAL shows.
//
//	source ──chunks, Native──► staging table ──rows and hashes compared──► MOVE PARTITION ──► table
//	                                                │                            │
//	                                      transfers: verified              transfers: done
//
// A partition gets into its table in one step and only when it is complete, so
// other rows that are in the table already, or arrive meanwhile, are not
// touched, and nothing is there twice. After an interruption, a partition that
// was verified is moved if its rows are still in the staging table; if that is
// empty, it has been moved. Everything before is done again.
//
// What is not in ClickHouse is not copied: segments that wait, dead letters.
package transfer
