// Package identity says which connector made a call, how sure that is, and on
// what evidence. It works on the attributes of one record and, for records with
// no evidence of their own, on the batch they came in:
//
//	attributes ──Collect──► Signals ──Resolver.Resolve──► Decision ──Inherit──► Decision ──Stamp──► attributes
//
// Signals, strongest first, and what they are worth:
//
//	signal                               from a trusted peer   from anybody else
//	claim of an access token             verified 0.95         claimed 0.5
//	the gateway's credential id          verified 0.92         claimed 0.45
//	the gateway's consumer               verified 0.9          claimed 0.4
//	workflow id, connector header        claimed 0.4           claimed 0.3
//	user agent, listed as a whole        claimed 0.2           claimed 0.2
//	user agent, by prefix                claimed 0.1           claimed 0.1
//	source address                       claimed 0.1           claimed 0.1
//
// A gateway vouches for what it checked (claims, credential, consumer), not for
// headers it passes on. Verified signals decide; a claim that names another
// connector makes the identity conflicting, and the verified connector stays.
// Claims of equal strength that disagree name nobody: unattributed, ambiguous.
package identity
