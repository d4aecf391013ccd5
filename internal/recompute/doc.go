// Package recompute turns reports of API calls into actions, and actions into
// rollups, in SQL, for what changed.
//
// The queue is an outbox: the exporter inserts one row per delivered segment,
// after the segment's reports. A run takes the segments that wait, finds the
// traces they touch, reads everything that is known of those traces in the
// buckets around, and writes what follows:
//
//	recompute_queue   waiting ──────────► resolved ──► done
//	action_reports ──┬► actions ───────────┘     │        │
//	reattributions ──┘  └► trace_connectors      │        │
//	                   actions ──► connector_5m, coverage_5m ──► connector_hours
//
// Each step is a pure function of the reports and of what a later catalog says
// of them (see Reattribute), and writes new versions, so it can be interrupted
// and repeated. Of several collectors one works at a time (see lease.go). A
// holder of the lease that was stalled while another took over writes nothing:
// each statement that writes asks whether the lease is still its own, and what
// was already under way has an older version than what the other writes. Days
// whose reports the retention drops keep their rollups as they are.
//
// Groups of segments are resolved two at a time, each in work tables of its own.
// Traces that both touch are resolved by both, from the same reports: all segments
// of a run were delivered before it began. What arrives later waits in the queue,
// and has its traces resolved again when both have ended.
//
// # What it reads
//
// A report is wide and a decision needs little of it. So a group's reports are
// not copied: the only report of its trace is an action as it is; of the others,
// what decides is added up call by call (calls) and trace by trace (groups), and
// a second look at action_reports fetches the best report of each call, and the
// one that it adopts an identity of:
//
//	action_reports ─┬► calls ─► groups ─► best ──► decided ──┬► actions
//	                ├─────────────────────► lenders ──┘      │
//	                └───────────────► (hard) ───► picked ────┘
//
// Only hard calls are looked at report by report: those that a source has
// reported more than once, and those whose identity a callerless log knows. A
// report that arrives between the two looks may for a moment become an action of
// its own; its segment waits in the queue and has its trace resolved again.
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
//   - a gateway_log report without a caller's span, and so with a call key of
//     its own, when an edge report is in its trace
//
// A call whose reports all lie inside the platform is no action. Several spans
// of one service under the same caller's span are several calls: an agent that
// calls fifty times under one span is fifty actions.
//
// An action whose report has no connector takes the identity of the call's best
// other report that has one: verified stays verified, all else is inherited.
//
// Reports of a trace that lie more than 15 minutes apart from all others are
// resolved as if they were another trace. That bounds what a run reads, and
// makes the outcome independent of which report asked for it.
//
// # Trace context
//
// none: there is no trace; root: the caller propagated nothing; complete: the
// caller's own span is among the reports; broken: the call has a parent that
// nobody has reported.
//
// # Caps
//
// A bucket of the rollups holds the 200 busiest endpoints and 20 busiest
// environments of a connector, and the coverage of the 200 busiest services of
// a tenant; of equals, the first by name. The others are added up as '{other}'.
package recompute
