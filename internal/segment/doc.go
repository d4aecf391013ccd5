// Package segment keeps what Weir has acknowledged until the database has it.
//
// A segment is an append-only file of records; a record holds the rows of one
// request for every table, as encoded Native blocks. Append returns only when
// the record is on disk; concurrent appends share one fsync. A segment is sealed
// by size, rows or age and never changed again, so that it can be sent any
// number of times under the same deduplication tokens:
//
//	            Append                 Seal                  Next … Delivered
//	request ──► 0192….open (fsynced) ──► 0192….seg (sealed) ──► 0192….sent (hashes only)
//	                                          │ cannot ever be stored
//	                                          └──► dead-letter/0192….seg + .json
//
// One segment is active at a time, and segments are sealed in the order of their
// ids. Rows carry the id of their segment: it is the last column of each block,
// and its values are not stored, because which segment a record lands in is
// known only when it is written. Readers append the values (see Reader.Body).
//
// # File format
//
// Fixed integers are little-endian, lengths within a payload are uvarints. A file
// is a header and records, one after the other:
//
//	offset size
//	     0    8  "WEIRSEG2"
//	     8   16  id, a version 7 UUID
//	    24    8  created, Unix ns
//	    32    4  CRC-32C of bytes 0 to 31
//	    36       first record
//
//	record:
//	     0    8  marker: the last 8 bytes of the id
//	     8    4  length of the payload
//	    12    4  CRC-32C of the length (4 bytes) and the payload
//	    16       payload
//
//	payload:
//	             flags, 1 byte: 1 has a request hash, 2 audit, 4 trailer
//	             request hash, 16 bytes, where flag 1 is set
//	             length, meta
//	             length, digests
//	             number of tables, and for each: length, name; rows; length, block
//
// "WEIRSEG1" files, which an earlier version left, have records without marker,
// and payloads of meta and tables only. They are read, never written.
//
// Where a record is damaged, reading goes on at the next marker that begins a
// valid record; the bytes in between are lost, and copied to the dead-letter
// folder. Senders cannot plant a marker in their data: half of an id is random,
// and is not known before the segment is sealed.
//
// # Failures
//
// A segment that was active when the process died is copied up to its last valid
// record, and the copy sealed: only records that were never acknowledged can be
// behind that. It is copied because what can be read is not always on disk: after
// a failed fsync the kernel may have dropped pages and still show them, and a
// second fsync would not say so. For the same reason a segment whose fsync fails
// takes no more records: the part that was synced before is copied and sealed,
// the records behind it are refused, and a new segment is begun. A store takes no
// data until that has succeeded. It is tried again with the next Append and
// SealExpired, at most once a second; sealed segments can be sent meanwhile. The
// file that was copied stays until the copy is removed, and does not count.
//
// A full or read-only disk is a state (see Condition) that ends by itself. So that
// the segments that fill a disk can be ended and removed, a file keeps room for
// what that takes, the trailer first; it is given up when the disk is full, and
// nothing is taken before it is there again.
//
// # Re-sends
//
// A record whose Request was acknowledged less than DuplicateWindow ago is
// refused with ErrDuplicate. Hashes are in the segments; of a segment that is
// delivered they are kept in a .sent file, in the same format with records that
// hold nothing else. At most the newest two million requests are remembered.
//
// # Trailers
//
// Where records have digests, a segment ends with a record made of them by
// Settings.Trailer. The newest trailer is kept in its .sent file, so that who
// chains trailers finds the end of the chain at the next Open.
package segment
