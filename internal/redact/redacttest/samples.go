// Package redacttest makes a value for every detector, for tests of whatever
// must not let one through. They are put together at run time, so that no
// secret-shaped text stands in the repository.
package redacttest

import (
	"encoding/base64"
	"hash/crc32"
	"strings"
)

// Sample is a text that holds one secret.
type Sample struct {
	Detector string
	Text     string // as it would stand in telemetry
	Secret   string // the part that must not survive
}

const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	upper   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	alnum   = upper + lower + digits
	hexa    = digits + "abcdef"
	base32  = upper + "234567"
	base62s = digits + upper + lower
)

// Random returns n characters of the alphabet, the same ones for the same seed.
func Random(alphabet string, n int, seed uint64) string {
	var b strings.Builder
	for range n {
		seed = seed*6364136223846793005 + 1442695040888963407
		b.WriteByte(alphabet[(seed>>33)%uint64(len(alphabet))])
	}
	return b.String()
}

// Card completes a prefix with digits to n and a Luhn digit.
func Card(prefix string, n int, seed uint64) string {
	number := prefix + Random(digits, n-1-len(prefix), seed)
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return number + string(rune('0'+(10-sum%10)%10))
}

// GitHubToken has a valid checksum.
func GitHubToken(prefix string, seed uint64) string {
	body := Random(alnum, 30, seed)
	sum, tail := crc32.ChecksumIEEE([]byte(body)), [6]byte{'0', '0', '0', '0', '0', '0'}
	for i := 5; sum > 0; i-- {
		tail[i] = base62s[sum%62]
		sum /= 62
	}
	return prefix + "_" + body + string(tail[:])
}

// JWT is signed with nothing, but is well formed.
func JWT(seed uint64) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(`{"sub":"`+Random(alnum, 12, seed)+`"}`)) + "." + Random(alnum, 43, seed)
}

// PrivateKey is a PEM block without a key in it.
func PrivateKey(seed uint64) string {
	dashes := strings.Repeat("-", 5)
	return dashes + "BEGIN RSA PRIVATE " + "KEY" + dashes + "\n" + Random(alnum, 64, seed) + "\n" + dashes + "END RSA PRIVATE " + "KEY" + dashes
}

// Samples returns at least one sample for every detector but sensitive_key,
// which needs a key and no text.
func Samples() []Sample {
	at := func(prefix, secret, suffix, detector string) Sample {
		return Sample{Detector: detector, Text: prefix + secret + suffix, Secret: secret}
	}
	password := Random(alnum, 14, 1) + "7!"
	samples := []Sample{
		at(`{"user":"ada","password":"`, password, `"}`, "keyed_secret"),
		at("retry with api_key=", Random(hexa, 32, 2), "&page=2", "keyed_secret"),
		at("Authorization: Bearer ", Random(alnum, 40, 3), "", "authorization"),
		at("Authorization: Basic ", base64.StdEncoding.EncodeToString([]byte("ada:"+password)), "", "authorization"),
		at("GET https://", "ada:"+Random(alnum, 12, 4), "@db.example.com/x", "url_credentials"),
		at("GET /b?X-Amz-Signature=", Random(hexa, 64, 5), "&x=1", "url_signature"),
		at("POST https://hooks.slack.com/services/", "T0"+Random(upper, 8, 6)+"/B0"+Random(upper, 8, 7)+"/"+Random(alnum, 24, 8), "", "webhook_url"),
		at("session ", JWT(9), " ended", "jwt"),
		at("loaded ", PrivateKey(10), "", "private_key"),
		at("invited ", "ada.lovelace@example.com", " today", "email"),
		at("charged ", Card("4", 16, 11), " twice", "card"),
		at("charged ", Card("37", 15, 12), "", "card"),
		at("to ", "DE89"+"3704"+"0044"+"0532"+"0130"+"00", ".", "iban"),
		at("ssn ", "219-"+"09-"+"9998", ".", "us_ssn"),
	}
	return append(samples, providerSamples()...)
}

