package redact

import (
	"bytes"
	"encoding/base64"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// Actions say what is put in place of a match.
const (
	ActionPlaceholder = "placeholder" // <EMAIL>, <CARD>, …
	ActionMask        = "mask"        // the mask
	ActionDrop        = "drop"        // nothing
	ActionKeepLast    = "keep_last"   // the mask and the last characters; of a secret at most a quarter, from 16 characters
	ActionKeepDomain  = "keep_domain" // <EMAIL>@example.com; a placeholder for what is no e-mail address
	ActionTruncateIP  = "truncate_ip" // the /24 or /48 network; a placeholder for what is no address
	ActionToken       = "token"       // <EMAIL:k1:…>, the same for the same value
	ActionEncrypt     = "encrypt"     // <EMAIL:enc:k1:…>, which weirctl redact --reveal opens
	ActionAllow       = "allow"       // the match stays: the detector is off
)

var actionNames = []string{
	ActionPlaceholder, ActionMask, ActionDrop, ActionKeepLast, ActionKeepDomain, ActionTruncateIP, ActionToken, ActionEncrypt, ActionAllow,
}

// ActionFailed is the Match.Action of what could not be replaced as asked and
// was replaced by Failed.
const ActionFailed = "failed"

// Failed is put in place of a value that could not be scanned or replaced.
const Failed = "<REDACTION_FAILED>"

const (
	defaultMask     = "****"
	defaultKeepLast = 4
	maxKeepLast     = 8 // bounds what keep_last shows of a match
)

// Action is what is done with the matches of a detector or a class. In a
// configuration it is a word, or a map: {action: keep_last, keep_last: 2}.
type Action struct {
	// Do is the action's name.
	Do string `mapstructure:"action" yaml:"action"`
	// Mask is the policy's mask if empty.
	Mask string `mapstructure:"mask" yaml:"mask"`
	// KeepLast is the policy's keep_last if 0.
	KeepLast int `mapstructure:"keep_last" yaml:"keep_last"`
}

// UnmarshalText reads the short form.
func (a *Action) UnmarshalText(text []byte) error {
	*a = Action{Do: string(text)}
	return nil
}

// inferred fills in the action of {mask: "#"} and {keep_last: 2}.
func (a Action) inferred() Action {
	switch {
	case a.Do != "":
	case a.KeepLast > 0:
		a.Do = ActionKeepLast
	case a.Mask != "":
		a.Do = ActionMask
	}
	return a
}

// replacer writes what takes the place of one detector's matches.
type replacer struct {
	action   string
	mask     string
	keepLast int

	placeholder string
	label       string // of placeholders, sealed values
	tokenLabel  string
	domain      string // of tokens
	detector    string
	grouped     bool
	decode      bool // tokens are of the value without its encoding
	secret      bool // keep_last shows little

	canonical func(value string) string // of tokens; nil for the value as it is
}

// put appends the replacement of match to dst, and says in m what it did.
func (e *Engine) put(dst []byte, r *replacer, match string, m *Match) []byte {
	switch r.action {
	case ActionMask:
		return append(dst, r.mask...)
	case ActionDrop:
		return dst
	case ActionKeepLast:
		return append(append(dst, r.mask...), lastBytes(match, r.shown(match))...)
	case ActionKeepDomain:
		if domain := domainOf(e.decoded(r, match)); domain != "" {
			return append(append(append(dst, r.placeholder...), '@'), domain...)
		}
	case ActionTruncateIP:
		if network, ok := truncated(e.decoded(r, match)); ok {
			return network.AppendTo(dst)
		}
	case ActionToken:
		return e.putToken(dst, r, match, m)
	case ActionEncrypt:
		out, err := e.seals.seal(dst, r, match)
		if err != nil {
			m.Action = ActionFailed
			return append(dst, Failed...)
		}
		return out
	}
	return append(dst, r.placeholder...)
}

// showsPart reports whether a part of a match stays as it is.
func (r *replacer) showsPart() bool {
	return r.action == ActionKeepLast || r.action == ActionKeepDomain || r.action == ActionTruncateIP
}

// minShown is the shortest secret of which keep_last shows anything.
const minShown = 16

// shown says how many bytes keep_last leaves: of a secret at most a quarter, and
// of what is made of several, as user:password is, a quarter of the last one.
func (r *replacer) shown(match string) int {
	if !r.secret {
		if len(match) < 2*r.keepLast {
			return 0
		}
		return r.keepLast
	}
	last := match[strings.LastIndexAny(match, ".:;,=&|/@ \t\r\n")+1:]
	n := utf8.RuneCountInString(last)
	if n < minShown || isUserAndPassword(last) {
		return 0
	}
	return min(r.keepLast, n/4)
}

// isUserAndPassword knows base64 of user:password, whose end may be all of the password.
func isUserAndPassword(text string) bool {
	plain, err := base64.RawStdEncoding.DecodeString(text)
	return err == nil && bytes.IndexByte(plain, ':') > 0 && !bytes.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r > '~' })
}

// keeps reports whether match is already what the action would write, although
// a detector finds it: 203.0.113.0 is an address too.
func (r *replacer) keeps(match string) bool {
	if r.action != ActionTruncateIP {
		return false
	}
	addr, err := netip.ParseAddr(match)
	if err != nil {
		return false
	}
	network, ok := truncated(match)
	return ok && network == addr && network.String() == match
}

// truncated returns the /24 or /48 network of an address, without its zone. An
// IPv4 address inside IPv6 gives an IPv4 network.
func truncated(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, false
	}
	addr = addr.WithZone("").Unmap()
	bits := 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Addr{}, false
	}
	return prefix.Addr(), true
}

// domainOf returns what stands behind the last @, if it is a plain host name.
func domainOf(address string) string {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	if len(domain) == len(address) || domain == "" || len(domain) > maxDomain {
		return ""
	}
	for i := range len(domain) {
		if c := domain[i]; !isAlnum(c) && c != '-' && c != '.' {
			return ""
		}
	}
	return domain
}

// lastBytes returns about n bytes from the end, cut between characters and only
// ASCII letters and digits, so that they can be neither quote nor delimiter.
func lastBytes(s string, n int) string {
	at := len(s) - n
	for at < len(s) && !isAlnum(s[at]) {
		at++
	}
	for i := at; i < len(s); i++ {
		if !isAlnum(s[i]) {
			return s[at:i]
		}
	}
	return s[at:]
}
