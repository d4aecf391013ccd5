// Package xfcc reads the header x-forwarded-client-cert, in which a proxy tells
// the services behind it whose client certificate it saw.
//
// The header is a list of elements, one for each proxy on the way; a proxy that
// is set to append adds its element at the end. An element is a list of pairs:
//
//	header  = element *( "," element )
//	element = pair *( ";" pair )
//	pair    = key "=" ( text | quoted )
//
// Keys are By, Hash, Cert, Chain, Subject, URI and DNS, in any case; By, URI and
// DNS may be repeated. A quoted value may hold commas, semicolons and, after a
// backslash, quotes.
//
// Only the element that one's own edge added is worth anything: everything before
// it may have been written by the caller. So Last is what identity reads. Parsing
// is strict, because a caller who could open a quote before the edge's element
// would otherwise choose where that element begins.
//
// Source: the Envoy manual, "HTTP header manipulation", x-forwarded-client-cert.
package xfcc
