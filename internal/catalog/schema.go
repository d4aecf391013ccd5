package catalog

import _ "embed"

// JSONSchema describes the catalog file for editors and other tools.
//
//go:embed catalog.schema.json
var JSONSchema []byte
