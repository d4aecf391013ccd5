package credential

import "strings"

// Credential types, as lowcode.credential.type names them.
const (
	TypeAPIKey = "api_key"
	TypeBearer = "bearer"
	TypeBasic  = "basic"
	TypeHMAC   = "hmac"
)

// schemes are the Authorization schemes whose rest is the credential itself.
var schemes = [...]struct{ name, credentialType string }{
	{"bearer", TypeBearer},
	{"dpop", TypeBearer}, // RFC 9449: an access token bound to a key
	{"basic", TypeBasic},
	{"apikey", TypeAPIKey},
	{"token", TypeAPIKey},
	{"key", TypeAPIKey},
}

// typeOf is the type of credential that follows a scheme, in any case; "" for
// any other word.
func typeOf(scheme string) string {
	for _, s := range schemes {
		if strings.EqualFold(scheme, s.name) {
			return s.credentialType
		}
	}
	return ""
}

// Split returns the type of the credential in a header's value, and the
// credential itself. header is a name in lower case. In authorization and
// proxy-authorization a scheme comes first ("Bearer x"); any other header holds
// an API key as a whole, with or without such a scheme.
//
// A value without a credential gives two empty strings. So do schemes whose value
// differs from request to request (Digest, AWS4-HMAC-SHA256 and other
// signatures): for HMAC signatures the key's id is the credential when it can be
// told.
func Split(header, value string) (credentialType, credential string) {
	value = strings.TrimSpace(value)
	scheme, rest, found := strings.Cut(value, " ")
	if found {
		if t := typeOf(scheme); t != "" {
			return orNothing(t, strings.TrimSpace(rest))
		}
		if strings.EqualFold(scheme, "AWS4-HMAC-SHA256") {
			return orNothing(TypeHMAC, awsKeyID(rest))
		}
	}
	if header == "authorization" || header == "proxy-authorization" {
		if found || typeOf(value) != "" {
			return "", ""
		}
	}
	return orNothing(TypeAPIKey, value)
}

func orNothing(credentialType, credential string) (string, string) {
	if credential == "" {
		return "", ""
	}
	return credentialType, credential
}

// awsKeyID returns the access key id of an AWS signature:
// "Credential=<id>/<date>/<region>/<service>/aws4_request, SignedHeaders=…".
func awsKeyID(parameters string) string {
	_, rest, found := strings.Cut(parameters, "Credential=")
	if !found {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}
