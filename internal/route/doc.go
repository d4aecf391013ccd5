// Package route turns the path of a request into a route template, so that all
// calls of one endpoint are counted together:
//
//	/contacts/4711/notes                                → /contacts/{id}/notes
//	/files/550e8400-e29b-41d4-a716-446655440000.pdf     → /files/{uuid}.pdf
//	/reports/2026-03-01                                 → /reports/{date}
//
// It is a pure function of the path: it learns nothing, so every collector, and
// the same collector after a restart, gives the same template. A template is a
// fixed point (Template(Template(p)) == Template(p)), at most 256 bytes and 17
// segments long, so a scanner that invents paths cannot grow it without bounds.
//
// What it recognises, per segment or per piece of one between separators:
//
//	{id}     digits; short codes that mix letters and digits (a1b2c3, cus_9s6XKz,
//	         user123); keys and arguments (Users('42') → Users('{id}'), year=2026 →
//	         year={id}); IPv6 and MAC addresses; a foreign {placeholder}
//	{uuid}   8-4-4-4-12 hexadecimal digits
//	{hash}   16 or more hexadecimal digits
//	{date}   2026-03-01, 2026-03, 2026-03-01T10:00:00Z
//	{token}  long encoded parts: base64, base62, ULIDs, JWTs
//	{email}  anything with an @ between two parts
//	{slug}   three or more words with an id: how-to-fix-it-4711
//	{text}   escaped or non-ASCII text, and segments longer than 64 bytes
//	{rest}   everything after the 16th segment or the 256th byte
//
// Names with digits in them (oauth2, sha256), versions (v2, v59.0, v1beta1,
// /api/2/, /2.0/) and locales (en-US, es-419) stay what they are. So do words
// without digits, be they names or somebody's: only the catalog, or a proposal
// of `weirctl catalog discover`, can tell /users/jane from /users/search.
package route
