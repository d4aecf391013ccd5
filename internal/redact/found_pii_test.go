package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// groupsBy puts a separator between groups, so that no whole number stands here.
func groupsBy(by string, groups ...string) string { return strings.Join(groups, by) }

func TestNumbersBehindTheLetterOfAnEscapeAreFound(t *testing.T) {
	e := mustNew(t, Config{})
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
	}

	f(`{"msg":"line one\n10.0.0.5\nx"}`, `{"msg":"line one\n<IP>\nx"}`)
	f(`{"msg":"line one\r\n10.0.0.5"}`, `{"msg":"line one\r\n<IP>"}`)
	f(`{"msg":"line one\t203.0.113.9:443"}`, `{"msg":"line one\t<IP>:443"}`)
	f(`one\n2001:db8::8a2e:370:7334\ntwo`, `one\n<IP>\ntwo`)
	f(`one\nfe80::1ff:fe23:4567:890a`, `one\n<IP>`)
	f(`one\n00:1b:44:11:3a:b7`, `one\n<MAC>`)
	f(`one\n+49 151 12345678\ntwo`, `one\n<PHONE>\ntwo`)
	f(`one\nphone: 0151 12345678\ntwo`, `one\nphone: <PHONE>\ntwo`)
	f(`one\n(212) 555-0143\ntwo`, `one\n<PHONE>\ntwo`)
	f(`one\nwww.example.com`, `one\nwww.example.com`)
	f(`C:\temp\new v10.0.0.5`, `C:\temp\new v10.0.0.5`)
}

func TestFormEncodedGroupsAreOneNumber(t *testing.T) {
	e := mustNew(t, Config{})
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
		out, _ = e.String("url.query", in)
		require.Equal(t, want, out)
	}

	f("card="+groupsBy("+", "4111", "1111", "1111", "1111"), "card=<CARD>")
	f("a=1&card="+groupsBy("+", "4111", "1111", "1111", "1111")+"&b=2", "a=1&card=<CARD>&b=2")
	f("note=paid+with+"+groupsBy("+", "4111", "1111", "1111", "1111")+"+today", "note=paid+with+<CARD>+today")
	f("card="+groupsBy("+", "3782", "822463", "10005"), "card=<CARD>")
	f("ssn="+groupsBy("+", "219", "09", "9998"), "ssn=<SSN>")
	f("phone=+"+groupsBy("+", "49", "151", "12345678"), "phone=<PHONE>")
	f("phone=%2B"+groupsBy("+", "49", "151", "12345678"), "phone=<PHONE>")
	f("iban="+groupsBy("+", "DE89", "3704", "0044", "0532", "0130", "00"), "iban=<IBAN>")
	f("phone="+groupsBy("+", "(212)", "555-0143"), "phone=<PHONE>")
	f("q=1+2+3+4", "q=1+2+3+4")
	f("at=2026-01-02T03:04:05+02:00", "at=2026-01-02T03:04:05+02:00")
	f("x 4111+1111+1111+1111", "x 4111+1111+1111+1111")
}

func TestACardPrintedAsAFractionWithoutOneIsFound(t *testing.T) {
	e := mustNew(t, Config{})
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
	}

	f(`{"card":`+card+`.0}`, `{"card":<CARD>.0}`)
	f("amount="+card+".00", "amount=<CARD>.00")
	f("pan "+card+".0, ok", "pan <CARD>.0, ok")
	f("x="+card+".5", "x="+card+".5")
	f("x="+card+".0.1", "x="+card+".0.1")
	f("offset="+card+".0", "offset="+card+".0")
}

func TestAPartNumberIsNobodysSSN(t *testing.T) {
	e := mustNew(t, Config{})
	ssn := groupsBy("-", "123", "45", "6789")
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
	}

	f("part no. "+ssn+" rev B", "part no. "+ssn+" rev B")
	f("Part number: "+ssn, "Part number: "+ssn)
	f(`{"part_number":"`+ssn+`"}`, `{"part_number":"`+ssn+`"}`)
	f("sku "+ssn, "sku "+ssn)
	f("ssn "+ssn, "ssn <SSN>")
	f("no. "+ssn, "no. <SSN>")
	f("the part of ada, "+ssn, "the part of ada, <SSN>")
	f("her part ssn "+ssn, "her part ssn <SSN>")
}
