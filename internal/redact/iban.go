package redact

// ibanRun is one field of an account number: n digits, capitals or either.
type ibanRun struct {
	n    uint8
	kind byte // n, a or c, as the registry writes them
}

// ibanForm is what follows country and check digits.
type ibanForm struct {
	length int // of the whole
	runs   [4]ibanRun
}

// ibanForms by country: two letters as a number of base 26.
var ibanForms = parseIBANForms(`AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c CZ20n DE18n
	DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT24c HN4a20n HR17n HU24n IE4a14n IL19n
	IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n
	MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n
	SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c`)

func parseIBANForms(list string) (table [26 * 26]ibanForm) {
	for i := 0; i < len(list); i++ {
		if !isUpper(list[i]) {
			continue
		}
		form := &table[int(list[i]-'A')*26+int(list[i+1]-'A')]
		form.length = 4
		run := 0
		for i += 2; i < len(list) && list[i] > ' '; i++ {
			if isDigit(list[i]) {
				form.runs[run].n = form.runs[run].n*10 + list[i] - '0'
				continue
			}
			form.runs[run].kind = list[i]
			form.length += int(form.runs[run].n)
			run++
		}
	}
	return table
}

// atIBAN reads an IBAN from start, in one piece or in groups of four, in
// capitals or in small letters. Forms write a space as a plus.
func (sc *scanner) atIBAN(start int) (hit, bool) {
	s := sc.s
	if start+4 > len(s) || !isLetter(s[start]) || !isLetter(s[start+1]) || !isDigit(s[start+2]) || !isDigit(s[start+3]) {
		return hit{}, false
	}
	form := &ibanForms[int(s[start]&^0x20-'A')*26+int(s[start+1]&^0x20-'A')]
	if form.length == 0 {
		return hit{}, false
	}
	small := !isUpper(s[start])
	var account [34]byte
	n, i := 0, start
	for ; i < len(s) && n < form.length; i++ {
		c := s[i]
		if small && c >= 'a' && c <= 'z' {
			c &^= 0x20
		}
		if isDigit(c) || isUpper(c) {
			account[n] = c
			n++
			continue
		}
		if (c == ' ' || c == '-' || c == '+') && n%4 == 0 && i-start == n+n/4-1 {
			continue
		}
		break
	}
	if n != form.length || isAlnum(byteAt(s, i)) || !form.fits(account[4:n]) || !mod97(account[:n]) {
		return hit{}, false
	}
	return sc.found(start, i, detIBAN)
}

// fits compares the fields, which hold digits and capitals.
func (f *ibanForm) fits(account []byte) bool {
	at := 0
	for _, run := range f.runs {
		for _, c := range account[at : at+int(run.n)] {
			if (run.kind == 'n' && !isDigit(c)) || (run.kind == 'a' && isDigit(c)) {
				return false
			}
		}
		at += int(run.n)
	}
	return true
}

// mod97 is ISO 7064's check: the first four characters moved to the end,
// letters as 10 to 35, the remainder must be 1.
func mod97(account []byte) bool {
	rest := 0
	for i := range account {
		c := account[(i+4)%len(account)]
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}
