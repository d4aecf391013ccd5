// Package e2e tests the built binaries from outside, with clients that know
// nothing of Weir: the OpenTelemetry Go SDK, telemetrygen, contrib's ClickHouse
// exporter, Kong's payloads and a real Alertmanager. `make e2e` builds and runs
// everything, with a sample of the crash matrix (chaos_test.go; `make chaos` runs
// all of it); bin/weir and bin/weirctl must be there, and the engine's library.
package e2e
