// Package baselinereceiver evaluates rules over the rollups in ClickHouse on a
// schedule and tells what is unusual: as rows of the table findings, as log
// records for the alert exporter, and as metrics.
//
//	connector_hours ─► history ─► profiles of a day ─┐
//	                      │                          ▼
//	                      └─► the last hours ─► suspects ─► detect ─► episodes ─► findings
//	actions ─► the last minutes ───────────────────────────►  ▲          │           │
//	catalog_connectors, … ─► query rules ──────────────────►  ┘    baseline_state  logs, metrics
//
// Of several collectors one does so at a time: see internal/lease.
//
// An evaluation is a function of the rule, the catalog's revision and the data up
// to the end of its window. What was evaluated is kept in the table
// baseline_state, so that a restart goes on where it stopped, in order, and an
// hour that late data changed is evaluated again.
package baselinereceiver
