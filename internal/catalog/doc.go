// Package catalog reads the connector catalog: the files that say which
// connectors exist, whose they are, by which signals their calls are recognised,
// and what the APIs are that they call. It answers look-ups in constant time and
// takes new revisions while the collector runs.
//
//	Source (file, folder, URL, table)
//	   │ files                         a Watcher looks again and again
//	   ▼
//	parsePlain, else the YAML library  nodes with their lines
//	   ▼
//	decoder                            the model; unknown and repeated fields
//	   ▼
//	validator ◄── OpenAPI files        values, references, one owner for each key
//	   ▼
//	Catalog, Index, Operation          immutable; replaced as a whole
//
// A bad revision is refused as a whole, with every problem's file, line, field
// and a hint, while the last good one stays in force:
//
//	catalog.yaml:12: connectors[3].match.jwt[0].claim: missing, expected the name of a claim; e.g. azp
//
// A revision is named by a hash of the content of all its files, those of
// OpenAPI included: collectors that read the same content name it the same.
//
// catalog.schema.json in this folder describes the same file for editors.
package catalog
