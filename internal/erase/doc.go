// Package erase finds and deletes what is stored of a data subject: a person,
// named by e-mail addresses and user ids.
//
//	values ─► patterns ─► job table (a native INSERT)
//	                         │ every statement asks it by subquery
//	                         ▼
//	  search   rows by table and column, of dead letters, of waiting segments
//	  run      letters ─► rows of all tables ─► actions and rollups again ─► receipt
//
// The ids never stand in the text of a statement: mutations and query logs keep
// that. They are in the job table, which is dropped at the end and is what an
// interrupted run goes on from.
//
// What is searched follows from the types of the columns, so a new table is
// covered by itself; a column whose type cannot be searched is an error.
//
// Actions are a function of reports. Those of the traces that an erased report
// was in are buried, and the traces are resolved again from the reports that are
// left:
//
//	places of erased reports ─► reports deleted ─► a run of the recompute has
//	ended that may have read them ─► actions buried ─► segments queued again ─►
//	resolved, rolled up ─► rows of the subject in actions deleted
package erase
