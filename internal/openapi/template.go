package openapi

import (
	"errors"
	"strings"
)

// segment is one part of a template between slashes: the texts around its
// parameters. Without a parameter it is one text.
//
//	contacts      ["contacts"]
//	{id}          ["", ""]
//	{name}.json   ["", ".json"]
type segment struct {
	literals []string
	rest     bool // {proxy+}, {path*}, {*path} or a last *: one or more segments
}

// parseTemplate splits a template into segments. Repeated slashes and one at the
// end say nothing.
func parseTemplate(template string) ([]segment, error) {
	if !strings.HasPrefix(template, "/") {
		return nil, errors.New("expected a path that begins with /")
	}
	if strings.ContainsAny(template, "?#") {
		return nil, errors.New("expected a path without query and fragment")
	}
	texts := strings.FieldsFunc(template, func(c rune) bool { return c == '/' })
	segments := make([]segment, len(texts))
	for i, text := range texts {
		s, err := parseSegment(text, i == len(texts)-1)
		if err != nil {
			return nil, err
		}
		segments[i] = s
	}
	return segments, nil
}

func parseSegment(text string, last bool) (segment, error) {
	if text == "*" {
		return segment{literals: []string{"", ""}, rest: last}, nil
	}
	if takesRest(text) {
		if !last {
			return segment{}, errors.New(text + " takes all segments that follow, expected it at the end")
		}
		return segment{literals: []string{"", ""}, rest: true}, nil
	}
	var s segment
	for {
		literal, after, found := strings.Cut(text, "{")
		if strings.Contains(literal, "}") {
			return segment{}, errors.New("} without {, expected {name}")
		}
		s.literals = append(s.literals, literal)
		if !found {
			return s, nil
		}
		name, behind, closed := strings.Cut(after, "}")
		switch {
		case !closed:
			return segment{}, errors.New("unclosed {, expected {name}")
		case name == "" || strings.Contains(name, "{"):
			return segment{}, errors.New("{" + name + "}, expected {name}")
		}
		text = behind
	}
}

// takesRest reports how AWS API Gateway and others write a parameter for the
// rest of the path.
func takesRest(text string) bool {
	name, opened := strings.CutPrefix(text, "{")
	name, closed := strings.CutSuffix(name, "}")
	return opened && closed && len(name) > 1 && !strings.ContainsAny(name, "{}:") &&
		(strings.HasPrefix(name, "*") || strings.HasSuffix(name, "*") || strings.HasSuffix(name, "+"))
}

func (s *segment) isStatic() bool { return len(s.literals) == 1 }

// literalLength is how many bytes of a path the segment spells out.
func (s *segment) literalLength() int {
	n := 0
	for _, literal := range s.literals {
		n += len(literal)
	}
	return n
}

// matches reports whether the parameters can be filled so that text results,
// each with one byte or more. The first place that fits a text between two
// parameters is as good as any other.
func (s *segment) matches(text string) bool {
	first, last := s.literals[0], s.literals[len(s.literals)-1]
	if len(s.literals) == 2 && first == "" && last == "" { // {id}, as most are
		return text != ""
	}
	if len(text) < s.literalLength()+len(s.literals)-1 || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, literal := range s.literals[1 : len(s.literals)-1] {
		at := strings.Index(text[1:], literal)
		if at < 0 {
			return false
		}
		if text = text[1+at+len(literal):]; text == "" {
			return false
		}
	}
	return true
}
