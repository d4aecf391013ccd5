package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSize is the largest document that Parse takes, in bytes. The largest public
// ones (GitHub's, Stripe's) are below it.
const MaxSize = 16 << 20

// Document is what the catalog needs of one OpenAPI document.
type Document struct {
	Title   string
	Version string // of the API, not of OpenAPI
	// BasePath is the path of the first server's URL, "/v1" for
	// https://api.example.com/v1/, with variables replaced by their defaults.
	// Without a path it is empty.
	BasePath   string
	Operations []Operation // in the document's order
}

// Operation is one method of one path.
type Operation struct {
	Method string // upper case
	Path   string // a template without the base path, e.g. /contacts/{id}
	ID     string // operationId; may be empty
	// Scopes are those of every security requirement, sorted; alternatives are
	// not told apart.
	Scopes     []string
	Deprecated bool
	// Classification is x-data-classification of the operation, else of its
	// path, else of the document.
	Classification string
}

// Parse reads a document; name is its file, for errors. An error has one line a
// problem, with its line, its field and what to do:
//
//	crm.yaml:12: paths./contacts/{id: unclosed {, expected {name}
func Parse(name string, data []byte) (*Document, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: %d bytes, expected at most %d; split the API, or leave out schemas and examples", name, len(data), MaxSize)
	}
	root, err := parseNode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot read it as JSON or YAML: %w", name, err)
	}
	r := &reader{name: name, root: root}
	document := r.document()
	if r.steps > maxSteps {
		return nil, fmt.Errorf("%s: too large with all its aliases and references written out; a reference may stand in too many places", name)
	}
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	return document, nil
}

// parseNode reads JSON with a parser of its own: YAML's knows neither \/ nor
// pairs of surrogates.
func parseNode(data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		if node, err := jsonNode(data); err == nil {
			return node, nil
		}
		// Perhaps YAML in braces; if it is not, YAML's error has a line.
	}
	var file yaml.Node
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(file.Content) == 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: nullTag, Line: 1}, nil
	}
	return file.Content[0], nil
}
