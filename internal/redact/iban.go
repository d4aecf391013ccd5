package redact

// ibanLengths are the registered lengths by country.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28,
	"CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
	"GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
	"LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
	"NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24,
	"SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// atIBAN reads an IBAN from start, in one piece or in groups of four; in small
// letters only beside a word that names it.
func (sc *scanner) atIBAN(start int) (hit, bool) {
	s := sc.s
	if !isLetter(s[start+1]) || !isDigit(byteAt(s, start+3)) {
		return hit{}, false
	}
	length, ok := ibanLengths[string([]byte{s[start] &^ 0x20, s[start+1] &^ 0x20})]
	if !ok {
		return hit{}, false
	}
	small := !isUpper(s[start])
	var account [34]byte
	n, i := 0, start
	for ; i < len(s) && n < length; i++ {
		c := s[i]
		if small && c >= 'a' && c <= 'z' {
			c &^= 0x20
		}
		if isDigit(c) || isUpper(c) {
			account[n] = c
			n++
			continue
		}
		if (c == ' ' || c == '-') && n%4 == 0 && i-start == n+n/4-1 {
			continue
		}
		break
	}
	if n != length || isAlnum(byteAt(s, i)) || !mod97(account[:n]) {
		return hit{}, false
	}
	if small && !sc.near(start, i, "iban", "account") {
		return hit{}, false
	}
	return hit{start, i, detIBAN}, true
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
