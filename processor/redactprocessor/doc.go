// Package redactprocessor takes secrets and personal data out of every place
// that OTLP can carry a value: resources, scopes, schema URLs, names, status
// messages, tracestate, attributes of any type and nesting, events, links, log
// bodies, metric texts and exemplars, and the keys of maps.
//
// What is found, and how, is internal/redact; this package walks the telemetry
// (traces.go, logs.go, metrics.go, value.go), counts, and fails closed: a value
// that cannot be scanned to its end is replaced by <REDACTION_FAILED>.
package redactprocessor
