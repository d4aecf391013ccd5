package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

const (
	nullTag   = "!!null"
	mergeTag  = "!!merge"
	stringTag = "!!str"
	boolTag   = "!!bool"
	numberTag = "!!float"
)

// maxDepth is more than documents have and less than a stack bears.
const maxDepth = 500

// jsonNode reads JSON into the nodes that YAML would give, with their lines.
func jsonNode(data []byte) (*yaml.Node, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	r := &jsonReader{decoder: decoder, data: data, line: 1}
	node, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the end")
	}
	return node, nil
}

type jsonReader struct {
	decoder *json.Decoder
	data    []byte
	// line is that of the byte at counted.
	line    int
	counted int64
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: r.lineHere()}
	switch token := token.(type) {
	case string:
		node.Tag, node.Value = stringTag, token
	case json.Number:
		node.Tag, node.Value = numberTag, token.String()
	case bool:
		node.Tag, node.Value = boolTag, fmt.Sprint(token)
	case nil:
		node.Tag = nullTag
	case json.Delim:
		return node, r.container(node, token, depth+1)
	}
	return node, nil
}

func (r *jsonReader) container(node *yaml.Node, open json.Delim, depth int) error {
	if depth > maxDepth {
		return errors.New("nested too deep")
	}
	node.Kind = yaml.SequenceNode
	if open == '{' {
		node.Kind = yaml.MappingNode
	}
	for r.decoder.More() { // of an object, keys and values in turn, as in YAML's nodes
		child, err := r.value(depth)
		if err != nil {
			return err
		}
		node.Content = append(node.Content, child)
	}
	_, err := r.decoder.Token() // the closing delimiter
	return err
}

// lineHere returns the line where the last token ends.
func (r *jsonReader) lineHere() int {
	offset := r.decoder.InputOffset()
	r.line += bytes.Count(r.data[r.counted:offset], []byte("\n"))
	r.counted = offset
	return r.line
}
