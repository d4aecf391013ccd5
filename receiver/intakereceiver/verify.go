package intakereceiver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// verifier checks the signature of Keycloak's event hooks: the HMAC of the
// body in lowercase hexadecimal. nil where no secret is configured.
func (c *KeycloakConfig) verifier() func(req *http.Request, body []byte) bool {
	if c.SignatureSecret == "" {
		return nil
	}
	return func(req *http.Request, body []byte) bool {
		if algorithm := req.Header.Get("X-Keycloak-Signature-Algorithm"); algorithm != "" && !strings.EqualFold(algorithm, "HmacSHA256") {
			return false
		}
		mac := hmac.New(sha256.New, []byte(c.SignatureSecret))
		mac.Write(body)
		given, err := hex.DecodeString(req.Header.Get("X-Keycloak-Signature"))
		return err == nil && hmac.Equal(given, mac.Sum(nil))
	}
}

// handshake answers what senders ask before they send anything; false where the
// request is none of that.
func (f *format) handshake(w http.ResponseWriter, req *http.Request) bool {
	switch {
	case f.name == formatOkta && req.Method == http.MethodGet:
		// https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
		challenge := req.Header.Get("X-Okta-Verification-Challenge")
		if challenge == "" {
			return false
		}
		writeJSON(w, http.StatusOK, map[string]string{"verification": challenge})
		return true
	case f.name == formatCloudEvents && req.Method == http.MethodOptions:
		// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
		origin := req.Header.Get("WebHook-Request-Origin")
		if origin == "" {
			return false
		}
		w.Header().Set("WebHook-Allowed-Origin", origin)
		w.Header().Set("WebHook-Allowed-Rate", "*")
		w.Header().Set("Allow", "POST")
		w.WriteHeader(http.StatusOK)
		return true
	}
	return false
}
