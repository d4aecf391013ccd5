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

// collectClaim notes a claim if something is looked up by it.
func (r *Resolver) collectClaim(key string, value pcommon.Value, s *Signals) {
	if name := claimName(key); name == "" {
		return
	} else if name == claimAct {
		r.collectActor(key, value, s)
	}
	s.hasClaims = true
	entry, known := r.claims[key]
	if !known {
		return
	}
	switch entry.name {
	case claimClient:
		text, _ := single(value)
		s.client.offer(text, entry.evidence, clientRank(key))
	case claimIssuer:
		s.issuer.offer(value.Str(), entry.evidence, 1)
	case claimSubject:
		s.subject.offer(value.Str(), entry.evidence, 1)
	}
	if entry.matches {
		r.addClaim(entry, value, s)
	}
}

// clientRank prefers azp where a token has several of the client's claims.
func clientRank(key string) uint8 {
	if strings.HasSuffix(key, "."+claimClient) {
		return 3
	}
	return 2
}

// addClaim notes the values of a claim that some connector is matched by. Of a
// list, e.g. groups, most are none's, and would take the place of those.
func (r *Resolver) addClaim(entry listed, value pcommon.Value, s *Signals) {
	if value.Type() != pcommon.ValueTypeSlice {
		r.addClaimText(entry, value.Str(), s)
		return
	}
	for _, element := range value.Slice().All() {
		r.addClaimText(entry, element.Str(), s)
	}
}

func (r *Resolver) addClaimText(entry listed, text string, s *Signals) {
	if r.index.HasClaim(entry.name, text) {
		s.claims.add(named{entry.name, signal{text, entry.evidence}})
	}
}

// collectActor notes who acts for the token's subject, if connectors are
// matched by that: the outermost actor only.
func (r *Resolver) collectActor(key string, value pcommon.Value, s *Signals) {
	entry, known := r.claims[strings.TrimSuffix(key, claimAct)+claimActor]
	if !known {
		return
	}
	if actors := parseActors(map[string]any{claimAct: actOf(value)}).Actors; len(actors) > 0 {
		s.claims.add(named{entry.name, signal{actors[0], entry.evidence}})
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
	c := &token.Claims{Issuer: s.clientIssuer(), Subject: s.subject.value, ClientID: s.client.value}
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
