// Package rules holds Weir's detection rules: their model, the loader that
// checks rule files, and the built-in packs, one YAML file a family.
//
// A rule says what to watch and when to speak; how it is decided is in package
// detect. Files are checked strictly: an unknown key, a bad value or a name
// given twice is an error with file, line, field and remedy.
package rules
