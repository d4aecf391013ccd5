// Package schema creates and describes Weir's tables and views in ClickHouse.
//
// Each file in sql/ is one object, numbered in the order they are created in.
// Placeholders: {database}, {retention_days} for raw tables and actions,
// {rollup_retention_days} for rollups and findings.
package schema
