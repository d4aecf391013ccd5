// Package redact finds secrets and personal data in text and replaces them. It
// knows nothing of the Collector: the redact processor and weirctl redact run
// the same engine.
//
// # How a value is read
//
// One pass over the bytes with a class table (classes.go) cuts a value into
// words and separators. Only what can begin a detection leaves that loop
// (scan.go): a run of digits, an "@", a long word, "=" or ":" behind a key such
// as password, "-----", "Bearer", four characters that may begin an IBAN. Each
// goes to a hand-written matcher, which ends in a validator: Luhn, issuer and
// length of a card, mod 97 of an IBAN, the CRC-32 inside a GitHub token, the
// JSON in a JWT. A prefix alone is never a match. A clean value costs about a
// nanosecond a byte and no allocation.
//
// # Views
//
// What is percent-encoded, JSON-escaped (\u0040), written in full-width forms,
// split by zero-width characters, or base64 is decoded and scanned again
// (view.go); hits are mapped back to offsets of the original text.
//
// # Keys
//
// Under a key such as http.request.header.authorization, set-cookie, api_key or
// password the whole value goes, whatever it holds (keys.go).
//
// # Stability
//
// Redacting twice gives what redacting once gave: placeholders such as <EMAIL>
// are recognised, and a result is scanned again until nothing is found.
package redact
