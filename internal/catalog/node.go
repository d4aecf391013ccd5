package catalog

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// shape is what a node of YAML is.
type shape uint8

const (
	shapeScalar shape = iota
	shapeNull
	shapeList
	shapeMapping
	shapeAlias // its first child is what it stands for
	shapeMerge // the key <<
)

// node is one value in a catalog file. A large file has millions, so it keeps
// only what is needed: yaml.Node takes three times the memory.
type node struct {
	value string // of a scalar
	first *node  // child; of a mapping keys and values take turns
	next  *node  // sibling
	count int32  // of children
	line  int32  // from 1
	shape shape
}

// child returns the i-th child, or nil.
func (n *node) child(i int) *node {
	at := n.first
	for ; at != nil && i > 0; i-- {
		at = at.next
	}
	return at
}

// field returns the value of a key, or nil.
func (n *node) field(name string) *node {
	if n.shape != shapeMapping {
		return nil
	}
	for key := n.first; key != nil; key = key.next.next {
		if key.value == name {
			return key.next
		}
	}
	return nil
}

// resolved follows aliases.
func (n *node) resolved() *node {
	for range maxDepth {
		if n.shape != shapeAlias {
			break
		}
		n = n.first
	}
	return n
}

// arena hands out nodes from large blocks.
type arena struct{ free []node }

func (a *arena) node(s shape, line int) *node {
	const block = 1024
	if len(a.free) == 0 {
		a.free = make([]node, block)
	}
	n := &a.free[0]
	a.free = a.free[1:]
	n.shape, n.line = s, int32(line)
	return n
}

// siblings collects the children of a node.
type siblings struct {
	parent *node
	last   *node
}

func (s *siblings) add(n *node) {
	if s.last == nil {
		s.parent.first = n
	} else {
		s.last.next = n
	}
	s.last = n
	s.parent.count++
}

// parseYAML returns the root of the only document in data: by the quick parser
// where that suffices, else by the library.
func parseYAML(data []byte) (*node, *Problem) {
	if root := parsePlain(data); root != nil {
		return root, nil
	}
	root, problem := parseAny(data)
	if problem != nil {
		return nil, problem
	}
	c := converter{known: map[*yaml.Node]*node{}}
	return c.convert(root), nil
}

// parseAny reads all of YAML.
func parseAny(data []byte) (*yaml.Node, *Problem) {
	documents := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	switch err := documents.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, &Problem{Line: 1, Message: "empty, expected version, tenants and connectors", Hint: "start with version: 1"}
	case err != nil:
		return nil, syntaxProblem(err)
	}
	switch err := documents.Decode(&second); {
	case err == nil:
		return nil, &Problem{Line: second.Line, Message: "a second document, expected one", Hint: "remove the line --- and what follows, or join the lists"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxProblem(err)
	}
	return document.Content[0], nil
}

var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

func syntaxProblem(err error) *Problem {
	message := err.Error()
	line := 1
	if found := syntaxLine.FindStringSubmatch(message); found != nil {
		if n, err := strconv.Atoi(found[1]); err == nil {
			line = n
		}
		message = strings.TrimPrefix(message, found[0])
	}
	return &Problem{Line: line, Message: "not valid YAML: " + message, Hint: "check indentation and quotes near this line"}
}

// converter makes nodes of the library's. An anchor's node is made once, also
// where it contains itself.
type converter struct {
	arena arena
	known map[*yaml.Node]*node // of anchors
	above int                  // lines of the file above what the library read
}

func (c *converter) convert(from *yaml.Node) *node {
	if known := c.known[from]; known != nil {
		return known
	}
	n := c.arena.node(shapeOf(from), c.above+from.Line)
	n.value = from.Value
	if from.Anchor != "" {
		c.known[from] = n
	}
	children := siblings{parent: n}
	for _, child := range from.Content {
		children.add(c.convert(child))
	}
	if from.Kind == yaml.AliasNode {
		n.first = c.convert(from.Alias)
	}
	return n
}

func shapeOf(n *yaml.Node) shape {
	switch {
	case n.Kind == yaml.MappingNode:
		return shapeMapping
	case n.Kind == yaml.SequenceNode:
		return shapeList
	case n.Kind == yaml.AliasNode:
		return shapeAlias
	case n.Tag == "!!null":
		return shapeNull
	case n.Tag == "!!merge":
		return shapeMerge
	}
	return shapeScalar
}
