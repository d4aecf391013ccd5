package xfcc

import (
	"errors"
	"fmt"
	"strings"
)

// maxHeader bounds the header's length in bytes. Cert and Chain carry whole
// certificates, some 3 KiB each.
const maxHeader = 64 << 10

// Element is what one proxy said about the certificate of its client.
type Element struct {
	By      string   // the proxy's own name: the first URI SAN of its certificate
	Hash    string   // SHA-256 of the client's certificate, in hex
	Subject string   // the client's distinguished name
	URIs    []string // the client's URI SANs, e.g. spiffe://cluster.local/ns/a/sa/b
	DNS     []string // the client's DNS SANs
}

var (
	errEmpty   = errors.New("x-forwarded-client-cert is empty, expected at least one element, e.g. Hash=…;URI=…")
	errTooLong = fmt.Errorf("x-forwarded-client-cert is too long, expected at most %d bytes", maxHeader)
)

// Parse returns the header's elements in their order: the first proxy's first.
// An error names the element and what is wrong with it, never a value.
func Parse(header string) ([]Element, error) {
	s, err := newScanner(header)
	if err != nil {
		return nil, err
	}
	var elements []Element
	for more := true; more; {
		var e Element
		if more, err = s.element(&e); err != nil {
			return nil, fmt.Errorf("x-forwarded-client-cert, element %d: %w", len(elements)+1, err)
		}
		elements = append(elements, e)
	}
	return elements, nil
}

// Last returns the element that the nearest proxy added. A header that is
// malformed anywhere gives nothing, since its end cannot be told for certain.
func Last(header string) (Element, bool) {
	s, err := newScanner(header)
	if err != nil {
		return Element{}, false
	}
	var last Element
	for more := true; more; {
		if more, err = s.element(&last); err != nil {
			return Element{}, false
		}
	}
	return last, true
}

func newScanner(header string) (*scanner, error) {
	if len(header) > maxHeader {
		return nil, errTooLong
	}
	if strings.Trim(header, " \t") == "" {
		return nil, errEmpty
	}
	return &scanner{rest: header}, nil
}
