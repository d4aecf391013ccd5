// Package identity says which connector made a call, how sure that is, and on
// what evidence. It works on the attributes of one record and, for records with
// no evidence of their own, on the records of the same trace:
//
//	attributes ──Collect──► Signals ──Resolve──► Decision ──Inherit──► Decision ──Stamp────────► attributes
//	                           └─────Describe──► Facts ─────────────────────────────StampReport──►
//
// Most records get few attributes (Stamp). The report of a call also gets what
// the call was (Describe, StampReport): route, operation, token, actors, place.
//
// Signals, strongest first, and what they are worth:
//
//	signal                                        from a trusted peer   from anybody else
//	client certificate                            verified 0.97         claimed 0.5
//	token that Weir verified                      verified 0.96         verified 0.96
//	claim of a token that the gateway checked     verified 0.95         claimed 0.5
//	the gateway's credential id                   verified 0.92         claimed 0.45
//	keyed hash of an API key or bearer token      verified 0.9          claimed 0.4
//	the gateway's consumer                        verified 0.9          claimed 0.4
//	workflow id, connector header                 claimed 0.4           claimed 0.3
//	agent or MCP client                           claimed 0.3           claimed 0.3
//	user agent, listed as a whole                 claimed 0.2           claimed 0.2
//	route that one connector alone calls          claimed 0.15          claimed 0.15
//	user agent, by prefix                         claimed 0.1           claimed 0.1
//	source address                                claimed 0.1           claimed 0.1
//
// A gateway vouches for what it checked (certificate, claims, credential,
// consumer) and is trusted for (Trust), not for headers it passes on. Of
// x-forwarded-client-cert only the last element counts, the one that the peer
// itself added. A token that Weir verified needs nobody to vouch for it; one that
// is expired or invalid says nothing at all, and one of a configured issuer that
// cannot be checked yet is an unknown key. Of a chain of actors only the
// outermost, who made the call, names a connector (RFC 8693, section 4.1), by the
// claim act.sub.
//
// A gateway that is trusted for a signal has to remove the headers of that signal
// from what its clients send, x-anonymous-consumer with those of the consumer and
// credential, and in both spellings (x_consumer_id) where it lets underscores
// through: the spelling with underscores counts where none of these headers is
// written with dashes. What the gateway writes with dashes stands, whatever a client
// sends with underscores.
//
// The user of a record is the sender's word. Where a token that Weir verified, or
// a trusted gateway, names another one, that is evidence (user_conflict=user.id);
// the token's subject takes its place unless the sender is trusted for claims.
//
// Verified signals decide; a claim that names another connector makes the
// identity conflicting, and the verified connector stays. Claims of equal
// strength that disagree name nobody: unattributed, ambiguous.
//
// No credential outlives Resolve, and evidence names attributes, never values.
// CollectStored takes the place of Collect where a stored record is judged again.
package identity
