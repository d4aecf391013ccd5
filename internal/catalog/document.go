package catalog

import (
	"reflect"
	"strconv"
	"strings"
)

// document is one file of a catalog, decoded.
type document struct {
	name    string
	root    *node
	entries Catalog
}

// readDocuments decodes files. Where the shape of one is wrong, the checks of
// values would only report the consequences: they are left out then.
func readDocuments(files []File) ([]*document, Problems) {
	documents := make([]*document, 0, len(files))
	var problems Problems
	for _, file := range files {
		document, wrong := readDocument(file)
		documents = append(documents, document)
		problems = append(problems, wrong...)
	}
	return documents, problems
}

func readDocument(file File) (*document, Problems) {
	root, problem := parseYAML(file.Data)
	if problem != nil {
		problem.File = file.Name
		return nil, Problems{*problem}
	}
	doc := &document{name: file.Name, root: root}
	d := decoder{file: file.Name}
	d.decode(root, 0, reflect.ValueOf(&doc.entries).Elem())
	return doc, d.problems
}

// merge joins the lists of all documents.
func merge(documents []*document) *Catalog {
	c := &Catalog{Version: Version}
	if len(documents) == 1 {
		*c = documents[0].entries
		return c
	}
	for _, d := range documents {
		c.Tenants = append(c.Tenants, d.entries.Tenants...)
		c.Platforms = append(c.Platforms, d.entries.Platforms...)
		c.Connectors = append(c.Connectors, d.entries.Connectors...)
		c.Users = append(c.Users, d.entries.Users...)
		c.APIs = append(c.APIs, d.entries.APIs...)
	}
	return c
}

// length returns how many entries a list of the document has.
func (d *document) length(list string) int {
	switch list {
	case "tenants":
		return len(d.entries.Tenants)
	case "platforms":
		return len(d.entries.Platforms)
	case "connectors":
		return len(d.entries.Connectors)
	case "users":
		return len(d.entries.Users)
	}
	return len(d.entries.APIs)
}

// line returns where a field is, e.g. connectors[3].match.jwt[0].claim, or where
// the innermost part of it is that is there.
func (d *document) line(field string) int {
	at := d.root.resolved()
	for part := range strings.SplitSeq(strings.ReplaceAll(field, "[", "."), ".") {
		next := at.field(part)
		if index, isIndex := strings.CutSuffix(part, "]"); isIndex {
			i, _ := strconv.Atoi(index)
			next = at.child(i)
		}
		if next == nil {
			break
		}
		at = next.resolved()
	}
	return int(at.line)
}
