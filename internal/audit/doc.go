// Package audit makes the audit trail tamper-evident: who changed, granted,
// allowed or refused what, in a form in which nobody can change, remove, insert
// or reorder a row unnoticed.
//
//	log record ─► Event ─► digest = SHA-256(salt, canonical form)          table events (with the salt)
//	                          │ sealing of the segment: the Ledger
//	                          ▼
//	        hash(n) = SHA-256(hash(n-1), source, n, segment, digest)        table event_chain
//	                          │ every interval, and at shutdown
//	                          ▼
//	        signed Statement: checkpoint (n, hash(n)), linked to the last   table audit_checkpoints
//	                          retention, erasure: what may be missing       table audit_tombstones
//
// A chain belongs to a source: one segment folder, which is one collector. Its
// head is kept in a small file of that folder, and moves only after the
// segment's trailer is on disk.
//
// The chain has no personal data. A digest says nothing about its event without
// the salt, which is in the event's own row: erasing the row makes it a random
// number.
//
// All forms that are hashed or signed begin with their domain and version, and
// every field of variable length with its length, so that no two different
// inputs have the same bytes. Hashes are SHA-256 (FIPS 180-4), signatures
// Ed25519 (RFC 8032).
package audit
