// Package redactprocessor takes secrets and personal data out of every place
// that OTLP can carry a value: resources and their entity references, scopes,
// schema URLs, names, status messages, tracestate, attributes of any type and
// nesting, events, links, log bodies, metric texts, exemplars, the tables of
// profiles, and the keys of maps.
//
// What is found, and how, is internal/redact. Here a pooled walker goes over one
// batch with one revision of the policy (walker.go; traces.go, logs.go,
// metrics.go, profiles.go; value.go), counts what is found (tally.go, summary.go)
// and fails closed: a value that cannot be scanned to its end is replaced by
// <REDACTION_FAILED>, a batch that cannot be walked is refused.
//
// One redactor serves all pipelines of a configuration (factory.go, redactor.go).
// Beside them it looks at the policy file (policy.go) and rescans a sample of
// what went out with an implementation that shares no code with the engine
// (check.go, internal/redact/selfcheck).
package redactprocessor
