// Package recompute turns reports of API calls into actions, and actions into
// rollups, in SQL, for what changed.
//
// The queue is an outbox: the exporter inserts one row per delivered segment,
// after the segment's reports. A run takes the segments that wait, finds the
// traces they touch, reads everything that is known of those traces in the
// buckets around, and writes what follows:
//
//	recompute_queue   waiting ──► resolved ──► done
//	action_reports ──► actions ──┘     │        │
//	                   actions ──► connector_5m ┘──► connector_hours
//
// Each step is a pure function of the reports and writes new versions, so it
// can be interrupted and repeated. Of several collectors one works at a time
// (see lease.go). Days whose reports the retention drops keep their rollups as
// they are.
//
// # Which report is the action
//
// Reports of one call share a call key. The best by source (edge, gateway_log,
// server, client; then the earliest) is the action. Reports inside the platform
// are none:
//
//   - a server report, when an edge or gateway_log report is in its trace
//   - else a server report that runs within another's, and was called by that
//     one's service (its parent is a client report of it), or whose caller is
//     not reported while a server report of another service is running
//   - a client report of a service that itself serves a call in the trace
//
// A call whose reports all lie inside the platform is no action. Several spans
// of one service under the same caller's span are several calls: an agent that
// calls fifty times under one span is fifty actions.
//
// Reports of a trace that lie more than 15 minutes apart from all others are
// resolved as if they were another trace. That bounds what a run reads, and
// makes the outcome independent of which report asked for it.
package recompute
