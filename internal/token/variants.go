package token

import (
	"slices"
	"strings"
)

// maxActors is how many hops of act are kept: a chain of Auth0 has at most five.
const maxActors = 5

// clientClaims name the OAuth client, in the order in which they are believed:
// RFC 9068, OpenID Connect and Entra v2, Entra v1, Okta.
var clientClaims = []string{"client_id", "azp", "appid", "cid"}

// actorTypes are the values of sub_profile and client_profile that are kept.
// Where a token names several, the one that says most comes first.
var actorTypes = []string{"ai_agent", "user", "browser_app", "native_app", "service"}

// readVariants reads what issuers name differently. A claim of an unexpected type
// is some other issuer's own and is passed over.
func (c *Claims) readVariants(object map[string]any) {
	for _, name := range clientClaims {
		if text, _ := object[name].(string); text != "" {
			c.ClientID, c.ClientClaim = text, name
			break
		}
	}
	for _, name := range []string{"oid", "uid"} {
		if c.Subject == "" {
			c.Subject, _ = object[name].(string)
		}
	}
	names := []string{"scope", "scp"}
	if _, entra := object["tid"].(string); entra {
		names = append(names, "roles") // permissions of an application; a user's token has scp
	}
	for _, name := range names {
		if c.Scopes = scopes(object[name]); len(c.Scopes) > 0 {
			break
		}
	}
}

// scopes reads "a b" or ["a", "b"].
func scopes(value any) []string {
	switch value := value.(type) {
	case string:
		return strings.Fields(value)
	case []any:
		texts, _ := allTexts(value)
		return texts
	}
	return nil
}

// readActors follows act, the immediate actor first. A hop without a readable
// subject ends the chain: skipping it would make an earlier actor the immediate one.
func (c *Claims) readActors(object map[string]any) {
	c.ActorType = actorType(object["client_profile"])
	actor, acts := object["act"]
	if !acts {
		if c.ActorType == "" {
			c.ActorType = actorType(object["sub_profile"])
		}
		return
	}
	for ; acts; actor, acts = next(actor) {
		hop, _ := actor.(map[string]any)
		subject, _ := hop["sub"].(string)
		if subject == "" || len(c.Actors) == maxActors {
			c.ActorsTruncated = true
			return
		}
		if len(c.Actors) == 0 {
			c.ActorType = actorType(hop["sub_profile"])
		}
		c.Actors = append(c.Actors, subject)
	}
}

// next returns the actor before this one in time.
func next(actor any) (any, bool) {
	hop, _ := actor.(map[string]any)
	earlier, found := hop["act"]
	return earlier, found
}

// actorType reads a profile: one name or several with spaces between.
func actorType(profile any) string {
	text, _ := profile.(string)
	named := strings.Fields(text)
	for _, known := range actorTypes {
		if slices.Contains(named, known) {
			return known
		}
	}
	return ""
}
