package redacttest

import (
	"fmt"
	"strings"
)

// configLines speak of secrets without holding one: settings, references,
// templates, file names, what an earlier redaction has left.
var configLines = []logLine{
	{"configuration", func(g *generator) string {
		return g.oneOf(
			"AUTH_ENABLED=true", "TOKEN_TTL=3600s", "API_KEY_HEADER=X-Api-Key", "PASSWORD_POLICY=strict", "SECRET_NAME=orders-tls",
			"DB_PASSWORD_FILE=/run/secrets/db_password", "GITHUB_TOKEN=${GITHUB_TOKEN}", "password=$DB_PASSWORD", "api_key: {{ .Values.apiKey }}",
			"password: ********", "Authorization: Bearer <AUTHORIZATION>", "client_secret=[REDACTED]", "token=null", `{"password":"","token":null}`,
			"--token-file /var/run/secrets/kubernetes.io/serviceaccount/token --password-stdin", "secretKeyRef: {name: orders-db, key: password}",
			"spring.datasource.password=${DB_PASSWORD:}", "x-api-key: <API_KEY>", "jwt.issuer=https://login.example.com/", "auth=none", "key=value",
		)
	}},
	{"configuration", func(g *generator) string {
		return fmt.Sprintf(`{"token_type":"bearer","expires_in":%d,"scope":"read:orders","key":"user:%d","sort_key":"created_at","primary_key":%d,"keyboard":"de"}`,
			g.number(86400), g.number(9e6), g.number(9e8))
	}},
	{"configuration", func(g *generator) string {
		return fmt.Sprintf("loaded key %s (version %d) from vault path secret/data/%s, lease %s", g.oneOf("orders-signing", "session-2025", "backup"), g.IntN(20), g.service(), g.uuid())
	}},
	{"Windows", func(g *generator) string {
		return fmt.Sprintf("Logon type 3 SID S-1-5-21-%d-%d-%d-%d process {%s} 0x%s", 1e9+g.IntN(3e9), 1e9+g.IntN(3e9), 1e8+g.IntN(9e8), 1000+g.IntN(9000), strings.ToUpper(g.uuid()), g.hex(6))
	}},
	{"Mongo", func(g *generator) string {
		return fmt.Sprintf(`{"t":{"$date":"%s"},"s":"I","c":"COMMAND","id":%d,"ctx":"conn%d","msg":"Slow query","attr":{"ns":"orders.items","planSummary":"IXSCAN { _id: 1 }","queryHash":"%s","keysExamined":%d,"durationMillis":%d}}`,
			g.now.Format("2006-01-02T15:04:05.000-07:00"), 20000+g.IntN(50000), g.number(90_000), strings.ToUpper(g.hex(8)), g.number(90_000), g.number(4000))
	}},
	{"XML", func(g *generator) string {
		return fmt.Sprintf(`<order xmlns="urn:acme:orders" id="%s"><number>%d</number><key>%s</key><at>%s</at></order>`, g.uuid(), 100_000_000+g.IntN(800_000_000), g.sku(), g.now.Format("2006-01-02T15:04:05Z"))
	}},
	{"DNS", func(g *generator) string {
		return fmt.Sprintf("resolved %s.prod.svc.cluster.local in %s, %d records, ttl %d", g.service(), g.duration(), g.IntN(9), g.number(3600))
	}},
	{"terminal", func(g *generator) string {
		return fmt.Sprintf("\x1b[32m%s\x1b[0m \x1b[1mINFO\x1b[0m %s \x1b[2mspan=%s\x1b[0m", g.now.Format("15:04:05.000"), g.message(), g.hex(16))
	}},
	{"SDK", func(g *generator) string {
		return fmt.Sprintf("AWS4 request %s signed for region eu-central-1, x-amz-date %s, x-amz-content-sha256 %s", g.uuid(), g.now.Format("20060102T150405Z"), g.hex(64))
	}},
	{"blockchain", func(g *generator) string {
		return fmt.Sprintf("block %d sealed, state root %s", g.number(2e7), g.hex(64))
	}},
}
