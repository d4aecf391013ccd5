// Package segment keeps what Weir has acknowledged until the database has it.
//
// A segment is an append-only file of records; a record holds the rows of one
// request for every table, as encoded Native blocks. Append returns only when
// the record is on disk; many concurrent appends share one fsync. A segment is
// sealed by size, rows or age and never changed again, so that it can be sent
// any number of times under the same deduplication tokens:
//
//	            Append                 Seal                  Next … Delivered
//	request ──► 0192….open (fsynced) ──► 0192….seg (sealed) ──► gone
//	                                          │ cannot ever be stored
//	                                          └──► dead-letter/0192….seg + .json
//
// After a crash the tail of an open segment is cut at its last valid record,
// sealed, and sent like any other. Only records that were never acknowledged
// can be in such a tail.
//
// Rows carry the id of their segment. It is the last column of each block, and
// its values are not stored: which segment a record lands in is known only
// when it is written, so readers append the values (see Reader.Body).
package segment
