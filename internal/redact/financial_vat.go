package redact

// vatForms are VAT numbers of digits only: country, how many, and the check
// digit where it is public.
var vatForms = [...]struct {
	country string
	n       int
	valid   func(d digits) bool
}{
	{"BE", 10, func(d digits) bool { return d.d[0] <= 1 && 97-d.value(0, 8)%97 == d.two(8) }},
	{"BG", 9, nil},
	{"BG", 10, nil},
	{"CZ", 8, nil},
	{"CZ", 9, nil},
	{"CZ", 10, nil},
	{"DE", 9, func(d digits) bool { return d.d[0] != 0 && d.iso7064() }},
	{"DK", 8, func(d digits) bool { return d.weighted(0, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }},
	{"EE", 9, func(d digits) bool { return d.weighted(0, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 }},
	{"EL", 9, grAFM},
	{"FI", 8, func(d digits) bool { return d.weighted(0, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 }},
	{"FR", 11, func(d digits) bool { return (12+3*(d.value(2, 9)%97))%97 == d.two(0) }},
	{"GB", 9, nil},
	{"GB", 12, nil},
	{"HR", 11, func(d digits) bool { return d.iso7064() }},
	{"HU", 8, func(d digits) bool { return d.weighted(0, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 }},
	{"IT", 11, func(d digits) bool { return d.luhn() }},
	{"LT", 9, nil},
	{"LT", 12, nil},
	{"LU", 8, func(d digits) bool { return d.value(0, 6)%89 == d.two(6) }},
	{"LV", 11, nil},
	{"MT", 8, func(d digits) bool { return d.weighted(0, 3, 4, 6, 7, 8, 9, 10, 1)%37 == 0 }},
	{"PL", 10, plNIP},
	{"PT", 9, ptNIF},
	{"RO", 8, nil},
	{"RO", 9, nil},
	{"RO", 10, nil},
	{"SE", 12, func(d digits) bool { d.n = 10; return d.luhn() }},
	{"SI", 8, func(d digits) bool { return (11-d.weighted(0, 8, 7, 6, 5, 4, 3, 2)%11)%10 == d.at(7) }},
	{"SK", 10, func(d digits) bool { return d.value(0, 10)%11 == 0 }},
	{"XI", 9, nil},
}

func euVAT(c code) bool {
	n, letters := c.n-2, 0
	for _, x := range c.c[2:c.n] {
		if !isDigit(x) {
			letters++
		}
	}
	country := string(c.c[:2])
	if letters == 0 {
		for i := range vatForms {
			if f := &vatForms[i]; f.n == n && f.country == country {
				return f.valid == nil || f.valid(c.digits(2, n))
			}
		}
		return false
	}
	switch country {
	case "ES":
		return n == 9 && isSpanishTax(c)
	case "AT":
		return n == 9 && c.c[2] == 'U' && letters == 1
	case "NL":
		return n == 12 && c.c[11] == 'B' && letters == 1
	case "CY":
		return n == 9 && !isDigit(c.c[10])
	case "IE":
		return n == 8 || n == 9
	}
	return false
}

// isSpanishTax reads a DNI, NIE or CIF behind the country.
func isSpanishTax(c code) bool {
	inner := code{n: 9}
	copy(inner.c[:], c.c[2:11])
	for _, x := range inner.c[1:8] {
		if !isDigit(x) {
			return false
		}
	}
	if isDigit(inner.c[0]) {
		return esDNI(inner)
	}
	return esNIE(inner) || esCIF(inner)
}
