package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
)

const (
	// maxDownload is the largest file that is taken, in bytes: more than twice a
	// catalog of 100,000 connectors.
	maxDownload  = 128 << 20
	maxRedirects = 3
	// downloadTimeout is for one file, from connecting to its last byte.
	downloadTimeout = 30 * time.Second
)

// URLOptions say how a catalog is fetched.
type URLOptions struct {
	Token     configopaque.String // sent as a bearer token; https only
	Transport http.RoundTripper   // default: Go's
}

// URL is a catalog file on a web server. A server that sends an ETag is asked
// for the file only if it has changed (RFC 9110, If-None-Match). OpenAPI files
// are fetched from beside the catalog.
func URL(address string, o URLOptions) Source {
	s := &urlSource{address: address, token: o.Token, last: map[string]download{}}
	s.client = &http.Client{Transport: o.Transport, Timeout: downloadTimeout, CheckRedirect: s.checkRedirect}
	return s
}

type urlSource struct {
	address string
	token   configopaque.String
	client  *http.Client
	last    map[string]download // by URL
}

// download is what a server sent last.
type download struct {
	etag string
	data []byte
}

// String leaves out what may be secret: the query of a signed URL.
func (s *urlSource) String() string {
	if u, err := url.Parse(s.address); err == nil {
		return plainURL(u)
	}
	return "the catalog's URL"
}

func plainURL(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

func (s *urlSource) Read(ctx context.Context) ([]File, error) {
	u, err := s.base()
	if err != nil {
		return nil, err
	}
	file, err := s.fetch(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("cannot read the catalog from %s: %w", plainURL(u), err)
	}
	return []File{file}, nil
}

// ReadBeside fetches a file relative to the catalog's URL.
func (s *urlSource) ReadBeside(ctx context.Context, reference string) (File, error) {
	if err := isLocal(reference); err != nil {
		return File{}, err
	}
	u, err := s.base()
	if err != nil {
		return File{}, err
	}
	return s.fetch(ctx, u.ResolveReference(&url.URL{Path: "./" + reference}))
}

// base checks the address. Errors do not repeat it: it may hold a password.
func (s *urlSource) base() (*url.URL, error) {
	u, err := url.Parse(s.address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("cannot use the catalog's URL: expected http:// or https:// and a host")
	case u.User != nil:
		return nil, errors.New("cannot use the catalog's URL: it holds a user or password; give a token instead")
	case s.token != "" && u.Scheme != "https" && !isLoopback(u.Hostname()):
		return nil, errors.New("cannot use the catalog's URL: the token would be sent in the clear; use https")
	}
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkRedirect follows a few redirects, none of them to a place that is less
// safe: from https to http, or with the token to another host.
func (s *urlSource) checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("redirected more than %d times; give the URL at the end", maxRedirects)
	case first.Scheme == "https" && next.URL.Scheme != "https":
		return errors.New("redirected from https to http; give a URL that stays with https")
	case s.token != "" && next.URL.Host != first.Host:
		return fmt.Errorf("redirected to %s, where the token does not belong; give that URL", next.URL.Host)
	}
	return nil
}

func (s *urlSource) fetch(ctx context.Context, u *url.URL) (File, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return File{}, err
	}
	last := s.last[u.String()]
	if last.etag != "" {
		request.Header.Set("If-None-Match", last.etag)
	}
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+string(s.token))
	}
	response, err := s.client.Do(request)
	if err != nil {
		return File{}, withoutURL(err)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotModified && last.etag != "":
	case response.StatusCode != http.StatusOK:
		return File{}, fmt.Errorf("the server answered %s, expected 200 OK", response.Status)
	default:
		if last.data, err = readLimited(response.Body); err != nil {
			return File{}, err
		}
		last.etag = response.Header.Get("ETag")
		s.last[u.String()] = last
	}
	return File{Name: plainURL(u), Data: last.data}, nil
}

// withoutURL drops the URL that the client puts into its errors.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

func readLimited(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxDownload+1))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	if len(data) > maxDownload {
		return nil, fmt.Errorf("more than %d bytes, which is too large for a catalog", maxDownload)
	}
	return data, nil
}
