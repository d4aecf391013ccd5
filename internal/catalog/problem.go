package catalog

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong in a catalog file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`        // what is wrong and what was expected
	Hint    string `json:"hint,omitempty"` // what to do
}

// Error returns the problem on one line, as compilers do.
func (p Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: ", p.File, p.Line)
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// maxProblems bounds what one check reports: the rest is mostly of the same kind.
const maxProblems = 50

// Problems is everything wrong in a file, in its order.
type Problems []Problem

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
