package deliver

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAnswersSayWhetherToTryAgain(t *testing.T) {
	f := func(code int, retryAfter string, wantPermanent, wantRetry bool, wantAfter time.Duration) {
		t.Helper()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", retryAfter)
			w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
			w.WriteHeader(code)
		}))
		defer server.Close()
		client := server.Client()
		client.CheckRedirect = RefuseRedirects
		err := Post(t.Context(), client, server.URL, nil, []byte("{}"))
		var permanent *PermanentError
		var retryable *RetryableError
		require.Equal(t, wantPermanent, errors.As(err, &permanent), "%d: %v", code, err)
		require.Equal(t, wantRetry, errors.As(err, &retryable), "%d: %v", code, err)
		if wantRetry {
			require.Equal(t, wantAfter, retryable.After)
		}
	}
	f(200, "", false, false, 0)
	f(202, "", false, false, 0)
	f(400, "", true, false, 0)
	f(413, "", true, false, 0)
	f(422, "", true, false, 0)
	// the address or the credentials: the notification itself is fine
	f(302, "", false, true, 0)
	f(307, "", false, true, 0)
	f(401, "", false, true, 0)
	f(403, "", false, true, 0)
	f(404, "", false, true, 0)
	f(407, "", false, true, 0)
	f(408, "", false, true, 0)
	f(429, "7", false, true, 7*time.Second)
	f(500, "", false, true, 0)
	f(503, "99999999999", false, true, 5*time.Minute)
	f(503, "86400", false, true, 5*time.Minute)
}

func TestARedirectIsNotFollowed(t *testing.T) {
	var reached atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	client := server.Client()
	client.CheckRedirect = RefuseRedirects
	require.ErrorContains(t, Post(t.Context(), client, server.URL, nil, []byte("{}")), "redirects are not followed")
	require.False(t, reached.Load())
}

func TestErrorsHoldNoSecret(t *testing.T) {
	const secret = "T0KEN-in-the-path"
	closed := httptest.NewServer(http.NotFoundHandler())
	url := closed.URL
	closed.Close()
	for _, endpoint := range []string{url + "/" + secret, "http://bad host/" + secret, "::" + secret} {
		err := Post(t.Context(), &http.Client{Transport: &http.Transport{}}, endpoint, nil, nil)
		require.Error(t, err)
		require.NotContains(t, err.Error(), secret)
	}

	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	err := Post(ctx, slow.Client(), slow.URL+"/"+secret, nil, nil)
	require.EqualError(t, err, "cannot reach it: timeout")
}

func TestRetryAfterMayBeADate(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	require.Equal(t, 30*time.Second, retryAfter(now.Add(30*time.Second).Format(http.TimeFormat), now))
	require.Zero(t, retryAfter(now.Add(-time.Hour).Format(http.TimeFormat), now))
	require.Zero(t, retryAfter("soon", now))
	require.Zero(t, retryAfter("-3", now))
}
