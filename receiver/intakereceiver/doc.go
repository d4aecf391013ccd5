// Package intakereceiver receives what gateways and platforms post over HTTP
// and makes telemetry of it: for now the access-log entries of Kong Gateway's
// http-log plugin, as spans.
//
// Every format has a path of its own and a decoder package under internal/,
// which knows nothing of HTTP; this package is the server around them.
package intakereceiver
