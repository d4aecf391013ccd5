package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash"
	"net/netip"
	"strings"
	"sync"
)

// tokenLength is 130 bits in base32.
const tokenLength = 26

// maxMacBuffer is the largest buffer that is kept for the next token.
const maxMacBuffer = 64 << 10

// tokenWriter writes tokens. Its HMAC states are computed once each and used again.
type tokenWriter struct {
	id     string
	states sync.Pool // of *mac
}

// mac is an HMAC with what a token needs, so that one costs no allocation.
type mac struct {
	hash hash.Hash
	in   []byte
	sum  [sha256.Size]byte
	text [32]byte // base32 of 17 bytes is 28 characters
}

func newTokenWriters(keys []Key) ([]*tokenWriter, error) {
	var out []*tokenWriter
	for _, k := range keys {
		secret, err := k.derive("token", sha256.Size)
		if err != nil {
			return nil, fmt.Errorf("cannot use token key %s: its secret %w", k.ID, err)
		}
		out = append(out, &tokenWriter{id: k.ID, states: sync.Pool{New: func() any { return &mac{hash: hmac.New(sha256.New, secret)} }}})
	}
	return out, nil
}

// put appends <LABEL:id:…>. Equal values of one domain have equal tokens.
func (k *tokenWriter) put(dst []byte, label, domain, value string, grouped bool) []byte {
	m := k.states.Get().(*mac)
	dst = append(append(append(dst, '<'), label...), ':')
	dst = append(append(dst, k.id...), ':')
	dst = m.put(dst, domain, value, grouped)
	if cap(m.in) <= maxMacBuffer {
		k.states.Put(m)
	}
	return append(dst, '>')
}

// put appends the base32 of a value's HMAC.
func (m *mac) put(dst []byte, domain, value string, grouped bool) []byte {
	m.hash.Reset()
	m.in = append(append(m.in[:0], domain...), 0)
	if grouped {
		m.in = appendUngrouped(m.in, value)
	} else {
		m.in = append(m.in, value...)
	}
	m.hash.Write(m.in)
	clear(m.in)
	sum := m.hash.Sum(m.sum[:0])
	text := base32.StdEncoding.WithPadding(base32.NoPadding).AppendEncode(m.text[:0], sum[:17])
	return append(dst, text[:tokenLength]...)
}

// appendUngrouped leaves out how a number is printed: 4111 1111 and 4111-1111
// are 41111111. Letters are those of account numbers and addresses, whose case
// says nothing.
func appendUngrouped(dst []byte, value string) []byte {
	for i := range len(value) {
		switch c := value[i]; {
		case isDigit(c), isUpper(c), c == '+', c >= 0x80:
			dst = append(dst, c)
		case isLetter(c):
			dst = append(dst, c&^0x20)
		}
	}
	return dst
}

// putToken writes the token of the first key; with a second key, the match
// carries its token too, as an alias.
func (e *Engine) putToken(dst []byte, r *replacer, match string, m *Match) []byte {
	if len(e.tokens) == 0 { // which Validate keeps out
		m.Action = ActionFailed
		return append(dst, Failed...)
	}
	value := e.decoded(r, match)
	if r.canonical != nil {
		value = r.canonical(value)
	}
	from := len(dst)
	dst = e.tokens[0].put(dst, r.tokenLabel, r.domain, value, r.grouped)
	if len(e.tokens) > 1 {
		m.Token = string(dst[from:])
		m.Alias = string(e.tokens[1].put(nil, r.tokenLabel, r.domain, value, r.grouped))
	}
	return dst
}

// canonicalEmail writes the domain in small letters. The part before it keeps
// its case, which only its own server may ignore: RFC 5321 section 2.4.
func canonicalEmail(value string) string {
	at := strings.LastIndexByte(value, '@') + 1
	return value[:at] + strings.ToLower(value[at:])
}

// canonicalIPv6 writes an address as RFC 5952 does.
func canonicalIPv6(value string) string {
	addr, err := netip.ParseAddr(value)
	if err != nil {
		return value
	}
	return addr.String()
}

// decoded undoes what the value was written in, so that a%40b.example in a URL
// has the token of a@b.example. Of base64 it takes the value inside.
func (e *Engine) decoded(r *replacer, match string) string {
	if !r.decode {
		return match
	}
	text := plainText(match)
	if len(text) < minBase64 || strings.ContainsAny(text, " @:.<") {
		return text
	}
	if inner, ok := e.insideBase64(r, text); ok {
		return inner
	}
	return text
}

// plainText is decodeText for what is nearly never encoded.
func plainText(match string) string {
	for i := range len(match) {
		if c := match[i]; c == '%' || c == '\\' || c == '&' || c >= 0x80 {
			return decodeText(match)
		}
	}
	return match
}

// insideBase64 returns the one match of the same detector in what text decodes
// to.
func (e *Engine) insideBase64(r *replacer, text string) (string, bool) {
	v := views.Get().(*view)
	defer views.Put(v)
	v.reset()
	if !startsText(text) || !v.decodeBase64(strings.TrimRight(text, "=")) {
		return "", false
	}
	inner := string(v.text)
	hits := e.tidy(inner, e.scan(inner, "", maxDepth-1, nil))
	if len(hits) != 1 || e.detectors[hits[0].detector].Name != r.detector {
		return "", false
	}
	return inner[hits[0].start:hits[0].end], true
}
