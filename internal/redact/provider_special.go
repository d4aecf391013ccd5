package redact

import "strings"

// specialProviders have a shape that begins with no fixed text, and matchers of
// their own.
var specialProviders = []provider{
	telegramBot - firstProvider: {
		name: "telegram_bot_token", what: "Telegram bot token: the bot's number, a colon, 35 characters", source: "https://core.telegram.org/bots/api#authorizing-your-bot",
	},
	terraformToken - firstProvider: {
		name: "terraform_token", what: "HCP Terraform or Vagrant Cloud token (….atlasv1.…)",
		source: "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
	},
	azureClientSecret - firstProvider: {
		name: "azure_client_secret", what: "Microsoft Entra application secret: three characters, a digit, Q~, 31 to 34 more", source: "https://learn.microsoft.com/en-us/entra/identity-platform/",
	},
	discordBot - firstProvider: {
		name: "discord_bot_token", what: "Discord bot token: the bot's id in base64, a time, 27 to 38 characters", source: "https://discord.com/developers/docs/reference#authentication",
	},
	mailchimpKey - firstProvider: {
		name: "mailchimp_key", what: "Mailchimp or Mandrill key: 32 hex digits and the data centre, -us1", source: "https://mailchimp.com/developer/marketing/docs/fundamentals/",
	},
	maxmindKey - firstProvider: {
		name: "maxmind_key", what: "MaxMind license key, which ends in _mmk", source: "https://support.maxmind.com/",
	},
	googleRefresh - firstProvider: {
		name: "google_refresh_token", what: "Google OAuth refresh token, 1//0…", source: "https://developers.google.com/identity/protocols/oauth2",
	},
	braintreeToken - firstProvider: {
		name: "braintree_token", what: "PayPal Braintree access token: access_token$production$16$32", source: "https://developer.paypal.com/braintree/docs",
	},
	passwordHash - firstProvider: {
		name: "password_hash", what: "Hash of a password as crypt(3), bcrypt, Argon2, scrypt, PBKDF2 or htpasswd write it", source: "https://man7.org/linux/man-pages/man5/crypt.5.html",
	},
	deeplKey - firstProvider: {
		name: "deepl_key", what: "DeepL key: a UUID and :fx, or a UUID beside the name", source: "https://developers.deepl.com/", near: "deepl", values: "{uuid}",
	},
	mailgunPrivate - firstProvider: {
		name: "mailgun_private_key", what: "Mailgun key of the newer form: 32, 8 and 8 hex digits", source: "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt",
	},
	trueNAS - firstProvider: {
		name: "truenas_key", what: "TrueNAS key: a number, a dash, 64 letters and digits", source: "https://www.truenas.com/docs/",
	},
	jwkPrivate - firstProvider: {
		name: "jwk_private_key", what: "Private member (d, p, q, dp, dq, qi, k) of a JSON Web Key", source: "RFC 7517, RFC 7518 section 6",
	},
}

const (
	telegramBot = firstProvider + iota
	terraformToken
	azureClientSecret
	discordBot
	mailchimpKey
	maxmindKey
	googleRefresh
	braintreeToken
	passwordHash
	deeplKey
	mailgunPrivate
	trueNAS
	jwkPrivate
)

// atShape tries the shapes without a fixed beginning on a long word: what stands
// right before and behind it dismisses nearly all.
func (sc *scanner) atShape(start, end int) (hit, bool) {
	s := sc.s
	if byteAt(s, start) == 'P' && strings.HasPrefix(s[start:], "PuTTY-User-Key-File-") {
		return sc.atPuTTY(start)
	}
	switch byteAt(s, start-1) {
	case '~':
		if h, ok := sc.atAzureSecret(start); ok {
			return h, ok
		}
		if h, ok := sc.lookBack(start); ok {
			return h, ok
		}
		return sc.atSize(start, end)
	case '+', ':', '!', '#':
		if h, ok := sc.lookBack(start); ok {
			return h, ok
		}
	case '$', '.':
		if h, ok := sc.atPasswordHash(start); ok {
			return h, ok
		}
		return sc.atSize(start, end)
	case '/':
		if s[start] == '0' && start >= 3 && s[start-2] == '/' && s[start-3] == '1' && !isAlnum(byteAt(s, start-4)) {
			return sc.foundKey(start-3, wordEnd(s, start), googleRefresh, end-start >= 30)
		}
		if h, ok := sc.lookBack(start); ok {
			return h, ok
		}
		if h, ok := sc.atPasswordHash(start); ok {
			return h, ok
		}
		return sc.atSize(start, end)
	case '"':
		if h, ok := sc.atJWK(start, end); ok {
			return h, ok
		}
	}
	if byteAt(s, end) == '.' && end-start >= 23 && end-start <= 28 { // not in a path or a dotted name, where words are as long
		return sc.atDiscord(start, end)
	}
	return sc.atSize(start, end)
}

// atSize tries the shapes that are known by their size, or by the digits at the end.
func (sc *scanner) atSize(start, end int) (hit, bool) {
	s := sc.s
	switch end - start {
	case uuidSize:
		if h, ok := sc.foundKey(start, end+3, deeplKey, strings.HasPrefix(s[end:], ":fx") && uuidEnd(s, start) == end); ok {
			return h, ok
		}
	case 40:
		return sc.foundKey(start, end, maxmindKey, s[end-4:end] == "_mmk" && s[start+6] == '_')
	case 50:
		return sc.foundKey(start, end, mailgunPrivate, s[start+32] == '-' && s[start+41] == '-' && isHexOrUUID(s[start:end]))
	case 66, 67, 68:
		return sc.foundKey(start, end, trueNAS, s[end-65] == '-' && isNumber(s[start:end-65]) && isBase62(s[end-64:end]))
	}
	switch s[end-1] {
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return sc.atMailchimp(start, end)
	}
	return hit{}, false
}

