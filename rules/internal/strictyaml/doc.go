// Package strictyaml decodes YAML files that people write: an unknown key, a
// key given twice or a value of another type is a problem with file, line,
// field and remedy, and all problems of a file are told at once.
package strictyaml
