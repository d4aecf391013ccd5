package simulate

import (
	"fmt"
	"strings"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// Secrets are made up at run time and planted into the traffic, so that a leak
// can be searched for by value. They are worth nothing.
type Secrets struct {
	Authorization string // a bearer token, without "Bearer "
	APIKey        string
	Email         string
	Card          string // 16 digits, Visa prefix, valid by Luhn
}

// NewSecrets makes secrets that no other seed has.
func NewSecrets(seed uint64) *Secrets {
	r := draw.New(seed, forSecrets)
	letters := func(n int) string {
		const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	digits := []byte("4" + "539")
	for len(digits) < 15 {
		digits = append(digits, byte('0'+r.IntN(10)))
	}
	return &Secrets{
		Authorization: letters(40),
		APIKey:        "sk" + "_live_" + letters(24),
		Email:         strings.ToLower(letters(10)) + "@" + "planted.example.org",
		Card:          string(append(digits, luhnDigit(digits))),
	}
}

// luhnDigit completes a card number.
func luhnDigit(digits []byte) byte {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}

// CardInGroups is the card number as people write it.
func (s *Secrets) CardInGroups() string {
	return s.Card[:4] + " " + s.Card[4:8] + " " + s.Card[8:12] + " " + s.Card[12:]
}

// Named lists what to search for, by a name that is safe to print.
func (s *Secrets) Named() map[string]string {
	return map[string]string{
		"authorization header":  s.Authorization,
		"API key":               s.APIKey,
		"e-mail address":        s.Email,
		"card number":           s.Card,
		"card number in groups": s.CardInGroups(),
	}
}

// planter puts a secret into every so-manieth span, each time in another place
// where OTLP can carry a string.
type planter struct {
	secrets *Secrets
	places  [][]byte // encoded fields of a span
	every   int
	seen    int
	planted int
}

const plantEvery = 701

func newPlanter(s *Secrets) *planter {
	if s == nil {
		return &planter{}
	}
	attr := func(key, value string) []byte { return appendStringAttr(nil, spanAttributes, key, value) }
	event := appendStringAttr(appendField(nil, 2, "exception"), 3, "exception.message",
		fmt.Sprintf("cannot charge %s for %s", s.CardInGroups(), s.Email))
	link := appendField(appendField(nil, 1, strings.Repeat("l", 16)), 2, strings.Repeat("k", 8))
	link = appendStringAttr(link, 4, "link.note", "key "+s.APIKey)
	return &planter{secrets: s, every: plantEvery, places: [][]byte{
		appendHeaderAttr(nil, "http.request.header.authorization", "Bearer "+s.Authorization),
		appendHeaderAttr(nil, "http.request.header.x-api-key", s.APIKey),
		attr("url.full", "https://api.example.com/contacts?api_key="+s.APIKey+"&page=2"),
		attr("url.query", "email="+s.Email),
		attr("user.email", s.Email),
		attr("app.comment", "please write to "+s.Email+", thanks"),
		attr("payment.note", "paid with "+s.Card),
		attr("payment.text", "paid with "+s.CardInGroups()+" today"),
		attr("http.request.body", `{"card":"`+s.Card+`","mail":"`+s.Email+`"}`),
		appendField(nil, spanEvents, event),
		appendField(nil, spanLinks, link),
		appendField(nil, spanStatus, appendField(nil, 2, "refused: Authorization: Bearer "+s.Authorization)),
		appendField(nil, spanName, "GET /contacts/by-email/"+s.Email),
	}}
}

// plant adds fields to an encoded span when it is the turn of one. A later field
// of the same number replaces an earlier one or is merged into it.
func (p *planter) plant(span []byte) []byte {
	if p.secrets == nil {
		return span
	}
	p.seen++
	if p.seen%p.every != 1 {
		return span
	}
	place := p.places[p.planted%len(p.places)]
	p.planted++
	return append(span, place...)
}
