package selfcheck

import (
	"regexp"
	"strings"
)

// Edges of a word: nothing that could make it part of a longer id, path,
// fraction or encoded text.
const (
	before = `(?:^|[\s"'(,;])`
	after  = `(?:$|[\s"'),;])`
)

func rules() []rule {
	list := []rule{
		{detector: "email", pattern: word(`[A-Za-z][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z][A-Za-z0-9-]*\.)+(?:com|org|net|edu|example)`), valid: isPerson},
		{detector: "card", pattern: word(`4\d{15}|5[1-5]\d{14}|3[47]\d{13}|6011\d{12}`), valid: luhn, excused: isID},
		{detector: "card", pattern: word(`[456]\d{3}(?: \d{4}){3}|[456]\d{3}(?:-\d{4}){3}`), valid: printedCard, excused: isID},
		{detector: "iban", pattern: word(`(?:DE\d{2}|GB\d{2}[A-Z]{4}|FR\d{2}|ES\d{2}|IT\d{2}[A-Z]|NL\d{2}[A-Z]{4})[0-9]{10,23}`), valid: iban},
		{detector: "us_ssn", pattern: word(`\d{3}-\d{2}-\d{4}`), valid: ssn, excused: isID},
		{detector: "jwt", pattern: word(`eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{20,}`), valid: jwt},
		{detector: "private_key", pattern: regexp.MustCompile(`(-{5}BEGIN (?:RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-{5}\s*[A-Za-z0-9+/]{20,})`)},
		{detector: "url_credentials", pattern: regexp.MustCompile(`\b(?:https?|postgres|mysql|redis|amqp|mongodb)://([A-Za-z0-9._-]+:[A-Za-z0-9._-]{6,})@[a-z0-9]`), valid: isPassword},
		{detector: "authorization", pattern: regexp.MustCompile(`(?i)\bauthorization: (?:bearer|basic) ([a-z0-9+/._-]{24,}={0,2})`), valid: mixed},
	}
	for _, key := range []struct{ detector, pattern string }{
		{"aws_access_key_id", `AKIA[A-Z2-7]{16}`},
		{"gitlab_token", `glpat-[A-Za-z0-9]{20}`},
		{"slack_token", `xoxb-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9]{24}`},
		{"stripe_key", `[sr]k_live_[A-Za-z0-9]{24}`},
		{"google_api_key", `AIza[A-Za-z0-9_-]{35}`},
		{"sendgrid_key", `SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`},
		{"anthropic_key", `sk-ant-api03-[A-Za-z0-9_-]{93}AA`},
	} {
		list = append(list, rule{detector: key.detector, pattern: word(key.pattern), valid: mixed})
	}
	return append(list, rule{detector: "github_token", pattern: word(`gh[pousr]_[A-Za-z0-9]{36}`), valid: github})
}

// word is a pattern that stands by itself.
func word(pattern string) *regexp.Regexp {
	return regexp.MustCompile(before + `(` + pattern + `)` + after)
}

var (
	idName  = regexp.MustCompile(`(?i)(?:^|[._\- ])(?:id|ids|uid|uuid|guid|trace|span|request|hash|sha\d*|md5|digest|checksum|etag|time|timestamp|version|number|no|nr|ref)$`)
	idWords = regexp.MustCompile(`(?i)(?:id|trace|span|hash|digest|checksum|time|timestamp|version|ref)["']?\s*[:=#]?\s*["']?$`)
)

// isID excuses a number that its name says is something else.
func isID(key, before string) bool { return idName.MatchString(key) || idWords.MatchString(before) }

// isPerson excludes accounts of machines.
func isPerson(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	switch strings.ToLower(local) {
	case "git", "redacted", "noreply", "no-reply":
		return false
	}
	return true
}

// isPassword excludes what stands for a password.
func isPassword(userinfo string) bool {
	_, password, _ := strings.Cut(userinfo, ":")
	return mixed(password) && !strings.Contains(strings.ToLower(password), "redacted")
}
