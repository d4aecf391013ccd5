// Package verify checks an audit trail: every event against the chain, every
// chain against its signed checkpoints, every gap against the signed
// statements that allow it. It finds rows that were changed, removed, inserted
// or reordered and names them.
//
//	statements ─► signatures, numbers, links ─► what is signed, what may be missing
//	event_chain ─► links from entry to entry, heads at the checkpoints
//	events, day by day ─► digests ─► entries of the day
//
// It reads the trail once, in order, and keeps one day's digests in memory
// (some 150 bytes an event).
//
// What it cannot find: a chain that was rewritten by a holder of the signing
// key, and changes behind the last checkpoint, which it counts as not covered.
package verify
