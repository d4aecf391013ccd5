package redact

import (
	"regexp/syntax"
	"strings"
)

const (
	// minLiteral is the shortest text that spares running an expression.
	minLiteral = 2
	// maxLiterals bounds the alternatives of one expression.
	maxLiterals = 64
)

// requiredLiterals returns texts (small letters) of which every match of the
// expression holds at least one, or nothing when there are none long enough.
func requiredLiterals(expression string) []string {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	texts := literalsOf(re.Simplify())
	if shortest(texts) < minLiteral {
		return nil
	}
	return texts
}

// literalsOf walks an expression: of things in a row one must be there, of
// alternatives each needs its own, what may be missing gives nothing.
func literalsOf(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return literalText(re)
	case syntax.OpCapture, syntax.OpPlus:
		return literalsOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literalsOf(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if texts := literalsOf(sub); better(texts, best) {
				best = texts
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			texts := literalsOf(sub)
			if len(texts) == 0 || len(all)+len(texts) > maxLiterals {
				return nil
			}
			all = append(all, texts...)
		}
		return all
	}
	return nil
}

// literalText is the longest part of a literal that is ASCII. Without case, k and
// s also match the Kelvin sign and the long s, so they cut it.
func literalText(re *syntax.Regexp) []string {
	fold := re.Flags&syntax.FoldCase != 0
	parts := strings.FieldsFunc(string(re.Rune), func(r rune) bool {
		return r >= 0x80 || (fold && strings.ContainsRune("kKsS", r))
	})
	longest := ""
	for _, part := range parts {
		if len(part) > len(longest) {
			longest = part
		}
	}
	if longest == "" {
		return nil
	}
	return []string{strings.ToLower(longest)}
}

// better prefers longer texts, then fewer.
func better(texts, than []string) bool {
	a, b := min(shortest(texts), 6), min(shortest(than), 6)
	return a > b || a == b && len(texts) < len(than)
}

func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	n := len(texts[0])
	for _, text := range texts {
		n = min(n, len(text))
	}
	return n
}
