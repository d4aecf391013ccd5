// Package token checks JSON Web Tokens (RFC 7519) against their issuers' keys and
// reads what they say about a call: who, by which client, on whose behalf, with
// which scopes.
//
//	raw ──cache──► parse ──► issuer ──► algorithm ──► keys ──► signature ──► audience, time ──► Claims
//	        │                                          ▲
//	        └── hit: Claims, at once                   └── refreshed in the background, never by Verify
//
// What is accepted is configured: issuers by their exact name, and for each the
// audiences and the algorithms. Nothing in a token chooses how it is checked:
//
//   - Only asymmetric signatures are possible; "none" and HMAC are refused when the
//     configuration is read, so a public key can never serve as an HMAC secret.
//   - Keys come from the issuer's key set only; jwk, jku, x5c and x5u in a header
//     are ignored. A key serves the algorithms of its own type and no others.
//   - A header with crit or b64, a token without an expiry and a token of more than
//     16 KiB are invalid.
//
// A token of an issuer that is not configured is Unknown, not Invalid: Weir sees
// other people's tokens too and has no opinion on them. The same holds for text
// that is no signed JWT at all (opaque and encrypted tokens). A token of an issuer
// that is configured is Pending while it cannot be checked. One that names a key
// which is in no set is so until the keys have been looked at anew, and Invalid if
// they still lack it.
//
// ParseClaims and DecodePayload read claims that somebody else checked, such as a
// gateway that forwards them.
//
// Sources: RFC 7515, 7517, 7519 and 8725 (best current practices), RFC 8693 (act),
// RFC 9068 (client_id, scope), draft-mcguinness-oauth-actor-profile
// (sub_profile, client_profile), and the token references of Auth0, Entra ID
// (appid, azp, scp, roles, oid, tid) and Okta (cid, scp, uid).
package token
