// Package catalog reads the connector catalog: the file that says which
// connectors exist, whose they are, and by which signals their calls are
// recognised. It answers look-ups in constant time and reloads the file while
// the collector runs.
//
// A bad file is refused as a whole, with every problem's line, field and a hint:
//
//	catalog.yaml:12: connectors[3].match.jwt[0].claim: missing, expected the name of a claim; e.g. azp
//
// catalog.schema.json in this folder describes the same file for editors.
package catalog
