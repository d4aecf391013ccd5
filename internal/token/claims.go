package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// maxToken bounds a token and a payload, in bytes.
const maxToken = 16 << 10

// Claims are the facts of a token that say who made a call. They are shared by
// all who ask for the same token: read only.
type Claims struct {
	Issuer      string    // iss
	Subject     string    // sub; without one oid (Entra) or uid (Okta)
	ClientID    string    // the OAuth client: client_id, azp, appid or cid
	ClientClaim string    // the claim that ClientID comes from
	ID          string    // jti
	Audience    []string  // aud
	Scopes      []string  // scope or scp; for Entra's application permissions roles
	IssuedAt    time.Time // iat; zero when missing
	NotBefore   time.Time // nbf; zero when missing
	Expires     time.Time // exp; zero when missing

	// Actors are the subjects of the claim act, the immediate actor first and the
	// original caller last, at most 5. Only the first may decide anything
	// (RFC 8693, section 4.1).
	Actors []string
	// ActorsTruncated says that the chain had more hops than Actors shows, or one
	// without a readable subject.
	ActorsTruncated bool
	// ActorType is the kind of the immediate actor, or of the client where nobody
	// acts for the subject: user, service, ai_agent, browser_app or native_app.
	ActorType string

	texts map[string]string   // all claims that are strings
	lists map[string][]string // all claims that are lists of strings
}

// Claim returns the value of any claim at the top that is a string.
func (c *Claims) Claim(name string) (string, bool) {
	value, ok := c.texts[name]
	return value, ok
}

// ClaimList returns the values of any claim at the top that is a list of strings,
// e.g. groups.
func (c *Claims) ClaimList(name string) []string { return c.lists[name] }

// ParseClaims reads a payload that somebody trusted has checked: a JSON object,
// in which names are case-sensitive and occur once. Registered claims (RFC 7519)
// of a wrong type are errors; variants of vendors are then ignored. An error
// names the claim, never a value.
func ParseClaims(payload []byte) (*Claims, error) {
	if len(payload) > maxToken {
		return nil, fmt.Errorf("the payload has %d bytes, expected at most %d", len(payload), maxToken)
	}
	var object map[string]any
	if err := json.Unmarshal(payload, &object); err != nil || object == nil {
		return nil, errors.New("the payload is no JSON object with distinct names")
	}
	r := reader{object: object}
	c := &Claims{
		Issuer:    r.text("iss"),
		Subject:   r.text("sub"),
		ID:        r.text("jti"),
		Audience:  r.audience(),
		IssuedAt:  r.time("iat"),
		NotBefore: r.time("nbf"),
		Expires:   r.time("exp"),
	}
	if r.err != nil {
		return nil, r.err
	}
	c.readVariants(object)
	c.readActors(object)
	c.texts, c.lists = texts(object), lists(object)
	return c, nil
}

// DecodePayload reads the payload that a gateway forwards in a header: base64url
// of the JSON object with or without padding, or a whole compact JWT, whose
// signature is not looked at. Envoy's forward_payload_header is the former.
func DecodePayload(text string) (*Claims, error) {
	if len(text) > maxToken {
		return nil, fmt.Errorf("the payload has %d bytes, expected at most %d", len(text), maxToken)
	}
	if strings.Contains(text, ".") {
		parts := strings.Split(text, ".")
		if len(parts) != 3 {
			return nil, fmt.Errorf("the token has %d parts, expected 3: header.payload.signature", len(parts))
		}
		text = parts[1]
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, errors.New("the payload is not base64url")
	}
	return ParseClaims(payload)
}

// texts returns the claims of object that are strings.
func texts(object map[string]any) map[string]string {
	found := make(map[string]string, len(object))
	for name, value := range object {
		if text, ok := value.(string); ok {
			found[name] = text
		}
	}
	return found
}

// lists returns the claims of object that are lists of strings.
func lists(object map[string]any) map[string][]string {
	found := map[string][]string{}
	for name, value := range object {
		if list, ok := value.([]any); ok {
			if texts, ok := allTexts(list); ok {
				found[name] = texts
			}
		}
	}
	return found
}
