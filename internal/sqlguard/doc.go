// Package sqlguard decides which statements the read-only user of the embedded
// ClickHouse endpoint may send.
//
// ClickHouse's own readonly=1 is not enough: SELECT … INTO OUTFILE writes a
// file under it, IN file('…') and FROM 'name' read one, and a second statement
// after a semicolon runs too. The embedded engine has no users and no grants
// either, so the statement itself must be judged, before the engine sees it.
//
// The text is cut into tokens by a scanner that follows ClickHouse's lexer
// (escapes in strings, x'…' literals, quoted identifiers) and refuses whatever
// versions of that lexer read differently (nested comments, # and // comments,
// typographic quotes, heredocs). Then three layers must all agree:
//
//  1. The statement is one SELECT (or WITH, UNION, EXPLAIN of one), SHOW,
//     DESCRIBE or EXISTS of a known shape.
//  2. Wherever it stands, a name before "(" is on the list of functions, a
//     dotted name that begins with system is on the list of system tables, a
//     setting is on the list of settings, and no word such as INTO, OUTFILE or
//     PARALLEL appears outside quotes. These checks do not depend on
//     understanding the grammar, so a misread clause opens nothing.
//  3. After FROM, JOIN, IN and commas between tables stand only subqueries,
//     harmless table functions and tables of the allowed databases. A table
//     without a database is allowed only where the connection's database is:
//     whether a name of WITH hides the table depends on scopes.
//
// ClickHouse reserves no word: a column may be called limit and an alias as.
// Layer 3 therefore refuses a clause's word wherever it may be a name, and a
// test asks the engine itself whether anything that is allowed reads more.
//
// What is not understood is refused.
//
// Why not a parser library: AfterShip/clickhouse-sql-parser v0.4.10 does not
// know backslash escapes in strings and takes its own lexing errors for the end
// of the input, so it can be made to see another statement than ClickHouse
// does; and it has no SHOW, DESCRIBE, EXISTS, no IN (subquery) with UNION, no
// OUTFILE. docs/adr/0007 has an example and the decision.
package sqlguard
