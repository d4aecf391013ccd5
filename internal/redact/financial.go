package redact

import "strings"

// companyCodes name companies, accounts and things that are registered.
var companyCodes = [...]wordID{
	{
		name: "es_cif", placeholder: "<CIF>", what: "Spanish CIF of a company: check digit or letter", source: "https://sede.agenciatributaria.gob.es",
		shapes: "A9999999*", words: "cif nif", valid: esCIF,
	},
	{
		name: "eu_vat", placeholder: "<VAT>", what: "VAT number of a member state: country, its form, and its check digit where that is public", source: "https://ec.europa.eu/taxation_customs/vies",
		shapes: "AA99999999|AA99999999A|AA999999999|AA9999999999|AA99999999999|AA999999999999|AAA99999999|AA999999999A99|AA9999999A|AA9*99999A",
		words:  "vat ust ustid ustidnr uid tva iva btw moms mwst alv partita nif dph afa vatin", valid: euVAT,
	},
	{
		name: "in_gstin", placeholder: "<GSTIN>", what: "Indian GSTIN: state, PAN, check character", source: "https://www.gst.gov.in",
		shapes: "99AAAAA9999A*A*", words: "gst gstin", alone: true, valid: inGSTIN,
	},
	{
		name: "vin", placeholder: "<VIN>", what: "Vehicle identification number: check digit of ISO 3779, beside a word that names it", source: "ISO 3779, 49 CFR 565",
		shapes: "*****************", words: "vin chassis vehicle car fahrgestellnummer", valid: vinCheck,
	},
	{
		name: "meid", placeholder: "<MEID>", what: "MEID of a phone, 14 hexadecimal characters, beside a word that names it", source: "3GPP2 C.S0072",
		shapes: "A*************", words: "meid", valid: func(c code) bool {
			for _, x := range c.c[:14] {
				if !isHex(x) {
					return false
				}
			}
			return true
		},
	},
}

func esCIF(c code) bool {
	if strings.IndexByte("ABCDEFGHJNPQRSUVW", c.c[0]) < 0 {
		return false
	}
	sum := 0
	for i, x := range c.c[1:8] {
		v := int(x - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	check := (10 - sum%10) % 10
	return c.c[8] == byte('0'+check) || c.c[8] == "JABCDEFGHI"[check]
}

func inGSTIN(c code) bool {
	if c.c[13] != 'Z' || c.value(0, 2) > 38 && c.value(0, 2) < 96 || strings.IndexByte("ABCFGHJLPT", c.c[5]) < 0 {
		return false
	}
	sum := 0
	for i, x := range c.c[:14] {
		v := int(x - '0')
		if !isDigit(x) {
			v = int(x-'A') + 10
		}
		v *= 1 + i%2
		sum += v/36 + v%36
	}
	check := (36 - sum%36) % 36
	return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[check] == c.c[14]
}

// vinCheck is the check digit in the ninth place.
func vinCheck(c code) bool {
	weights := [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	const letters = "12345678.12345.7.923456789" // of A to Z; I, O and Q are none
	sum := 0
	for i, x := range c.c[:17] {
		v := int(x - '0')
		if !isDigit(x) {
			if v = int(letters[x-'A']) - '0'; v < 0 {
				return false
			}
		}
		sum += v * weights[i]
	}
	r := sum % 11
	return r == 10 && c.c[8] == 'X' || r < 10 && c.c[8] == byte('0'+r)
}

// atUpper reads a BIC: bank, country, place, perhaps a branch. Words of that
// shape are many, so one that names it must stand before.
func (sc *scanner) atUpper(start, end int) (hit, bool) {
	s := sc.s
	if n := end - start; (n != 8 && n != 11) || !sc.e.enabled[detBIC] {
		return hit{}, false
	}
	for i := start; i < end; i++ {
		if !isUpper(s[i]) && (i < start+6 || !isDigit(s[i])) {
			return hit{}, false
		}
	}
	if !isCountry(s[start+4], s[start+5]) {
		return hit{}, false
	}
	if about := sc.contextOf(start); !about.near.has(ctxBIC) {
		return hit{}, false
	}
	return sc.found(start, end, detBIC)
}

// isCountry knows the codes of ISO 3166-1, and XK.
func isCountry(a, b byte) bool { return isUpper(a) && isUpper(b) && countries[a-'A']>>(b-'A')&1 != 0 }

// countries are the second letters, as bits, by the first.
var countries = func() (table [26]uint32) {
	const second = "DEFGILMNOQRSTUWXZ ABDEFGHIJLMNOQRSTVWYZ ACDFGHIKLMNORUVWXYZ EJKMOZ CEGHRST IJKMOR ABDEFGHILMNPQRSTUWY KMNRTU DELMNOQRST EMOP EGHIMNPRWYZ " +
		"ABCIKRSTUVY ACDEFGHKLMNOPQRSTUVWXYZ ACEFGILOPRUZ M AEFGHKLMNRSTWY A EOSUW ABCDEGHIJKLMNORSTVXYZ CDFGHJKLMNORTVWZ AGMSYZ ACEGINU FS K ET AMW"
	for first, letters := range strings.Fields(second) {
		for _, c := range letters {
			table[first] |= 1 << (c - 'A')
		}
	}
	return table
}()
