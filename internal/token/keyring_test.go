package token_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/token"
)

// answer is what an issuer's server says to a request.
type answer struct {
	status  int
	headers object
	body    []byte
	err     error
}

// endpoint stands for an issuer's jwks_uri.
type endpoint struct {
	mu       sync.Mutex
	answer   func(*http.Request) answer
	requests int
}

func (e *endpoint) RoundTrip(request *http.Request) (*http.Response, error) {
	e.mu.Lock()
	e.requests++
	behave := e.answer
	e.mu.Unlock()
	a := behave(request)
	if a.err != nil {
		return nil, a.err
	}
	response := &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a.body))}
	for name, value := range a.headers {
		response.Header.Set(name, value.(string))
	}
	return response, nil
}

func (e *endpoint) set(behave func(*http.Request) answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = behave
}

func (e *endpoint) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests
}

// publishes answers with a key set.
func publishes(set any, headers ...object) func(*http.Request) answer {
	a := answer{status: http.StatusOK, body: must(json.Marshal(set))}
	if len(headers) > 0 {
		a.headers = headers[0]
	}
	return func(*http.Request) answer { return a }
}

func isAway(*http.Request) answer { return answer{err: errors.New("connection refused")} }

func hangs(r *http.Request) answer {
	<-r.Context().Done()
	return answer{err: r.Context().Err()}
}

func setOf(keys ...jose.JSONWebKey) jose.JSONWebKeySet { return jose.JSONWebKeySet{Keys: keys} }

// remote starts a verifier whose issuer publishes its keys at e.
func remote(t *testing.T, e *endpoint, reports ...func(string, error)) *token.Verifier {
	t.Helper()
	options := []token.Option{token.WithHTTPClient(&http.Client{Transport: e})}
	for _, report := range reports {
		options = append(options, token.WithReport(report))
	}
	v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{
		Issuer: issuerName, Audiences: []string{audience}, JWKSURL: "https://id.example.com/jwks.json",
	}}}, options...)
	require.NoError(t, err)
	require.NoError(t, v.Start(t.Context()))
	t.Cleanup(v.Close)
	return v
}

// after lets the bubble's time pass.
func after(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func stateOf(v *token.Verifier, raw string) string {
	_, state := v.Verify(raw, at)
	return state.String()
}

func TestTokensArePendingUntilTheKeysAreThere(t *testing.T) {
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	synctest.Test(t, func(t *testing.T) {
		answered := make(chan struct{})
		e := &endpoint{answer: func(r *http.Request) answer {
			<-answered
			return publishes(keySet())(r)
		}}
		v := remote(t, e)
		synctest.Wait()
		before := time.Now()
		require.Equal(t, "pending", stateOf(v, raw))
		require.Equal(t, before, time.Now(), "nothing was waited for")

		close(answered)
		synctest.Wait()
		require.Equal(t, "valid", stateOf(v, raw))
	})
}

func TestAnUnknownKeyIsLookedUpSoonButNotOften(t *testing.T) {
	next := sign(t, jose.RS256, otherRSAKey(), "next", good())
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{answer: publishes(setOf(publicJWK(rsaKey(), "rsa")))}
		v := remote(t, e)
		synctest.Wait()
		require.Equal(t, "pending", stateOf(v, next))
		for range 60 { // a minute of tokens that name a key nobody has
			require.NotEqual(t, "valid", stateOf(v, next))
			after(time.Second)
		}
		require.Equal(t, "invalid", stateOf(v, next))
		require.LessOrEqual(t, e.count(), 1+60/15)

		e.set(publishes(setOf(publicJWK(rsaKey(), "rsa"), publicJWK(otherRSAKey(), "next"))))
		stateOf(v, next)
		after(15 * time.Second)
		require.Equal(t, "valid", stateOf(v, next))
	})
}

func TestKeysAreRefreshedWithoutBeingAskedFor(t *testing.T) {
	f := func(cacheControl string, want time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			e := &endpoint{answer: publishes(keySet(), object{"Cache-Control": cacheControl})}
			remote(t, e)
			after(want - time.Second)
			require.Equal(t, 1, e.count(), cacheControl)
			after(time.Second)
			require.Equal(t, 2, e.count(), cacheControl)
		})
	}
	f("", time.Hour)
	f("no-cache", time.Hour)
	f("public, max-age=300, must-revalidate", 5*time.Minute)
	f("Max-Age=\"300\"", 5*time.Minute)
	f("max-age=1", time.Minute)
	f("max-age=86400", time.Hour)
	f("max-age=x", time.Hour)
	f("max-age=-1", time.Hour)
}

