package sqlguard

import (
	"regexp"
	"strings"
)

// A second reading of statements that shares nothing with the package: regular
// expressions that blank out comments and strings in one sweep.
var (
	literal = regexp.MustCompile("(?s)" + strings.Join([]string{
		`--[^\n]*`, `/\*.*?\*/`, `'(?:[^'\\]|\\.|'')*'`, "`[^`]*`", `"[^"]*"`,
	}, "|"))
	comment = regexp.MustCompile(`(?s)^(--|/\*)`)
	bare    = regexp.MustCompile(`[.\s]*[A-Za-z_][A-Za-z0-9_]*`)
	reach   = regexp.MustCompile(`(?i)\b(file|url|s3|remote|cluster|executable|mysql|postgresql|sleep|dictGet|merge|input|loop)\s*\(`)
	system  = regexp.MustCompile(`(?i)(?:^|[^.\w\s])\s*system\s*\.\s*(users|processes|query_log|grants|named_collections)\b`)
)

// bareWords returns the words outside literals and quoted names, upper case,
// without those behind a dot.
func bareWords(statement string) []string {
	var words []string
	for _, w := range bare.FindAllString(blank(statement, func(string) string { return " ? " }), -1) {
		if !strings.Contains(w, ".") {
			words = append(words, strings.ToUpper(strings.TrimSpace(w)))
		}
	}
	return words
}

// reaches reports a call of a dangerous function or a forbidden system table,
// also by a quoted name.
func reaches(statement string) bool {
	plain := blank(statement, func(name string) string { return " " + name + " " })
	return reach.MatchString(plain) || system.MatchString(plain)
}

func blank(statement string, quotedName func(string) string) string {
	return literal.ReplaceAllStringFunc(statement, func(s string) string {
		switch {
		case comment.MatchString(s):
			return " "
		case s[0] == '\'':
			return " ? "
		default:
			return quotedName(s[1 : len(s)-1])
		}
	})
}
