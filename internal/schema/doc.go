// Package schema creates Weir's tables and views in ClickHouse, brings those of
// older versions to the newest form, and lays them out on a cluster.
//
// # Objects
//
// Each file in sql/ is one object, numbered in the order they are created in,
// and describes its newest form on a single server. Placeholders:
//
//	{database}               the database
//	{compat_database}        the second one, for views with other projects' column names; a file that names it is left out where there is none
//	{retention_days}         of raw tables and actions
//	{rollup_retention_days}  of rollups and findings
//
// A comment line "-- shard: EXPRESSION" says which shard of a cluster a row goes
// to. It must be a pure function of the row: a segment that is sent again has to
// be split the same way. Without the line it is the hash of the sorting key.
// "-- shard: none" keeps a whole copy on every server (small tables that are
// written seldom). Moves to another volume are added by the package to every
// TTL that has {retention_days}: see [Storage].
//
// # Migrations
//
// A change of a table's file needs a file in migrations/ as well, which brings
// the table from its older form to that of the file: a test compares them. Views
// (CREATE OR REPLACE VIEW) and new tables need none. A released migration is
// never changed. NNNN is the next free number; a file is one of two kinds.
//
// Statements, each ended by a semicolon at the end of a line. They may run
// again after a crash, so they are idempotent: ADD COLUMN IF NOT EXISTS, DROP
// COLUMN IF EXISTS, MODIFY, ADD INDEX IF NOT EXISTS, DROP TABLE IF EXISTS. The
// tables are those after ALTER TABLE. Mutations that a statement starts are
// waited for. A materialized view is changed by MODIFY QUERY.
//
//	-- 0002_example.sql: spans know their retention.
//	ALTER TABLE {database}.spans ADD COLUMN IF NOT EXISTS retention_days UInt16;
//	ALTER TABLE {database}.spans MODIFY TTL …{retention_days}…;
//
// Or a rebuild, where the sorting key, the partitions or the engine change. Its
// file has no statement:
//
//	-- 0003_example.sql: partitions by retention and day.
//	-- rebuild: spans
//	-- set: retention_days = toUInt16(0)
//
// The new table is made from sql/, filled with the columns that both have (and
// the expressions over the old row of "set" lines; other new columns get their
// defaults), and takes the old one's place. It needs no statements of its own
// for added or dropped columns.
//
// # Rebuilds and writers
//
// While a table is rebuilt, readers see the old one, and INSERTs into it are
// refused with TOO_MANY_PARTS (252), which writers retry: what they acknowledge
// waits in segments. So the old table stands still: neither inserts nor merges
// nor TTL change it. It is copied part by part in pieces, each with a
// deduplication token made of the part's name and the rows' places in it; the
// new table's comment says how far it is. After a crash the copy goes on there.
// EXCHANGE TABLES swaps the two at once; which of the two is frozen says
// whether that has happened. The new table does not know the tokens of earlier
// inserts: a segment whose fate is uncertain is checked by its id before it is
// sent again.
//
// # Records
//
// Table schema_migrations has one row per object and, from 10000 on, one per
// migration, with a checksum over the text without comments. A new database has
// all migrations marked as contained. A database with no such mark was made by
// version 1. Several processes may apply at once: one does, the others wait for
// it (see lock).
package schema
