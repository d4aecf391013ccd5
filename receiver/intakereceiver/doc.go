// Package intakereceiver receives the access logs that API gateways write, over
// HTTP, and makes a SERVER span of each request in them: Kong, APISIX, Envoy,
// NGINX, Traefik, Amazon API Gateway, Azure API Management and Tyk.
//
// Every format has a path of its own and a decoder package under internal/,
// which knows nothing of HTTP; this package is the server around them.
//
//	body ──jsonbody──► records ──fields──► values of any spelling ──<gateway>──► accesslog ──► spans
//
// What decoders share is in internal/accesslog: a decoder says which key of its
// gateway holds which attribute, and what of it the gateway vouches for.
package intakereceiver
