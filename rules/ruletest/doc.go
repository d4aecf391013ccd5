// Package ruletest runs unit tests of rules, written in YAML as those of
// Prometheus are: what happened, at what time the rule is evaluated, and what
// it is expected to find.
//
//	version: 1
//	rules: [builtin]                      # or files, relative to this one
//	catalog: {…}                          # of all tests; a test may have its own
//	tests:
//	  - name: a key that two connectors use
//	    rule: credential-shared
//	    actions:
//	      - {connector: crm-sync, credential: "v1:ab", times: 3, every: 1m}
//	      - {connector: nightly, credential: "v1:ab"}
//	    expect:
//	      - {entity: "v1:ab", observed: 2}
//	  - name: a key of one connector
//	    rule: credential-shared
//	    actions: [{connector: crm-sync, credential: "v1:ab", times: 3}]
//	    expect: []
//
// # Time
//
// A test evaluates the window that ends at its time (at, default that of the
// file, default 2026-03-03T10:00:00Z). In rows, at is a time or a distance from
// that one: -30m (the default), -2d.
//
// # Query rules
//
// Rows are mappings of the columns of the tables actions, events, spans and logs,
// with short names for the most usual ones: connector, tenant, user, platform,
// country, credential, status, trace, and endpoint for method and route. times
// and every repeat a row, and {i} in a text is the number of the repetition.
// What is left out is what a usual call has. Actions get into action_reports and
// the rollups as well. The tests run in the real engine.
//
// # Statistical rules
//
//	series:
//	  - connector: crm-sync
//	    endpoint: GET /contacts
//	    requests: (0x8 40x10 0x6)x42 0x9 400
//
// A series has a value an hour; the last is the hour that ends at the test's
// time. 40x10 is ten hours of 40, a bracket repeats what is in it.
package ruletest