func providerSamples() []Sample { //nolint:funlen // a list
	var samples []Sample
	add := func(detector, secret string) {
		samples = append(samples, Sample{Detector: detector, Text: "used " + secret + " to call", Secret: secret})
	}
	add("telegram_bot_token", "123456789:A"+Random(alnum, 34, 20))
	add("terraform_token", Random(alnum, 14, 21)+".atlasv1."+Random(alnum, 67, 22))
	add("github_token", GitHubToken("ghp", 23))
	add("github_token", GitHubToken("gho", 24))
	add("github_fine_grained_token", "github"+"_pat_"+Random(alnum, 22, 25)+"_"+Random(alnum, 59, 26))
	add("sendgrid_key", "SG"+"."+Random(alnum, 22, 27)+"."+Random(alnum, 43, 28))
	add("postman_key", "PMAK"+"-"+Random(hexa, 24, 29)+"-"+Random(hexa, 34, 30))
	add("airtable_token", "pat"+Random(alnum, 14, 31)+"."+Random(hexa, 64, 32))
	add("dynatrace_token", "dt0c01"+"."+Random(base32, 24, 33)+"."+Random(base32, 64, 34))
	add("openai_legacy_key", "sk"+"-"+Random(alnum, 20, 35)+"T3Blbk"+"FJ"+Random(alnum, 20, 36))
	add("brevo_key", "xkeysib"+"-"+Random(hexa, 64, 37)+"-"+Random(alnum, 16, 38))
	add("hubspot_token", "pat-na1"+"-"+Random(hexa, 8, 39)+"-"+Random(hexa, 4, 40)+"-"+Random(hexa, 4, 41)+"-"+Random(hexa, 4, 42)+"-"+Random(hexa, 12, 43))
	for i, p := range []struct {
		detector, prefix, alphabet string
		n                          int
	}{
		{"aws_access_key_id", "AKIA", base32, 16},
		{"github_refresh_token", "ghr_", alnum, 76},
		{"gitlab_token", "glpat-", alnum, 20},
		{"slack_token", "xoxb-", alnum, 48},
		{"stripe_key", "sk_live_", alnum, 24},
		{"stripe_webhook_secret", "whsec_", alnum, 32},
		{"google_api_key", "AIza", alnum, 35},
		{"google_oauth_secret", "GOCSPX-", alnum, 28},
		{"google_oauth_token", "ya29.", alnum, 60},
		{"openai_key", "sk-proj-", alnum, 48},
		{"anthropic_key", "sk-ant-api03-", alnum, 90},
		{"twilio_key", "SK", hexa, 32},
		{"mailgun_key", "key-", hexa, 32},
		{"npm_token", "npm_", alnum, 36},
		{"pypi_token", "pypi-AgEIcHlwaS5vcmc", alnum, 80},
		{"rubygems_key", "rubygems_", hexa, 48},
		{"docker_hub_token", "dckr_pat_", alnum, 27},
		{"digitalocean_token", "dop_v1_", hexa, 64},
		{"shopify_token", "shpat_", hexa, 32},
		{"square_token", "sq0atp-", alnum, 22},
		{"databricks_token", "dapi", hexa, 32},
		{"huggingface_token", "hf_", alnum, 34},
		{"replicate_token", "r8_", alnum, 37},
		{"groq_key", "gsk_", alnum, 52},
		{"xai_key", "xai-", alnum, 80},
		{"perplexity_key", "pplx-", alnum, 48},
		{"nvidia_key", "nvapi-", alnum, 64},
		{"langsmith_key", "lsv2_pt_", alnum, 43},
		{"linear_key", "lin_api_", alnum, 40},
		{"notion_token", "ntn_", alnum, 46},
		{"figma_token", "figd_", alnum, 40},
		{"atlassian_token", "ATATT3", alnum, 180},
		{"newrelic_key", "NRAK-", upper + digits, 27},
		{"grafana_token", "glsa_", alnum, 41},
		{"sentry_token", "sntryu_", hexa, 64},
		{"pulumi_token", "pul-", hexa, 40},
		{"vault_token", "hvs.", alnum, 90},
		{"doppler_token", "dp.pt.", alnum, 43},
		{"planetscale_token", "pscale_tkn_", alnum, 43},
		{"supabase_token", "sbp_", hexa, 40},
		{"netlify_token", "nfp_", alnum, 36},
		{"shippo_token", "shippo_live_", hexa, 40},
		{"sonarqube_token", "squ_", hexa, 40},
		{"sourcegraph_token", "sgp_", hexa, 40},
		{"tailscale_key", "tskey-auth-", alnum, 40},
		{"contentful_token", "CFPAT-", alnum, 43},
		{"age_secret_key", "AGE-SECRET-KEY-1", upper + digits, 58},
		{"adafruit_key", "aio_", alnum, 28},
		{"artifactory_key", "AKCp", alnum, 69},
		{"buildkite_token", "bkua_", hexa, 40},
		{"frameio_token", "fio-u-", alnum, 64},
		{"facebook_token", "EAAC", alnum, 120},
		{"prefect_key", "pnu_", alnum, 36},
		{"readme_key", "rdme_", lower + digits, 70},
		{"typeform_token", "tfp_", alnum, 44},
		{"mongodb_atlas_secret", "mdb_sa_sk_", alnum, 40},
		{"elevenlabs_key", "sk_", hexa, 48},
		{"dropbox_token", "sl.", alnum, 130},
		{"dependency_track_key", "odt_", alnum, 36},
	} {
		add(p.detector, p.prefix+Random(p.alphabet, p.n, uint64(100+i)))
	}
	return samples
}
