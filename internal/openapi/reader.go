package openapi

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	maxProblems = 20
	// maxSteps refuses aliases and references that multiply a small document into
	// a huge one; an API of 1,000 operations takes 50,000.
	maxSteps = 5_000_000
	// maxReferences is how many $ref may stand in a row before a path.
	maxReferences = 8

	classificationKey = "x-data-classification"
)

// reader turns nodes into a Document and collects what is wrong.
type reader struct {
	name     string
	root     *yaml.Node
	problems []error
	steps    int // how many keys and scopes were looked at

	scopes         []string // of the document's own security requirements
	classification string
}

func (r *reader) report(node *yaml.Node, field, format string, args ...any) {
	if len(r.problems) >= maxProblems {
		return
	}
	if field != "" {
		field += ": "
	}
	r.problems = append(r.problems, fmt.Errorf("%s:%d: %s%s", r.name, node.Line, clip(field), fmt.Sprintf(format, args...)))
}

func (r *reader) document() *Document {
	if !r.expect(r.root, "", yaml.MappingNode, "an OpenAPI document") || !r.supported() {
		return nil
	}
	info := r.get(r.root, "info")
	r.scopes = r.security(r.get(r.root, "security"), "security")
	r.classification = r.text(r.get(r.root, classificationKey), classificationKey)
	return &Document{
		Title:      r.text(r.get(info, "title"), "info.title"),
		Version:    r.text(r.get(info, "version"), "info.version"),
		BasePath:   r.basePath(r.get(r.root, "servers")),
		Operations: r.paths(r.get(r.root, "paths")),
	}
}

func (r *reader) supported() bool {
	version := r.get(r.root, "openapi")
	if version == nil {
		if swagger := r.get(r.root, "swagger"); swagger != nil {
			r.report(swagger, "swagger", "%q, expected OpenAPI 3; convert the document, e.g. with swagger2openapi", clip(swagger.Value))
		} else {
			r.report(r.root, "openapi", "missing, expected the version of OpenAPI; e.g. 3.1.0")
		}
		return false
	}
	for _, minor := range [...]string{"3.0", "3.1", "3.2"} {
		if version.Value == minor || strings.HasPrefix(version.Value, minor+".") {
			return true
		}
	}
	r.report(version, "openapi", "%q, expected 3.0, 3.1 or 3.2", clip(version.Value))
	return false
}

func (r *reader) paths(paths *yaml.Node) []Operation {
	if paths == nil || isNull(paths) {
		r.report(r.root, "paths", "missing, expected the paths of the API; webhooks are not calls to it")
		return nil
	}
	if !r.expect(paths, "paths", yaml.MappingNode, "a mapping of paths") {
		return nil
	}
	var operations []Operation
	lines := make(map[string]int, len(paths.Content)/2)
	for key, value := range r.entries(paths) {
		template, field := key.Value, "paths."+key.Value
		if strings.HasPrefix(template, "x-") {
			continue
		}
		if line, repeated := lines[template]; repeated {
			r.report(key, field, "repeated, first given on line %d; keep one of the two", line)
			continue
		}
		lines[template] = key.Line
		if _, err := parseTemplate(template); err != nil {
			r.report(key, field, "%v", err)
			continue
		}
		operations = append(operations, r.pathItem(value, template, field)...)
	}
	return operations
}

