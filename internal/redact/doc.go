// Package redact finds secrets and personal data in text and replaces them. It
// knows nothing of the Collector: the redact processor and weirctl redact run
// the same engine.
//
// # How a value is read
//
// A window of 64 bytes moves over the text (window.go). Each byte's class is
// looked up once; the classes become bit masks, one for letters, one for digits,
// one for separators and so on, and a few shifts over the masks say where
// something may begin: a word of 16 bytes and more, a number of seven digits and
// marks, a word with digits in it, "@", "=" or ":" behind what ends as password
// does, "-----", "Bearer", two letters and two digits. Clean text costs one pass
// and no allocation.
//
// Only such a candidate sees a hand-written matcher (scan.go), and each ends in a
// validator: Luhn, issuer and length of a card, mod 97 of an IBAN, the check
// digit of an office, the CRC-32 inside a GitHub token, the JSON in a JWT, the
// mix of characters of a secret. A prefix alone is never a match.
//
// What stands beside a candidate counts: the key of the value, and words before
// and behind it. The window remembers where words began, so that a look back
// tests a bit for each word (window_heads.go).
//
// # What is left alone
//
// Times, UUIDs, trace contexts, hashes that are named as such, and ids of the
// semantic conventions (protect.go); what an earlier redaction has put in.
//
// # Views
//
// Text that is percent-encoded, escaped as in JSON (\u0040, \/, \x40), written as
// HTML entities (&#64;), in full-width or mathematical letters, in the digits of
// another script or with invisible characters between is decoded around the
// place and scanned again; base64, also over line ends, and hexadecimal digits of
// text likewise (view*.go). Hits are mapped back to offsets of the original text.
// Views nest maxDepth deep; what still decodes there is replaced unread.
//
// # Keys
//
// Under a key such as http.request.header.authorization, set-cookie, api_key or
// password the whole value goes, whatever it holds (keys.go).
//
// # Patterns
//
// A policy's own expressions run only on values that hold a text which every
// match of theirs needs; one more pass finds those texts for all expressions
// (pattern.go).
//
// # Statements
//
// Under db.query.text and its like, literals go and the shape stays: SQL and CQL,
// Redis, MongoDB's JSON, GraphQL, command lines (statement*.go). What cannot be
// parsed loses all that may be a literal.
//
// # Stability
//
// Redacting twice gives what redacting once gave: placeholders such as <EMAIL>,
// tokens and masks are recognised, and a result is scanned again until nothing is
// found.
package redact
