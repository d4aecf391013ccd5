// Package problem is how files that people write are told what is wrong with them:
// catalogs, rules and their tests.
package problem

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong in a file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`        // what is wrong and what was expected
	Hint    string `json:"hint,omitempty"` // what to do
}

// Place is "file:line".
func (p Problem) Place() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Error returns the problem on one line, as compilers do.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Place() + ": ")
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Problems is everything wrong in the files, in their order.
type Problems []Problem

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
