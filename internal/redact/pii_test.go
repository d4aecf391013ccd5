package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

// finds returns a check that a text holds exactly these matches, written as
// detector[match], separated by a space.
func finds(t *testing.T) func(text, want string) {
	t.Helper()
	e := newEngine(t, redact.Config{})
	return func(text, want string) {
		t.Helper()
		require.Equal(t, want, matchesOf(e, "", text), text)
	}
}

// findsUnder is finds for the value of a key.
func findsUnder(t *testing.T) func(key, value, want string) {
	t.Helper()
	e := newEngine(t, redact.Config{})
	return func(key, value, want string) {
		t.Helper()
		require.Equal(t, want, matchesOf(e, key, value), "%s: %s", key, value)
	}
}

func matchesOf(e *redact.Engine, key, text string) string {
	var out []string
	for _, m := range e.Find(key, text) {
		out = append(out, m.Detector+"["+text[m.Start:m.End]+"]")
	}
	return strings.Join(out, " ")
}

func TestEveryPIIVectorIsFoundAndItsNearMissIsNot(t *testing.T) {
	e := newEngine(t, redact.Config{})
	for _, v := range redact.Vectors() {
		d, ok := e.Detector(v.Detector)
		require.True(t, ok, v.Detector)
		if d.Class == redact.ClassSecret {
			continue
		}
		want := ""
		if v.Secret != "" {
			want = v.Detector + "[" + v.Secret + "]"
		}
		require.Equal(t, want, matchesOf(e, v.Key, v.Text), v.Text)
	}
}

func TestKeysNameTheirNumbers(t *testing.T) {
	f := findsUnder(t)
	f("user.phone_number", "5551234567", "phone[5551234567]")
	f("userPhone", "98765 43210", "phone[98765 43210]")
	f("customer.ssn", "219099998", "us_ssn[219099998]")
	f("dateOfBirth", "1980-02-29", "birth_date[1980-02-29]")
	f("birth_date", "1980-02-29T00:00:00Z", "birth_date[1980-02-29]")
	f("dob", "19800229", "birth_date[19800229]")
	f("patient.nhs_number", "9434765919", "uk_nhs[9434765919]")
	f("passport_number", "C01X00T47", "passport[C01X00T47]")
	f("vehicle.vin", "1M8GDM9AXKP042788", "vin[1M8GDM9AXKP042788]")

	f("phone.country", "12345678", "")
	f("phone_id", "5551234567", "")
	f("mobile.build", "12345678", "")
	f("call.duration", "1234567", "")
	f("user.id", "219099998", "")
	f("app.order.number", "219099998", "")
	f("dob.checked_at", "1980-02-29", "")
	f("http.response.body.size", "1234567890", "")
}

func TestContextIsWhatStandsRightBefore(t *testing.T) {
	f := finds(t)
	f("her NHS number, as told, is 943 476 5919", "uk_nhs[943 476 5919]")
	f(`{"ssn":"219099998","ref":"219099997"}`, "us_ssn[219099998]")
	f("ssn=219099998&order=219099997", "us_ssn[219099998]")
	f("GET /phone/5551234567/orders", "phone[5551234567]")
	f("GET /customers/5551234567/phone", "")
	f("phones: 212-555-0142, 0341 8387176", "phone[212-555-0142] phone[0341 8387176]")
	f("Phone:\n467 3395\n\nE-mail:", "phone[467 3395]")
	f("phone was changed\n12345678 rows", "")
	f("pod lz9dl 12345678901", "")
	f("driver's licence of order 12345678", "")
}

func TestBirthDates(t *testing.T) {
	f := finds(t)
	f("DOB: 03/15/1985", "birth_date[03/15/1985]")
	f("geboren am 15.03.1985 in Bonn", "birth_date[15.03.1985]")
	f(`{"birthDate":"1985-03-15"}`, "birth_date[1985-03-15]")
	f("born 1985-13-45", "")
	f("born in process 1985-03-15", "")
	f("birth of the pod was logged on 1985-03-15 by init", "")
}
