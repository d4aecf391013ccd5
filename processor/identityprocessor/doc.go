// Package identityprocessor is the Collector component `identity`: it says of
// every span, log record and data point which connector and tenant it belongs to,
// how sure that is, and on what evidence. What it decides by is in internal/identity;
// whom it believes is in peers.go.
package identityprocessor
