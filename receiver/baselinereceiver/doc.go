// Package baselinereceiver evaluates rules over the rollups in ClickHouse on a
// schedule and tells what is unusual: as rows of the table findings, as log
// records for the alert exporter, and as metrics.
//
//	connector_hours, connector_5m ──► history ──► detect ──► episodes ──► findings
//	                                                 ▲          │            │
//	                                    rules, catalog     baseline_state   logs, metrics
//
// An evaluation is a function of the rule, the catalog's revision and the data up
// to the end of its window. What was evaluated is kept in the table
// baseline_state, so that a restart goes on where it stopped, in order, and an
// hour that late data changed is evaluated again.
package baselinereceiver
