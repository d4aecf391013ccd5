package redact

// Classes of detectors.
const (
	ClassSecret    = "secret"
	ClassFinancial = "financial"
	ClassPII       = "pii"
)

// Detector describes one kind of finding.
type Detector struct {
	Name        string `json:"name"`
	Class       string `json:"class"`    // secret, financial or pii
	Severity    string `json:"severity"` // critical, high or medium
	Placeholder string `json:"placeholder"`
	Description string `json:"description"`
	Source      string `json:"source"` // where the format is documented

	specificity int // of overlapping hits the more specific names the match
}

// The detectors with a matcher of their own. Those of providers follow.
const (
	detSensitiveKey = iota
	detKeyedSecret
	detAuthorization
	detURLCredentials
	detURLSignature
	detWebhook
	detJWT
	detPrivateKey
	detEmail
	detCard
	detIBAN
	detSSN
	firstProvider
)

var detectors = allDetectors()

func allDetectors() []Detector {
	all := []Detector{
		detSensitiveKey: {"sensitive_key", ClassSecret, "high", "<SECRET>", "The whole value under a key such as authorization, set-cookie, password or api_key", "OpenTelemetry semantic conventions, http-spans", 0},
		detKeyedSecret:  {"keyed_secret", ClassSecret, "high", "<SECRET>", "A value beside password, secret, token, api_key and the like, in k=v, JSON, header, URL, XML and command-line forms", "", 1},
		detAuthorization: {
			"authorization", ClassSecret, "critical", "<AUTHORIZATION>", "Credentials behind Authorization:, Bearer, Basic, Token, ApiKey, Digest, AWS4-HMAC-SHA256",
			"RFC 9110 section 11, RFC 6750, RFC 7617", 2,
		},
		detURLCredentials: {"url_credentials", ClassSecret, "critical", "REDACTED:REDACTED", "User and password in scheme://user:password@host", "RFC 3986 section 3.2.1; semantic conventions, url.full", 2},
		detURLSignature: {
			"url_signature", ClassSecret, "high", "REDACTED", "Values of X-Amz-Signature, X-Amz-Credential, X-Amz-Security-Token, AWSAccessKeyId, Signature, sig, X-Goog-Signature; case-sensitive",
			"OpenTelemetry semantic conventions, http-spans", 2,
		},
		detWebhook:    {"webhook_url", ClassSecret, "high", "<WEBHOOK>", "The secret path of Slack, Discord, Microsoft Teams and Tines webhooks", "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks", 3},
		detJWT:        {"jwt", ClassSecret, "critical", "<JWT>", "JSON Web Token or JWE whose header decodes to JSON with alg", "RFC 7519, RFC 7516", 3},
		detPrivateKey: {"private_key", ClassSecret, "critical", "<PRIVATE_KEY>", "PEM or OpenPGP private key block, also cut off", "RFC 7468, RFC 9580", 3},
		detEmail:      {"email", ClassPII, "medium", "<EMAIL>", "E-mail address", "RFC 5321", 3},
		detCard:       {"card", ClassFinancial, "critical", "<CARD>", "Payment card number: issuer prefix, length of the issuer, Luhn", "ISO/IEC 7812-1", 3},
		detIBAN:       {"iban", ClassFinancial, "high", "<IBAN>", "International bank account number: country length, mod 97", "ISO 13616, SWIFT IBAN registry", 3},
		detSSN:        {"us_ssn", ClassPII, "high", "<SSN>", "US social security number: valid ranges; nine bare digits only beside ssn or social security", "https://www.ssa.gov/employer/randomization.html", 3},
	}
	for _, p := range providers {
		all = append(all, Detector{p.name, ClassSecret, "critical", "<API_KEY>", p.what, p.source, 3})
	}
	return all
}

// Detectors lists every detector, in a stable order.
func Detectors() []Detector { return append([]Detector(nil), detectors...) }
