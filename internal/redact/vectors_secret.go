package redact

import (
	"encoding/base64"
	"hash/crc32"
	"strings"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

// secretVectors are examples of all detectors of secrets: those with a matcher
// of their own, then what the tables of providers say.
func secretVectors() []Vector {
	password := madeup.Random(madeup.Alnum, 14, 1) + "7!"
	key32 := madeup.Random(madeup.Hex, 32, 2)
	vectors := []Vector{
		{Detector: "sensitive_key", Key: "db.password", Text: "correct horse", Secret: "correct horse"},
		{Detector: "sensitive_key", Key: "password.changed", Text: "correct horse"},
		around(`{"user":"ada","password":"`, password, `"}`, "keyed_secret"),
		around("retry with api_key=", key32, "&page=2", "keyed_secret"),
		around("<password>", password, "</password>", "keyed_secret"),
		around("login --password ", password, " --host db", "keyed_secret"),
		around("Server=db;Uid=ada;Pwd=", password, ";Database=x", "keyed_secret"),
		around(`{"name":"DB_PASSWORD","value":"`, password, `"}`, "keyed_secret"),
		{Detector: "keyed_secret", Text: "the password is required"},
		{Detector: "keyed_secret", Text: "token_type=bearer expires_in=3600 input_tokens=512"},
		{Detector: "keyed_secret", Text: "request_id=" + key32},
		around("Authorization: Bearer ", madeup.Random(madeup.Alnum, 40, 3), "", "authorization"),
		around("Authorization: Basic ", base64.StdEncoding.EncodeToString([]byte("ada:"+password)), "", "authorization"),
		{Detector: "authorization", Text: "the bearer of bad news, basic training"},
		around("GET https://", "ada:"+madeup.Random(madeup.Alnum, 12, 4), "@db.example.com/x", "url_credentials"),
		{Detector: "url_credentials", Text: "GET https://db.example.com:8443/x@y"},
		around("GET /b?X-Amz-Signature=", madeup.Random(madeup.Hex, 64, 5), "&x=1", "url_signature"),
		{Detector: "url_signature", Text: "GET /b?x-amz-signature-version=4&x=1"},
		around("POST https://hooks.slack.com/services/", slackPath(6), "", "webhook_url"),
		{Detector: "webhook_url", Text: "POST https://hooks.slack.com/services/T01"},
		around("session ", madeup.JWT(9), " ended", "jwt"),
		{Detector: "jwt", Text: "session " + madeup.JWT(9)[:20] + " ended"},
		around("loaded ", madeup.PrivateKey(10), "", "private_key"),
		{Detector: "private_key", Text: "loaded " + strings.ReplaceAll(madeup.PrivateKey(10), "PRIVATE", "PUBLIC")},
	}
	vectors = append(vectors, specialVectors()...)
	for i := range providers {
		seed := uint64(crc32.ChecksumIEEE([]byte(providers[i].name)))
		vectors = append(vectors, providers[i].tokenVectors(seed)...)
		vectors = append(vectors, providers[i].namedVectors(i, seed+1000)...)
	}
	return vectors
}

func around(before, secret, after, detector string) Vector {
	return Vector{Detector: detector, Text: before + secret + after, Secret: secret}
}

func slackPath(seed uint64) string {
	return "T0" + madeup.Random(madeup.Upper, 8, seed) + "/B0" + madeup.Random(madeup.Upper, 8, seed+1) + "/" + madeup.Random(madeup.Alnum, 24, seed+2)
}

func specialVectors() []Vector {
	an, hexa := madeup.Alnum, madeup.Hex
	random := madeup.Random
	var vectors []Vector
	add := func(detector int, secret, miss string) {
		name := providers[detector-firstProvider].name
		vectors = append(vectors, around("used ", secret, " to call", name), Vector{Detector: name, Text: "used " + miss + " to call"})
	}
	bot := random(an, 34, 20)
	add(telegramBot, "123456789:A"+bot, "123456789:A"+bot[1:])
	cloud, rest := random(an, 14, 21), random(an, 67, 22)
	add(terraformToken, cloud+".atlasv1."+rest, cloud[1:]+".atlasv1."+rest[:50])
	entra := random(an, 31, 24)
	add(azureClientSecret, "aB"+"c8Q~"+entra, "aB"+"c8Q~"+entra[:28])
	id, tail := "MT"+random(an, 22, 25), random(an, 38, 26)
	add(discordBot, id+".G"+tail[:5]+"."+tail, id+".G"+tail[:4]+"."+tail)
	hash := random(hexa, 32, 27)
	add(mailchimpKey, hash+"-us12", hash+"-us123456")
	add(maxmindKey, "aB"+random(an, 4, 28)+"_"+random(an, 29, 29)+"_mmk", "aB"+random(an, 4, 28)+"_"+random(an, 28, 29)+"_mmk")
	add(googleRefresh, "1/"+"/0"+random(an, 60, 30), "1/"+"/0"+random(an, 12, 30))
	add(braintreeToken, "access_token"+"$production$"+random(madeup.Digits+"abcdefghij", 16, 31)+"$"+hash, "access_token"+"$production$"+random(hexa, 15, 31))
	bcrypt := random(an, 53, 32)
	add(passwordHash, "$2"+"b$12$"+bcrypt, "$2"+"b$12$"+bcrypt[:20])
	uuid := exampleOf(uuidShape, 33)
	add(deeplKey, uuid+":fx", uuid+":fr")
	add(mailgunPrivate, hash+"-"+random(hexa, 8, 34)+"-"+random(hexa, 8, 35), hash+"-"+random(hexa, 8, 34)+"-"+random(hexa, 7, 35))
	add(trueNAS, "8-"+random(an, 64, 36), "8-"+random(an, 63, 36))
	private := random(an, 43, 37)
	return append(
		vectors,
		around(`{"kty":"EC","crv":"P-256","d":"`, private, `"}`, "jwk_private_key"),
		Vector{Detector: "jwk_private_key", Text: `{"kty":"EC","crv":"P-256","x":"` + private + `"}`},
	)
}

// maxTokenVectors bounds how many shapes of one provider are shown.
const maxTokenVectors = 6

// tokenVectors shows the first shapes, and near misses: a character short, and a
// checksum that does not hold.
func (p *provider) tokenVectors(seed uint64) []Vector {
	var vectors []Vector
	for k, sh := range compileShapes(p.tokens, 0) {
		if k == maxTokenVectors {
			break
		}
		token := sh.example(seed + uint64(k))
		if p.sum != noSum {
			body := token[:len(token)-p.sum.length()]
			token = body + p.sum.of(body)
			vectors = append(vectors, Vector{Detector: p.name, Text: "used " + body + nextOf(token[len(body):]) + " to call"})
		}
		vectors = append(vectors, around("used ", token, " to call", p.name))
		if k == 0 && sh.fixed() && !endsInNoun(token) {
			vectors = append(vectors, Vector{Detector: p.name, Text: "used " + token[:len(token)-1] + " to call"})
		}
	}
	return vectors
}

// nextOf changes the last character.
func nextOf(s string) string {
	last := s[len(s)-1]
	if last == '0' {
		return s[:len(s)-1] + "1"
	}
	return s[:len(s)-1] + "0"
}

// namedVectors shows a value beside a name of the provider, and the same value
// under a name of an id, which leaves it alone.
func (p *provider) namedVectors(owner int, seed uint64) []Vector {
	shapes := keyShapes[owner]
	name, _, _ := strings.Cut(p.near, " ")
	if name == "" || len(shapes) == 0 {
		return nil
	}
	value := shapes[0].example(seed)
	vectors := []Vector{around(name+"_api_key=", value, " set", p.name)}
	if shapes[0].prefix != "" {
		return vectors
	}
	return append(vectors, Vector{Detector: p.name, Text: name + "_request_id=" + value + " set"})
}

// endsInNoun reports whether a part of the token names a secret: what is behind
// github_pat_ goes, whatever its length.
func endsInNoun(token string) bool {
	for i := range len(token) {
		if classes[token[i]] == join && keyKindOf(token[:i]) != keyNone {
			return true
		}
	}
	return false
}

func exampleOf(text string, seed uint64) string { return compileShapes(text, 0)[0].example(seed) }

// plainMembers are the letters and digits of a set, with _ and - if it has them.
func plainMembers(set charset) string {
	return strings.Map(func(r rune) rune {
		if isWord(byte(r)) {
			return r
		}
		return -1
	}, set.members())
}

// example makes a text of the shape, the same one for a seed.
func (sh *shape) example(seed uint64) string {
	var b strings.Builder
	for i, p := range sh.parts {
		if p.literal != "" {
			b.WriteString(p.literal)
			continue
		}
		n := p.min + min((p.max-p.min)/2, 8)
		plain := n
		if p.set == csBase64 { // marks only behind what is a long word already
			plain = min(n, minToken+4)
		}
		b.WriteString(madeup.Random(plainMembers(p.set), plain, seed*31+uint64(i)))
		b.WriteString(madeup.Random(p.set.members(), n-plain, seed*37+uint64(i)))
	}
	return b.String()
}
