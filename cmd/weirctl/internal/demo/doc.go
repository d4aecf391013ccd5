// Package demo runs Weir end to end on one machine, without anything around it:
//
//	simulate ──OTLP──► weir (collector + embedded ClickHouse) ──► rollups
//	                     │ stopped, started again with the baseline on
//	                     └──► findings ──alert──► webhook in this process
//
// and checks what came out: every injected incident is found, false alarms keep
// to their budget, every call is one action, and no planted secret is anywhere on
// disk, whereas the same search finds all of them when redaction is left out.
//
// It starts the built weir binary; nothing of the collector runs in this process.
package demo
