package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads and checks the catalog at path. What is wrong in the file comes
// back as Problems.
func Load(path string) (*Catalog, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the catalog: %w; write one, or set the right path", err)
	}
	return Parse(path, data)
}

// Parse is Load for a catalog that is already in memory; name stands for the
// file in errors.
func Parse(name string, data []byte) (*Catalog, error) {
	root, problem := readYAML(data)
	if problem != nil {
		problem.File = name
		return nil, Problems{*problem}
	}
	c := &Catalog{Revision: revisionOf(data)}
	d := decoder{file: name}
	d.decode(root, 0, reflect.ValueOf(c).Elem())
	if len(d.problems) > 0 {
		return nil, d.problems // the checks below would only report their consequences
	}
	v := &validator{catalog: c, file: name, root: root}
	if v.check(); len(v.problems) > 0 {
		return nil, v.problems
	}
	c.index = v.index
	c.locations = v.locations
	return c, nil
}

// readYAML returns the root of the only document in data.
func readYAML(data []byte) (*yaml.Node, *Problem) {
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

// revisionOf names a content: equal content, equal revision, on every collector.
func revisionOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
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
