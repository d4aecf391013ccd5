// Package deliver posts to a destination and says what its answer means. No
// error of it carries a URL, a header or a body: any of them can hold a secret.
package deliver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// PermanentError says that the same request would be refused again.
type PermanentError struct{ Reason string }

func (e *PermanentError) Error() string { return e.Reason }

// RetryableError says that the same request may be taken later; After is what
// the destination asked for, if it did.
type RetryableError struct {
	Reason string
	After  time.Duration
}

func (e *RetryableError) Error() string { return e.Reason }

// maxAfter bounds what a destination may ask for.
const maxAfter = 5 * time.Minute

// Post sends a JSON body. A redirect is not followed: it would take the alert,
// and its credentials, to a place nobody configured.
func Post(ctx context.Context, client *http.Client, endpoint string, header http.Header, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return &PermanentError{Reason: "cannot create the request: is `endpoint` a URL?"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "weir-alert")
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := client.Do(req)
	if err != nil {
		return &RetryableError{Reason: "cannot reach it: " + withoutURL(err)}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	_ = resp.Body.Close()
	return judge(resp, time.Now())
}

func judge(resp *http.Response, now time.Time) error {
	code := resp.StatusCode
	reason := fmt.Sprintf("it answered %d %s", code, http.StatusText(code))
	switch {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return &RetryableError{Reason: reason + "; redirects are not followed: set `endpoint` to where it leads"}
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusNotFound, code == http.StatusProxyAuthRequired:
		// The address or the credentials are wrong, not the notification: somebody
		// will mend them, here or there, and nobody has been told until then.
		return &RetryableError{Reason: reason + "; check `endpoint` and its credentials", After: retryAfter(resp.Header.Get("Retry-After"), now)}
	case code >= 500, code == http.StatusTooManyRequests, code == http.StatusRequestTimeout:
		return &RetryableError{Reason: reason, After: retryAfter(resp.Header.Get("Retry-After"), now)}
	}
	return &PermanentError{Reason: reason}
}

func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return min(time.Duration(min(seconds, int(maxAfter/time.Second)))*time.Second, maxAfter)
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return min(at.Sub(now), maxAfter)
	}
	return 0
}

// withoutURL drops what net/http puts before the cause: a webhook's URL often
// is its password.
func withoutURL(err error) string {
	var urlErr *url.Error
	if errors.As(err, &urlErr) {
		if urlErr.Timeout() {
			return "timeout"
		}
		return urlErr.Err.Error()
	}
	return err.Error()
}

// RefuseRedirects is the CheckRedirect of every destination's client.
func RefuseRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
