package redact

import (
	"slices"
	"strings"
)

// Classes of detectors.
const (
	ClassSecret    = "secret"
	ClassFinancial = "financial"
	ClassPII       = "pii"
	ClassNetwork   = "network"
	ClassHealth    = "health"
)

// classNames are in the order of their documentation.
var classNames = []string{ClassSecret, ClassFinancial, ClassPII, ClassNetwork, ClassHealth}

// Severities of detectors.
const (
	SeverityCritical = "critical"
	SeverityHigh     = "high"
	SeverityMedium   = "medium"
	SeverityLow      = "low"
)

// Detector describes one kind of finding.
type Detector struct {
	Name        string `json:"name"`
	Class       string `json:"class"`    // secret, financial, pii, network or health
	Severity    string `json:"severity"` // critical, high, medium or low
	Placeholder string `json:"placeholder"`
	Description string `json:"description"` // what it finds, and what makes a match sure
	Source      string `json:"source"`      // where the format is documented

	specificity int  // of overlapping hits the more specific names the match
	grouped     bool // separators are print only: 4111 1111 … and 41111111… are one value with one token
}

// The detectors that keys, headers and URLs give away. Each of the other lists
// stands where its matchers are: piiDetectors, providers.
const (
	detSensitiveKey = iota
	detUnlistedKey
	detKeyedSecret
	detAuthorization
	detURLCredentials
	detURLSignature
	detWebhook
	detJWT
	detPrivateKey
	detStatement
	firstPII // where the block of piiDetectors begins
)

const firstProvider = endPII

// firstPattern is the index of a policy's first own pattern.
var firstPattern = len(detectors)

var builtInDetectors = []Detector{
	detSensitiveKey: {
		Name: "sensitive_key", Class: ClassSecret, Severity: SeverityHigh, Placeholder: "<SECRET>",
		Description: "The whole value under a key such as authorization, set-cookie, password or api_key, and under blocked_keys",
		Source:      "OpenTelemetry semantic conventions, http-spans",
	},
	detUnlistedKey: {
		Name: "unlisted_key", Class: ClassSecret, Severity: SeverityLow, Placeholder: "<UNLISTED>",
		Description: "The whole value under a key that allowed_keys does not list; only with allowed_keys",
	},
	detKeyedSecret: {
		Name: "keyed_secret", Class: ClassSecret, Severity: SeverityHigh, Placeholder: "<SECRET>", specificity: 1,
		Description: "A value beside password, secret, token, api_key and the like, in k=v, JSON, header, URL, XML and command-line forms",
	},
	detAuthorization: {
		Name: "authorization", Class: ClassSecret, Severity: SeverityCritical, Placeholder: "<AUTHORIZATION>", specificity: 2,
		Description: "Credentials behind Authorization:, Bearer, Basic, Token, ApiKey, Digest, AWS4-HMAC-SHA256",
		Source:      "RFC 9110 section 11, RFC 6750, RFC 7617",
	},
	detURLCredentials: {
		Name: "url_credentials", Class: ClassSecret, Severity: SeverityCritical, Placeholder: "REDACTED:REDACTED", specificity: 2,
		Description: "User and password in scheme://user:password@host",
		Source:      "RFC 3986 section 3.2.1; semantic conventions, url.full",
	},
	detURLSignature: {
		Name: "url_signature", Class: ClassSecret, Severity: SeverityHigh, Placeholder: "REDACTED", specificity: 2,
		Description: "Values of X-Amz-Signature, X-Amz-Credential, X-Amz-Security-Token, AWSAccessKeyId, Signature, sig, X-Goog-Signature and of url_query_keys; case-sensitive",
		Source:      "OpenTelemetry semantic conventions, http-spans",
	},
	detWebhook: {
		Name: "webhook_url", Class: ClassSecret, Severity: SeverityHigh, Placeholder: "<WEBHOOK>", specificity: 3,
		Description: "The secret path of the webhooks of chat and automation services",
		Source:      "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
	},
	detJWT: {
		Name: "jwt", Class: ClassSecret, Severity: SeverityCritical, Placeholder: "<JWT>", specificity: 3,
		Description: "JSON Web Token or JWE whose header decodes to JSON with alg",
		Source:      "RFC 7519, RFC 7516",
	},
	detPrivateKey: {
		Name: "private_key", Class: ClassSecret, Severity: SeverityCritical, Placeholder: "<PRIVATE_KEY>", specificity: 3,
		Description: "PEM or OpenPGP private key block, also cut off",
		Source:      "RFC 7468, RFC 9580",
	},
	detStatement: {
		Name: "statement_literal", Class: ClassPII, Severity: SeverityLow, Placeholder: "?", specificity: -1,
		Description: "A literal in an SQL, Redis, Mongo, shell or GraphQL statement; the shape of the statement stays",
		Source:      "OpenTelemetry semantic conventions, db.query.text",
	},
}

// detectors is the table that hits point into: built in, piiDetectors,
// providers. The patterns of a policy follow them, in the engine that has them.
var detectors = allDetectors()

func allDetectors() []Detector {
	all := append(slices.Clone(builtInDetectors), piiDetectors...)
	for _, p := range providers {
		all = append(all, Detector{
			Name: p.name, Class: ClassSecret, Severity: SeverityCritical, Placeholder: "<API_KEY>", Description: p.what, Source: p.source, specificity: 3,
		})
	}
	return all
}

// Detectors lists every detector, in a stable order.
func Detectors() []Detector { return slices.Clone(detectors) }

// label is what stands between < and > in a placeholder, a token or a sealed
// value of the detector.
func (d Detector) label() string {
	if inner, ok := strings.CutPrefix(d.Placeholder, "<"); ok {
		return strings.TrimSuffix(inner, ">")
	}
	return strings.ToUpper(d.Name)
}

// domain separates tokens: the same text found as a card and as an account
// number gives two tokens. Secrets share one, as their detectors differ only in
// what stood beside the value.
func (d Detector) domain() string {
	if d.Class == ClassSecret {
		return ClassSecret
	}
	return d.Class + "/" + d.Name
}