func TestTheLastGoodKeysStayWhileTheIssuerIsAway(t *testing.T) {
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	other := sign(t, jose.EdDSA, edKey(), "ed", good())
	synctest.Test(t, func(t *testing.T) {
		var reports []error
		e := &endpoint{answer: publishes(keySet())}
		v := remote(t, e, func(issuer string, err error) {
			require.Equal(t, issuerName, issuer)
			reports = append(reports, err)
		})
		synctest.Wait()
		require.Equal(t, "valid", stateOf(v, raw))
		require.Equal(t, []error{nil}, reports, "new keys")

		e.set(isAway)
		after(3 * time.Hour)
		require.Equal(t, "valid", stateOf(v, raw), "cached")
		require.Equal(t, "valid", stateOf(v, other), "not cached")
		require.Len(t, reports, 2, "told once, though tried every minute")
		require.ErrorContains(t, reports[1], "connection refused")

		e.set(publishes(object{"keys": []any{}}))
		after(time.Minute)
		require.Equal(t, "valid", stateOf(v, other))
		require.ErrorContains(t, reports[2], "no usable key among 0")

		e.set(publishes(keySet()))
		after(time.Minute)
		require.Equal(t, []error{nil}, reports[3:], "good again")
		after(3 * time.Hour)
		require.Len(t, reports, 4, "nothing new")
	})
}

func TestARemovedKeyEndsTheTokensItSigned(t *testing.T) {
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{answer: publishes(keySet())}
		v := remote(t, e)
		synctest.Wait()
		require.Equal(t, "valid", stateOf(v, raw))
		e.set(publishes(setOf(publicJWK(rsaKey(), "rsa"))))
		after(time.Hour)
		require.Equal(t, "pending", stateOf(v, raw), "its key is not there")
		e.set(publishes(setOf(publicJWK(ec384Key(), "ec"))))
		after(time.Hour)
		require.Equal(t, "invalid", stateOf(v, raw), "its kid names another key")
	})
}

func TestAnUnchangedSetIsNotSentAgain(t *testing.T) {
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		e := &endpoint{answer: func(r *http.Request) answer {
			asked = append(asked, r.Header.Get("If-None-Match"))
			if r.Header.Get("If-None-Match") == `"one"` {
				return answer{status: http.StatusNotModified}
			}
			return publishes(keySet(), object{"ETag": `"one"`})(r)
		}}
		v := remote(t, e)
		synctest.Wait()
		before, _ := v.Verify(raw, at)
		after(2 * time.Hour)
		require.Equal(t, []string{"", `"one"`, `"one"`}, asked)
		now, _ := v.Verify(raw, at)
		require.Same(t, before, now, "the cache stays")
	})
}

func TestASetThatIsSentAgainChangesNothing(t *testing.T) {
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{answer: publishes(keySet())} // without ETag
		v := remote(t, e)
		synctest.Wait()
		before, _ := v.Verify(raw, at)
		after(time.Hour)
		require.Equal(t, 2, e.count())
		now, _ := v.Verify(raw, at)
		require.Same(t, before, now, "the cache stays")
	})
}

func TestAFetchThatHangsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reports []error
		e := &endpoint{answer: hangs}
		remote(t, e, func(_ string, err error) { reports = append(reports, err) })
		after(10 * time.Second)
		require.Len(t, reports, 1)
		require.ErrorContains(t, reports[0], "cannot fetch keys")
	})
}

func TestCloseEndsAFetchUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{answer: hangs}
		v := remote(t, e, func(string, error) { t.Error("closing is no failure") })
		synctest.Wait()
		before := time.Now()
		v.Close()
		require.Equal(t, before, time.Now())
	})
}

func TestAKeyFileIsReadAtStartAndAgain(t *testing.T) {
	raw := sign(t, jose.ES256, ecKey(), "ec", good())
	path := writeKeys(t, setOf(publicJWK(rsaKey(), "rsa")))
	synctest.Test(t, func(t *testing.T) {
		v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{
			Issuer: issuerName, Audiences: []string{audience}, JWKSFile: path,
		}}})
		require.NoError(t, err)
		require.NoError(t, v.Start(t.Context()))
		defer v.Close()
		require.Equal(t, "pending", stateOf(v, raw))

		require.NoError(t, os.WriteFile(path, must(json.Marshal(keySet())), 0o600))
		after(15 * time.Second) // asked for by the unknown kid
		require.Equal(t, "valid", stateOf(v, raw))

		require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
		after(time.Hour)
		require.Equal(t, "valid", stateOf(v, raw), "the last good one")
	})
}

func TestStartRefusesABadKeyFile(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		path := writeKeys(t, nil)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{
			Issuer: issuerName, Audiences: []string{audience}, JWKSFile: path,
		}}})
		require.NoError(t, err)
		defer v.Close()
		require.ErrorContains(t, v.Start(t.Context()), want)
	}
	f("", "it is empty")
	f("[]", "no JWK set")
	f(`{"keys":[]}`, "no usable key among 0")
	f(`{"keys":[{"kty":"oct","k":"`+"c2VjcmV0c2VjcmV0c2VjcmV0"+`"}]}`, "no usable key among 1")
	f(`{"keys":[{"kty":"unheard of"}]}`, "no usable key among 1")

	v, err := token.New(token.Config{Issuers: []token.IssuerConfig{{
		Issuer: issuerName, Audiences: []string{audience}, JWKSFile: "no/such/file",
	}}})
	require.NoError(t, err)
	err = v.Start(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "jwt issuer "+issuerName)
}