func isNumber(v string) bool { return v != "" && isCount(v) }

// isBase62 reports whether digits, capitals and small letters, and nothing else,
// are mixed.
func isBase62(v string) bool { return classesOf(v) == lower|upper|digit }

// foundKey is a hit if yes, and if the detector is on.
func (sc *scanner) foundKey(start, end, detector int, yes bool) (hit, bool) {
	if !yes || start < sc.floor || !sc.e.enabled[detector] || dull(sc.s[start:end]) {
		return hit{}, false
	}
	return hit{start, end, detector}, true
}

// atTelegram reads a bot token, whose colon is at i: 123456789:AA….
func (sc *scanner) atTelegram(i int) (hit, bool) {
	s := sc.s
	if i < 8 || !isDigit(s[i-1]) || !isWord(byteAt(s, i+1)) {
		return hit{}, false
	}
	start := i
	for start > sc.floor && isDigit(s[start-1]) {
		start--
	}
	if start >= 3 && s[start-3:start] == "bot" { // as in the URL of its API
		return sc.foundKey(start, wordEnd(s, i+1), telegramBot, wordEnd(s, i+1)-i-1 == 35)
	}
	n := i - start
	return sc.foundKey(start, wordEnd(s, i+1), telegramBot, n >= 8 && n <= 10 && wordEnd(s, i+1)-i-1 == 35 && !isAlnum(byteAt(s, start-1)) && looksRandom(s[i+1:wordEnd(s, i+1)]))
}

// atTerraform reads 14 characters, ".atlasv1." and at least 60 more, which begin
// at start.
func (sc *scanner) atTerraform(start, end int) (hit, bool) {
	const middle = ".atlasv1."
	s := sc.s
	from := start - len(middle) - 14
	if from < 0 || s[start-2] != '1' || s[start-len(middle):start] != middle || isAlnum(byteAt(s, from-1)) {
		return hit{}, false
	}
	for i := from; i < start-len(middle); i++ {
		if !isAlnum(s[i]) {
			return hit{}, false
		}
	}
	return sc.foundKey(from, end, terraformToken, end-start >= 60)
}

// atAzureSecret reads abc8Q~ and 31 to 34 characters from start.
func (sc *scanner) atAzureSecret(start int) (hit, bool) {
	s := sc.s
	from := start - len("abc8Q~")
	if from < 0 || s[start-2] != 'Q' || !isDigit(s[start-3]) {
		return hit{}, false
	}
	end := start
	for end < len(s) && (isWord(s[end]) || s[end] == '.' || s[end] == '~') {
		end++
	}
	return sc.foundKey(from, end, azureClientSecret, end-start >= 31 && end-start <= 34 && isWord(s[from]) && isWord(s[from+1]) && isWord(s[from+2]))
}

// atDiscord reads the id of a bot in base64 from start to end, then six
// characters and 27 to 38 more behind dots.
func (sc *scanner) atDiscord(start, end int) (hit, bool) {
	s := sc.s
	middle := wordEnd(s, end+1)
	if middle-end-1 != 6 || byteAt(s, middle) != '.' {
		return hit{}, false
	}
	to := wordEnd(s, middle+1)
	return sc.foundKey(start, to, discordBot, to-middle-1 >= 27 && to-middle-1 <= 38 && s[start] >= 'M' && s[start] <= 'O')
}

func (sc *scanner) atMailchimp(start, end int) (hit, bool) {
	s := sc.s
	at := end - 1
	for at > start && isDigit(s[at-1]) {
		at--
	}
	at -= len("-us")
	if at-start != 32 || s[at:at+3] != "-us" || end-at > 5 || !isHexOrUUID(s[start:at]) {
		return hit{}, false
	}
	return sc.foundKey(start, end, mailchimpKey, true)
}

// jwkWindow bounds how far the type of a JSON Web Key may stand from a member.
const jwkWindow = 4096

// atJWK reads a private member of a JSON Web Key, whose value begins at start
// behind a quote; the JSON may stand in a string: \"d\":\"….
func (sc *scanner) atJWK(start, end int) (hit, bool) {
	s := sc.s
	if c := byteAt(s, end); end-start < 22 || c != '"' && c != '\\' {
		return hit{}, false
	}
	colon := skipBack(s, start-1)
	if colon < 3 || s[colon] != ':' {
		return hit{}, false
	}
	to := skipBack(s, colon) + 1
	from := wordStart(s, to, max(0, to-3))
	if from == to || byteAt(s, from-1) != '"' {
		return hit{}, false
	}
	switch s[from:to] {
	case "d", "p", "q", "dp", "dq", "qi", "k":
		around := s[max(0, start-jwkWindow):min(len(s), end+jwkWindow)]
		return sc.foundKey(start, end, jwkPrivate, strings.Contains(around, `"kty`))
	}
	return hit{}, false
}

// skipBack returns the last byte before i that is no space, quote or backslash.
func skipBack(s string, i int) int {
	for i--; i > 0 && (s[i] == ' ' || s[i] == '"' || s[i] == '\\'); i-- {
	}
	return max(i, 0)
}
