// Package queryrule evaluates the rules of the family query: one SELECT whose
// every row is something to tell.
//
//	SELECT tenant_id, connector_id, credential_hash AS entity,
//	    uniqExact(client_country) AS observed, {max_countries:UInt32} AS expected
//	FROM actions FINAL
//	WHERE bucket >= {start:DateTime} AND bucket < {end:DateTime} AND live
//	GROUP BY tenant_id, connector_id, entity
//	HAVING observed > expected
//
// # Columns
//
//	tenant_id, connector_id, entity   texts; '' where it is of none
//	observed, expected                numbers, in the unit that the rule's measure names
//	severity                          info, warning or critical; '' or none: the rule's
//	endpoint                          "GET /contacts/export"
//	detail                            a sentence for a person
//	trace_ids                         array of up to 5 samples, hex
//
// The last four may be left out. Rows of the same tenant, connector, entity and
// endpoint are one finding: the one that exceeds most.
//
// # What a rule cannot do
//
// It reads the tables of its connection's database and nothing else: internal/
// sqlguard judges the statement when the file is loaded and again before it is
// sent, and the server is told readonly. Time, memory and the number of rows
// are bounded.
//
// The outcome depends on the rule, the window, the catalog's revision and the
// stored data only: rules have no clock. What the catalog says is in the table
// catalog_connectors, by revision; see [PublishCatalog].
package queryrule
