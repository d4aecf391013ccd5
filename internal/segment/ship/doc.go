// Package ship sends segments to ClickHouse, each row exactly once: one INSERT a
// table, with a deduplication token derived from segment and table, so that
// sending again after a crash or a lost answer changes nothing.
//
// Tokens are remembered for a time. Where that may be over (an earlier process
// has sent the segment, the first attempt is long ago, the table or its server
// is another one) the rows are counted by their segment id first: the rows of a
// segment that belong into one partition are there or not, never a piece of
// them. What is missing is sent. And a token may be remembered without the rows,
// where a server was killed at that moment: what is sent once more is looked for
// afterwards.
//
// Errors have a class, by ClickHouse's code: see [Class]. Rows that ClickHouse
// refuses are found by halving. Halves have tokens of their own, so from then on
// the table is never sent whole again; a journal beside the segment knows what
// became of each half, and survives a crash at any point:
//
//	segment 7, table spans: whole ── refused
//	  1 January: rows 0…3 ── stored             token 7-spans-0-3
//	  2 January: rows 4…7 ── refused
//	             rows 4…5 ── stored             token 7-spans-4-5
//	             rows 6…7 ── refused
//	                  row 6 ── stored           token 7-spans-6-6
//	                  row 7 ── refused: a dead letter with reason, code and key
package ship
