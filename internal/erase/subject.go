package erase

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// shortest is the length in bytes from which a value is looked for inside
	// texts; a shorter one is only found as a whole value.
	shortest = 4
	longest  = 512
)

// Subject is whom an erasure is about.
type Subject struct {
	values []string // as they were given
	marks  []string // what redaction may have put in their place
}

var errNoSubject = errors.New("there is no data subject: give an e-mail address or a user id")

// NewSubject takes a person's ids. marks says what redaction has made of a value
// (see redact.Policy.Marks); nil = nothing.
func NewSubject(values []string, marks func(value string) ([]string, error)) (*Subject, error) {
	if len(values) == 0 {
		return nil, errNoSubject
	}
	s := &Subject{}
	for i, v := range values {
		switch {
		case strings.TrimSpace(v) == "":
			return nil, fmt.Errorf("id %d of the data subject is empty: expected an e-mail address or a user id", i+1)
		case strings.TrimSpace(v) != v, len(v) > longest, !utf8.ValidString(v), strings.ContainsFunc(v, unicode.IsControl):
			return nil, fmt.Errorf("id %d of the data subject has spaces at an end, control characters, bytes that are no UTF-8, or more than %d of them", i+1, longest)
		}
		s.values = append(s.values, v)
		if marks == nil {
			continue
		}
		for _, written := range writings(v) {
			more, err := marks(written)
			if err != nil {
				return nil, err
			}
			s.marks = append(s.marks, more...)
		}
	}
	return s, nil
}

// writings are the ways in which people write an id: addresses also in small
// letters.
func writings(value string) []string {
	if lower := strings.ToLower(value); isAddress(value) && lower != value {
		return []string{value, lower}
	}
	return []string{value}
}

func isAddress(value string) bool { return strings.Contains(value, "@") }

// patterns are regular expressions, in the syntax that Go and ClickHouse share.
type patterns struct {
	texts string // for any text: the subject stands in it, not as a part of a longer word or address
	ids   string // for columns of ids: a user id is the whole value
	// anywhere is for bytes that cannot be decoded, where what stands before a
	// text may be its length.
	anywhere string
}

// What may stand before and after an id. In a URL and in JSON a separator is
// written as %3A or \n, but %40 is an @ and %2B a +.
const (
	before = `(?:^|[^\w\pL\pN.@+%-]|%|[^\w\pL\pN@][.+-]+|^[.+-]+|%(?:[0135-9A-Fa-f][0-9A-Fa-f]|2[0-9AC-Fac-f]|4[1-9A-Fa-f])|\\[bfnrt]|\\u[0-9A-Fa-f]{4})`
	after  = `(?:$|[^\w\pL\pN.@+%-]|%(?:$|[^24]|2(?:$|[^Bb])|4(?:$|[^0]))|[.+-]+(?:$|[^\w\pL\pN.@+-]))`
	// never matches: what is searched for where nothing is.
	never = `[^\s\S]`
)

func (s *Subject) patterns() patterns {
	var wholes, addresses, others, marks []string
	for _, v := range s.values {
		whole := regexp.QuoteMeta(v)
		if isAddress(v) {
			whole = "(?i:" + whole + ")"
		}
		wholes = append(wholes, whole)
		switch {
		case len(v) < shortest:
		case isAddress(v):
			addresses = append(addresses, forms(v)...)
		default:
			others = append(others, forms(v)...)
		}
	}
	for _, m := range s.marks {
		marks = append(marks, regexp.QuoteMeta(markBody(m)))
	}
	inside := slices.Concat(folded(addresses), marks)
	all := slices.Concat(inside, others)
	p := patterns{ids: pattern(wholes, inside), texts: pattern(wholes, all), anywhere: never}
	if len(all) > 0 {
		p.anywhere = strings.Join(all, "|")
	}
	return p
}

func folded(forms []string) []string {
	if len(forms) == 0 {
		return nil
	}
	return []string{"(?i:" + strings.Join(forms, "|") + ")"}
}

func pattern(wholes, inside []string) string {
	p := "^(?:" + strings.Join(wholes, "|") + ")$"
	if len(inside) > 0 {
		p += "|" + before + "(?:" + strings.Join(inside, "|") + ")" + after
	}
	return p
}

// forms are the ways in which a value stands in a text, quoted: as it is, as in
// JSON, as in a URL.
func forms(value string) []string {
	var all []string
	quoted, err := json.Marshal(value)
	if err != nil { // not of a string
		quoted = []byte(`""`)
	}
	for _, form := range []string{value, strings.Trim(string(quoted), `"`), url.QueryEscape(value), url.PathEscape(value)} {
		if q := regexp.QuoteMeta(form); form != "" && !slices.Contains(all, q) {
			all = append(all, q)
		}
	}
	return all
}

// markBody is what tells a mark, <EMAIL:k1:BODY>, from all others. In JSON and
// in a URL the brackets and colons look different.
func markBody(mark string) string {
	mark = strings.TrimSuffix(mark, ">")
	return mark[strings.LastIndexByte(mark, ':')+1:]
}
