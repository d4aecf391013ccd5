package xfcc

import (
	"errors"
	"fmt"
	"strings"
)

// key is a pair's key; those of later versions of Envoy are unknown.
type key uint8

const (
	unknown key = iota
	by
	hash
	cert
	chain
	subject
	uri
	dns
)

var names = [...]string{by: "By", hash: "Hash", cert: "Cert", chain: "Chain", subject: "Subject", uri: "URI", dns: "DNS"}

func keyOf(text string) key {
	for k := by; k <= dns; k++ {
		if strings.EqualFold(text, names[k]) {
			return k
		}
	}
	return unknown
}

// repeatable says that an element may have the key more than once.
func (k key) repeatable() bool {
	return k == unknown || k == by || k == uri || k == dns
}

var (
	errNoKey      = errors.New("a pair without a key, expected key=value")
	errOpenQuote  = errors.New("a quote is not closed")
	errAfterQuote = errors.New("text after a closing quote, expected ; or ,")
	errStrayQuote = errors.New("a quote inside a value, expected the whole value in quotes")
)

// scanner consumes a header from its front.
type scanner struct {
	rest string
}

// element reads pairs into e up to the next comma or the end; more says that an
// element follows. What e held before is overwritten, its room is used again.
func (s *scanner) element(e *Element) (more bool, err error) {
	*e = Element{URIs: e.URIs[:0], DNS: e.DNS[:0]}
	s.skipSpace() // where header lines were joined
	var seen seenKeys
	for {
		k, value, err := s.pair()
		if err != nil {
			return false, err
		}
		if err := seen.add(k); err != nil {
			return false, err
		}
		e.set(k, value)
		s.skipSpace()
		if s.rest == "" {
			return false, nil
		}
		separator := s.rest[0]
		s.rest = s.rest[1:]
		if separator == ',' {
			return true, nil
		}
	}
}

func (s *scanner) skipSpace() { s.rest = strings.TrimLeft(s.rest, " \t") }

// pair reads key=value and stops before the separator.
func (s *scanner) pair() (k key, value string, err error) {
	end := strings.IndexByte(s.rest, '=')
	if end < 1 || strings.ContainsAny(s.rest[:end], `;,"`) {
		return unknown, "", errNoKey
	}
	k = keyOf(s.rest[:end])
	s.rest = s.rest[end+1:]
	if strings.HasPrefix(s.rest, `"`) {
		value, err = s.quoted()
	} else {
		value, err = s.plain()
	}
	return k, value, err
}

// plain reads a value without quotes. It may hold "=", as the query of a URI does.
func (s *scanner) plain() (string, error) {
	end := 0
	for end < len(s.rest) && s.rest[end] != ';' && s.rest[end] != ',' {
		if s.rest[end] == '"' {
			return "", errStrayQuote
		}
		end++
	}
	value := s.rest[:end]
	s.rest = s.rest[end:]
	return strings.TrimRight(value, " \t"), nil
}

// quoted reads a value in quotes; a backslash takes the next byte as it is.
func (s *scanner) quoted() (string, error) {
	text := s.rest[1:]
	end := closingQuote(text)
	if end < 0 {
		return "", errOpenQuote
	}
	s.rest = text[end+1:]
	if after := strings.TrimLeft(s.rest, " \t"); after != "" && after[0] != ';' && after[0] != ',' {
		return "", errAfterQuote
	}
	return unescape(text[:end]), nil
}

// closingQuote returns the index of the first quote that no backslash precedes, or -1.
func closingQuote(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// seenKeys are the keys that an element had so far, a bit for each.
type seenKeys uint8

func (s *seenKeys) add(k key) error {
	if k.repeatable() {
		return nil
	}
	if *s&(1<<k) != 0 {
		return fmt.Errorf("%s occurs twice, expected once", names[k])
	}
	*s |= 1 << k
	return nil
}

// set keeps what identity uses; certificates are left out.
func (e *Element) set(k key, value string) {
	switch k {
	case by:
		if e.By == "" {
			e.By = value
		}
	case hash:
		e.Hash = value
	case subject:
		e.Subject = value
	case uri:
		e.URIs = append(e.URIs, value)
	case dns:
		e.DNS = append(e.DNS, value)
	}
}
