// Package evidence writes an audit trail into a folder that can be handed to
// somebody who has no access to the database, and reads it there.
//
//	manifest.json            what is in the folder: rows and SHA-256 of each file
//	statements.jsonl         audit_checkpoints and audit_tombstones
//	2026-03-01.chain.jsonl   entries of event_chain, by the day of their segment
//	2026-03-01.events.jsonl  events
//
// A line is a row. The folder proves as much as the database: the same
// verification runs over it.
package evidence