// pathItem reads the operations of one path.
func (r *reader) pathItem(item *yaml.Node, template, field string) []Operation {
	item = r.dereference(item, field)
	if item == nil || isNull(item) || !r.expect(item, field, yaml.MappingNode, "a mapping of methods") {
		return nil
	}
	base := Operation{Path: template, Classification: r.classification}
	if own := r.text(r.get(item, classificationKey), field+"."+classificationKey); own != "" {
		base.Classification = own
	}
	var operations []Operation
	seen := map[string]bool{}
	add := func(method string, key, node *yaml.Node, field string) {
		if method == "" || seen[method] {
			r.report(key, field, "empty or repeated, expected each method once")
			return
		}
		seen[method] = true
		if operation, ok := r.operation(base, node, field); ok {
			operation.Method = method
			operations = append(operations, operation)
		}
	}
	for key, value := range r.entries(item) {
		field := field + "." + key.Value
		switch key.Value {
		case "get", "put", "post", "delete", "options", "head", "patch", "trace", "query":
			add(strings.ToUpper(key.Value), key, value, field)
		case "additionalOperations": // since 3.2
			if !r.expect(value, field, yaml.MappingNode, "a mapping of methods") {
				continue
			}
			for key, value := range r.entries(value) {
				add(strings.ToUpper(key.Value), key, value, field+"."+key.Value)
			}
		}
	}
	return operations
}

// operation fills base with what node says.
func (r *reader) operation(base Operation, node *yaml.Node, field string) (Operation, bool) {
	if !r.expect(node, field, yaml.MappingNode, "an operation") {
		return base, false
	}
	base.ID = r.text(r.get(node, "operationId"), field+".operationId")
	base.Deprecated = r.flag(r.get(node, "deprecated"), field+".deprecated")
	if own := r.text(r.get(node, classificationKey), field+"."+classificationKey); own != "" {
		base.Classification = own
	}
	base.Scopes = r.scopes
	if security := r.get(node, "security"); security != nil {
		base.Scopes = r.security(security, field+".security")
	}
	return base, true
}

// security returns the scopes of a list of requirements:
//
//	security:
//	  - oauth: [contacts.read]
//	  - oauth: [contacts.admin]
func (r *reader) security(list *yaml.Node, field string) []string {
	if list == nil || isNull(list) || !r.expect(list, field, yaml.SequenceNode, "a list of requirements") {
		return nil
	}
	var scopes []string
	for i, requirement := range list.Content {
		field := fmt.Sprintf("%s[%d]", field, i)
		requirement = resolve(requirement)
		if !r.expect(requirement, field, yaml.MappingNode, "the name of a security scheme and its scopes") {
			continue
		}
		for key, value := range r.entries(requirement) {
			field := field + "." + key.Value
			if isNull(value) || !r.expect(value, field, yaml.SequenceNode, "a list of scopes") {
				continue
			}
			r.steps += len(value.Content)
			for _, scope := range value.Content {
				if name := r.text(resolve(scope), field); name != "" {
					scopes = append(scopes, name)
				}
			}
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// basePath returns the path of the first server.
func (r *reader) basePath(servers *yaml.Node) string {
	if servers == nil || isNull(servers) || !r.expect(servers, "servers", yaml.SequenceNode, "a list of servers") || len(servers.Content) == 0 {
		return ""
	}
	server := resolve(servers.Content[0])
	const field = "servers[0].url"
	url := r.get(server, "url")
	base := pathOfURL(r.replaceVariables(r.text(url, field), r.get(server, "variables")))
	if base == "" {
		return ""
	}
	if _, err := parseTemplate(base + "/path"); err != nil {
		r.report(url, field, "%v", err)
		return ""
	}
	return base
}

// replaceVariables puts the defaults of a server's variables into its URL. One
// without a default stays and is a parameter.
func (r *reader) replaceVariables(url string, variables *yaml.Node) string {
	var replacements []string
	for key, value := range r.entries(variables) {
		if fallback := r.get(value, "default"); fallback != nil && fallback.Kind == yaml.ScalarNode {
			replacements = append(replacements, "{"+key.Value+"}", fallback.Value)
		}
	}
	return strings.NewReplacer(replacements...).Replace(url)
}

// pathOfURL returns "/v1" for https://api.example.com/v1/, //host/v1, /v1 and v1.
func pathOfURL(url string) string {
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	if _, afterScheme, found := strings.Cut(url, "//"); found {
		_, url, _ = strings.Cut(afterScheme, "/")
	}
	return strings.TrimSuffix(path.Clean("/"+url), "/")
}
