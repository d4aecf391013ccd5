// Package clickhousestoreexporter stores spans and log records in ClickHouse,
// each row exactly once, and resolves which API calls they report.
//
// A consume call encodes its data (internal/rows), appends it to a segment and
// returns when that is on disk. Everything else happens behind the
// acknowledgement:
//
//	consume ─► rows ─► segment (fsync) ─► acknowledged
//	                      │ sealed by size, rows or age
//	                      ▼
//	                   senders ─► ClickHouse: spans, logs, action_reports, recompute_queue
//	                      │                       │
//	                      ▼ refused for good      ▼
//	                   dead-letter            recompute ─► actions ─► connector_5m ─► connector_hours
package clickhousestoreexporter
