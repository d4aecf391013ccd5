// Package leak searches everything a collector has stored for values that must
// not be there: a decoded dump of all tables, segments and dead letters, and all
// other files as they are. A byte search of the database's files would find
// nothing, as columns are compressed.
//
// A search that finds nothing means little by itself: the same search over a
// collector without redaction has to find every value.
package leak
