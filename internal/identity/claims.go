package identity

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/token"
)

// claimPrefixes are what claims that a gateway checked begin with: ours, and
// Envoy's dynamic metadata (jwt_authn, payload_in_metadata) as collectors
// flatten it. The longest that fits counts.
var claimPrefixes = [...]string{
	"jwt.claims.",
	"envoy.filters.http.jwt_authn.jwt_payload.",
	"envoy.filters.http.jwt_authn.",
}

const (
	claimClient  = "azp" // canonical
	claimIssuer  = "iss"
	claimSubject = "sub"
	claimAct     = "act"
	claimActor   = "act.sub" // of the outermost actor
)

// claimName returns the name of a claim's attribute, or "".
func claimName(key string) string {
	for _, prefix := range claimPrefixes {
		if name, found := strings.CutPrefix(key, prefix); found {
			return name
		}
	}
	return ""
}

// claimAttributes are the claims that mean the same for every catalog.
func claimAttributes() []attribute {
	var all []attribute
	for _, prefix := range claimPrefixes {
		all = append(all,
			text(prefix+claimClient, textClient, 3), // of several claims of the client this one
			text(prefix+"client_id", textClient, 2),
			text(prefix+"appid", textClient, 2),
			text(prefix+"cid", textClient, 2),
			text(prefix+claimSubject, textSubject, 1),
			text(prefix+claimIssuer, textIssuer, 1),
		)
	}
	for i := range all {
		a := &all[i]
		if a.into == textClient {
			a.read = readSingle
		}
		*a = a.stating(JWTClaim)
	}
	return all
}

// noteClaim notes the values of a claim that some connector is matched by. Of a
// list, e.g. groups, most are none's, and would take the place of those.
func (r *Resolver) noteClaim(by *lookup, value pcommon.Value, s *Signals) {
	if value.Type() != pcommon.ValueTypeSlice {
		r.noteClaimText(by, value.Str(), s)
		return
	}
	for _, element := range value.Slice().All() {
		r.noteClaimText(by, element.Str(), s)
	}
}

func (r *Resolver) noteClaimText(by *lookup, text string, s *Signals) {
	if r.index.HasClaim(by.name, text) {
		s.claims.add(named{by, text})
	}
}

// noteActor notes who acts for the token's subject, if connectors are matched by
// that: the outermost actor only.
func (r *Resolver) noteActor(by *lookup, value pcommon.Value, s *Signals) {
	if actors := parseActors(map[string]any{claimAct: actOf(value)}).Actors; len(actors) > 0 {
		s.claims.add(named{by, actors[0]})
	}
}

// maxHops is how deep a claim act is read: one hop more than is kept, so that a
// longer chain shows. A sender may nest maps deeper than a stack bears.
const maxHops = 6

// actOf returns the claim act as a value for JSON; as an attribute it is a map
// or JSON already.
func actOf(value pcommon.Value) any {
	if value.Type() == pcommon.ValueTypeStr {
		return json.RawMessage(value.Str())
	}
	return hop(value, maxHops)
}

// hop returns one actor and up to depth-1 before it, without their other claims.
func hop(value pcommon.Value, depth int) any {
	if value.Type() != pcommon.ValueTypeMap || depth == 0 {
		return nil
	}
	actor := map[string]any{}
	for key, value := range value.Map().All() {
		switch key {
		case "sub", "sub_profile":
			actor[key] = value.Str()
		case claimAct:
			actor[key] = hop(value, depth-1)
		}
	}
	return actor
}

// parseActors reads the claims that say who acts. What cannot be read names nobody.
func parseActors(claims map[string]any) *token.Claims {
	payload, err := json.Marshal(claims)
	if err != nil {
		return &token.Claims{}
	}
	parsed, err := token.ParseClaims(payload)
	if err != nil {
		return &token.Claims{}
	}
	return parsed
}

// claimOf returns the value of a claim that connectors are matched by.
func claimOf(c *token.Claims, name string) string {
	if name != claimActor {
		value, _ := c.Claim(name)
		return value
	}
	if len(c.Actors) == 0 {
		return ""
	}
	return c.Actors[0]
}

// claimsOf gathers the facts of a token from the attributes in which a gateway
// forwards its claims.
func claimsOf(s *Signals) *token.Claims {
	c := &token.Claims{Issuer: s.clientIssuer(), Subject: s.texts[textSubject].value, ClientID: s.texts[textClient].value}
	var acting map[string]any
	for key, value := range s.attributes.All() {
		switch name := claimName(key); name {
		case "jti":
			c.ID = value.Str()
		case "aud":
			c.Audience = texts(value)
		case "scope", "scp":
			c.Scopes = words(value)
		case "iat":
			c.IssuedAt = seconds(value)
		case "exp":
			c.Expires = seconds(value)
		case claimAct, "client_profile", "sub_profile":
			if acting == nil {
				acting = map[string]any{}
			}
			acting[name] = value.Str()
			if name == claimAct {
				acting[name] = actOf(value)
			}
		}
	}
	if acting != nil {
		parsed := parseActors(acting)
		c.Actors, c.ActorType = parsed.Actors, parsed.ActorType
	}
	return c
}

// texts returns the strings of a value that is one string or a list of them.
func texts(value pcommon.Value) []string {
	if value.Type() != pcommon.ValueTypeSlice {
		if value.Str() == "" {
			return nil
		}
		return []string{value.Str()}
	}
	var all []string
	for _, element := range value.Slice().All() {
		if text := element.Str(); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// words does the same for scopes, which one string holds separated by blanks.
func words(value pcommon.Value) []string {
	if value.Type() == pcommon.ValueTypeSlice {
		return texts(value)
	}
	return strings.Fields(value.Str())
}

// seconds reads a NumericDate (RFC 7519): a number, or the text of one.
func seconds(value pcommon.Value) time.Time {
	number := value.Double()
	switch value.Type() {
	case pcommon.ValueTypeInt:
		number = float64(value.Int())
	case pcommon.ValueTypeStr:
		number, _ = strconv.ParseFloat(value.Str(), 64)
	default:
	}
	if !(number > 0 && number <= maxSeconds) {
		return time.Time{}
	}
	return time.Unix(int64(number), 0)
}

// maxSeconds is the end of the year 9999.
const maxSeconds = 253_402_300_799
