package lowcode

// Finding: the fields of a log record whose EventName is EventFinding. The
// rule's name and category are semantic conventions' own security_rule.name
// and security_rule.category.
const (
	KeyFindingFingerprint     = "lowcode.finding.fingerprint"      // string, 16 hex digits, stable over the life of the rule and its entity
	KeyFindingStatus          = "lowcode.finding.status"           // enum: pending, firing, resolved, lapsed, released
	KeyFindingFamily          = "lowcode.finding.family"           // enum: volume, hours, endpoints, swap, query
	KeyFindingEntity          = "lowcode.finding.entity"           // string: a user, a credential's id, …; absent when the connector itself is unusual
	KeyFindingEndpoint        = "lowcode.finding.endpoint"         // string, "GET /contacts/export"; absent when of the whole connector
	KeyFindingMeasure         = "lowcode.finding.measure"          // string: requests, bytes_out, …
	KeyFindingObserved        = "lowcode.finding.observed"         // double, in the measure's unit
	KeyFindingExpected        = "lowcode.finding.expected"         // double
	KeyFindingLower           = "lowcode.finding.lower"            // double, usual range
	KeyFindingUpper           = "lowcode.finding.upper"            // double
	KeyFindingScore           = "lowcode.finding.score"            // double, 0..1
	KeyFindingEffect          = "lowcode.finding.effect"           // double: what the rule compared with its threshold
	KeyFindingPValue          = "lowcode.finding.p_value"          // double
	KeyFindingWindowStart     = "lowcode.finding.window.start"     // string, RFC 3339
	KeyFindingWindowEnd       = "lowcode.finding.window.end"       // string, RFC 3339
	KeyFindingStartedAt       = "lowcode.finding.started_at"       // string, RFC 3339
	KeyFindingUpdatedAt       = "lowcode.finding.updated_at"       // string, RFC 3339
	KeyFindingResolvedAt      = "lowcode.finding.resolved_at"      // string, RFC 3339; absent while open
	KeyFindingBaselineDays    = "lowcode.finding.baseline.days"    // double
	KeyFindingBaselineBuckets = "lowcode.finding.baseline.buckets" // int
	KeyFindingContributors    = "lowcode.finding.contributors"     // string, JSON: [{key, baseline, observed}]
	KeyFindingTraceIDs        = "lowcode.finding.trace_ids"        // string[], hex
	KeyFindingEvidenceSQL     = "lowcode.finding.evidence_sql"     // string
	KeyFindingRunbookURL      = "lowcode.finding.runbook_url"      // string
	KeyFindingDashboardURL    = "lowcode.finding.dashboard_url"    // string
	KeyFindingRuleRevision    = "lowcode.finding.rule_revision"    // string
	KeyFindingCatalogRevision = "lowcode.finding.catalog_revision" // string
)
