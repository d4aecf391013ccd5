// Package geo tells an address's country and network from MaxMind DB files
// (MMDB) on disk. Nothing is asked over the network, and nothing finer than a
// country is read.
//
// Files may be GeoLite2 or GeoIP2 (Country, City, Enterprise; ASN, ISP) or any
// other of the same layout. A file that is replaced is picked up by Check; a bad
// one is refused and the one before stays in use.
//
// Source: MaxMind DB file format specification, version 2.0.
package geo
