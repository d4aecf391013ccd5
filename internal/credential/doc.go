// Package credential tells one API key or bearer token from another without
// keeping either.
//
// A credential's hash is "<key id>:" and 32 hex digits: the first 128 bits of an
// HMAC-SHA-256 under a key derived from a secret that only the collectors and `weirctl catalog hash`
// hold. A plain hash would not do: keys of a known form, or from a leaked list,
// are found by trying, and the same key would give the same hash at every
// installation.
//
// The secret is rotated by putting the new key before the old one: Hash uses the
// first, All gives the hash under each, so entries registered under the old key
// are found until they are renewed.
//
// Hashes are looked up in tables and compared as text. That leaks nothing through
// time: without the secret nobody can choose the bytes that are compared.
package credential
