package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	maxDocument  = 1 << 20 // bytes of a JWK set
	fetchTimeout = 10 * time.Second
)

// source is where an issuer's JWK set comes from. Its text is for errors.
type source interface {
	fmt.Stringer
	// load returns the document, perhaps without content if it still is the one with etag.
	load(ctx context.Context, etag string) (document, error)
}

// document is a JWK set as it came.
type document struct {
	content []byte
	etag    string        // "" where there is none
	maxAge  time.Duration // how long it may be relied on; 0 where nobody says
}

// fileSource is the path of a file.
type fileSource string

func (f fileSource) String() string { return string(f) }

func (f fileSource) load(context.Context, string) (document, error) {
	file, err := os.Open(string(f))
	if err != nil {
		return document{}, fmt.Errorf("cannot read the keys: %w", err)
	}
	defer file.Close()
	content, err := readAll(file)
	if err != nil {
		return document{}, fmt.Errorf("cannot read the keys of %s: %w", f, err)
	}
	return document{content: content}, nil
}

// urlSource is an issuer's jwks_uri.
type urlSource struct {
	url    string
	client *http.Client
}

// newURLSource refuses redirects: they could lead away from https, or into a
// network that only the collector reaches.
func newURLSource(url string, client *http.Client) urlSource {
	own := *client
	own.Timeout = fetchTimeout
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return urlSource{url: url, client: &own}
}

func (u urlSource) String() string { return u.url }

func (u urlSource) load(ctx context.Context, etag string) (document, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.url, http.NoBody)
	if err != nil {
		return document{}, fmt.Errorf("cannot ask %s for keys: %w", u.url, err)
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	response, err := u.client.Do(request)
	if err != nil {
		return document{}, fmt.Errorf("cannot fetch keys: %w", err)
	}
	defer response.Body.Close()
	d := document{etag: response.Header.Get("ETag"), maxAge: maxAge(response.Header)}
	switch response.StatusCode {
	case http.StatusNotModified:
		return d, nil
	case http.StatusOK:
	default:
		return document{}, fmt.Errorf("cannot fetch keys: %s answered %s, expected 200 OK", u.url, response.Status)
	}
	if d.content, err = readAll(response.Body); err != nil {
		return document{}, fmt.Errorf("cannot fetch the keys of %s: %w", u.url, err)
	}
	return d, nil
}

// readAll reads a document of bounded size.
func readAll(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxDocument {
		return nil, fmt.Errorf("more than %d bytes", maxDocument)
	}
	if len(content) == 0 {
		return nil, errors.New("it is empty")
	}
	return content, nil
}

// maxAge reads Cache-Control: max-age (RFC 9111, section 5.2.2.1).
func maxAge(header http.Header) time.Duration {
	for _, directive := range strings.Split(header.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		if seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31); err == nil {
			return time.Duration(seconds) * time.Second
		}
	}
	return 0
}
