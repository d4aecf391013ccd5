package openapi

import (
	"iter"
	"strings"

	"go.yaml.in/yaml/v3"
)

// resolve follows an alias.
func resolve(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == nullTag }

// get returns the value of a key of a mapping, nil if there is none.
func (r *reader) get(node *yaml.Node, key string) *yaml.Node {
	for k, v := range r.entries(node) {
		if k.Value == key {
			return v
		}
	}
	return nil
}

// entries yields keys and values of a mapping; of anything else, nothing. What
// YAML merges into it (<<: *defaults) comes last, without the keys it has itself.
func (r *reader) entries(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(k, v *yaml.Node) bool) {
		node = resolve(node)
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		merged, more := r.ownEntries(node, yield)
		if !more || merged == nil || merged.Kind != yaml.MappingNode {
			return
		}
		own := make(map[string]bool, len(node.Content)/2)
		for i := 0; i < len(node.Content); i += 2 {
			own[node.Content[i].Value] = true
		}
		r.ownEntries(merged, func(k, v *yaml.Node) bool { return own[k.Value] || yield(k, v) })
	}
}

// ownEntries yields the entries that stand in the mapping itself. It returns
// what is merged into it, and false if the reader of the entries had enough.
func (r *reader) ownEntries(node *yaml.Node, yield func(k, v *yaml.Node) bool) (merged *yaml.Node, more bool) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if r.steps++; r.steps > maxSteps {
			return nil, false
		}
		key, value := node.Content[i], resolve(node.Content[i+1])
		if key.Tag == mergeTag {
			merged = value
		} else if !yield(key, value) {
			return nil, false
		}
	}
	return merged, true
}

// dereference follows $ref from a path to #/components/pathItems/name or another
// place in the document. A null, or nil after a problem, has no operations.
func (r *reader) dereference(node *yaml.Node, field string) *yaml.Node {
	for range maxReferences {
		reference := r.get(node, "$ref")
		if reference == nil {
			return node
		}
		pointer, local := strings.CutPrefix(reference.Value, "#/")
		if !local {
			r.report(reference, field+".$ref", "%q is outside the document, and nothing is read from there; bundle the document first, e.g. with redocly bundle", clip(reference.Value))
			return nil
		}
		node = r.root
		for step := range strings.SplitSeq(pointer, "/") {
			node = r.get(node, strings.NewReplacer("~1", "/", "~0", "~", "%7B", "{", "%7D", "}").Replace(step))
		}
		if node == nil {
			r.report(reference, field+".$ref", "%q is not in the document", clip(reference.Value))
			return nil
		}
	}
	r.report(node, field+".$ref", "more than %d references in a row; perhaps a circle", maxReferences)
	return nil
}

func (r *reader) expect(node *yaml.Node, field string, kind yaml.Kind, what string) bool {
	if node.Kind == kind {
		return true
	}
	found := map[yaml.Kind]string{yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list"}[node.Kind]
	if found == "" {
		found = "a value"
	}
	r.report(node, field, "%s, expected %s", found, what)
	return false
}

// text returns a scalar's text; of a missing or null one, nothing.
func (r *reader) text(node *yaml.Node, field string) string {
	if node == nil || isNull(node) || !r.expect(node, field, yaml.ScalarNode, "text") {
		return ""
	}
	return strings.TrimSpace(node.Value)
}

func (r *reader) flag(node *yaml.Node, field string) bool {
	if node == nil || isNull(node) || !r.expect(node, field, yaml.ScalarNode, "true or false") {
		return false
	}
	if node.Tag != boolTag {
		r.report(node, field, "%q, expected true or false", clip(node.Value))
	}
	return strings.EqualFold(node.Value, "true")
}

// clip keeps a value short enough for an error.
func clip(value string) string {
	const limit = 120
	if len(value) <= limit {
		return value
	}
	return strings.ToValidUTF8(value[:limit], "") + "…"
}
