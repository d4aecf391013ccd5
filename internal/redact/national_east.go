package redact

// easternNumbers of central and eastern Europe.
var easternNumbers = [...]numberID{
	{
		name: "pl_pesel", placeholder: "<PESEL>", what: "Polish PESEL: date and check digit", source: "https://www.gov.pl/web/gov/czym-jest-numer-pesel",
		lengths: []int{11}, words: "pesel", sure: true, valid: plPESEL,
	},
	{
		name: "pl_nip", placeholder: "<NIP>", what: "Polish NIP: check digit", source: "https://www.podatki.gov.pl",
		lengths: []int{10}, printed: "3-3-2-2|3-2-2-3", words: "nip", valid: plNIP,
	},
	{
		name: "pl_regon", placeholder: "<REGON>", what: "Polish REGON: check digit", source: "https://bip.stat.gov.pl",
		lengths: []int{9, 14}, words: "regon", valid: plREGON,
	},
	{
		name: "cz_rodne_cislo", placeholder: "<RODNE_CISLO>", what: "Czech and Slovak rodné číslo: date, divisible by 11", source: "https://www.mvcr.cz",
		lengths: []int{10}, printed: "6/4", words: "rodne rodné cislo číslo rc rč", sure: true, valid: czRodneCislo,
	},
	{
		name: "ro_cnp", placeholder: "<CNP>", what: "Romanian CNP: date, county, check digit", source: "https://legislatie.just.ro",
		lengths: []int{13}, words: "cnp", sure: true, valid: roCNP,
	},
	{
		name: "bg_egn", placeholder: "<EGN>", what: "Bulgarian EGN: date and check digit", source: "https://www.grao.bg",
		lengths: []int{10}, words: "egn егн ЕГН", sure: true, valid: bgEGN,
	},
	{
		name: "hr_oib", placeholder: "<OIB>", what: "Croatian OIB: ISO 7064", source: "https://www.porezna-uprava.hr",
		lengths: []int{11}, words: "oib", sure: true, valid: func(d digits) bool { return d.iso7064() && !d.oneDigit() },
	},
	{
		name: "jmbg", placeholder: "<JMBG>", what: "JMBG and EMŠO of Serbia, Slovenia and their neighbours: date and check digit", source: "https://www.paragraf.rs",
		lengths: []int{13}, words: "jmbg emso emšo embg", sure: true, valid: jmbg,
	},
	{
		name: "ru_inn", placeholder: "<INN>", what: "Russian INN: one or two check digits", source: "https://www.nalog.gov.ru",
		lengths: []int{10, 12}, words: "inn инн ИНН", valid: ruINN,
	},
	{
		name: "ru_snils", placeholder: "<SNILS>", what: "Russian SNILS: key modulo 101", source: "https://sfr.gov.ru",
		lengths: []int{11}, printed: "3-3-3 2|3-3-3-2", words: "snils снилс СНИЛС", sure: true, valid: ruSNILS,
	},
	{
		name: "ua_rnokpp", placeholder: "<RNOKPP>", what: "Ukrainian taxpayer number: check digit", source: "https://tax.gov.ua",
		lengths: []int{10}, words: "rnokpp рнокпп РНОКПП ипн іпн", valid: func(d digits) bool { return d.weighted(0, -1, 5, 7, 9, 4, 6, 10, 5, 7)%11%10 == d.at(9) },
	},
	{
		name: "tr_tckn", placeholder: "<TCKN>", what: "Turkish identity number: two check digits", source: "https://www.nvi.gov.tr",
		lengths: []int{11}, words: "tckn tc kimlik tcno", sure: true, valid: trTCKN,
	},
}

func plPESEL(d digits) bool {
	return isDay(d.two(2)%20, d.two(4)) && (10-d.weighted(0, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3)%10)%10 == d.at(10)
}

func plNIP(d digits) bool {
	return d.value(0, 3) != 0 && d.weighted(0, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == d.at(9)
}

func plREGON(d digits) bool {
	if d.n == 14 {
		return d.weighted(0, 2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)%11%10 == d.at(13)
	}
	return d.weighted(0, 8, 9, 2, 3, 4, 5, 6, 7)%11%10 == d.at(8) && !d.oneDigit()
}

func czRodneCislo(d digits) bool {
	month := d.two(2) % 50
	if month > 20 {
		month -= 20
	}
	if !isDay(month, d.two(4)) {
		return false
	}
	return d.value(0, 10)%11 == 0 || (d.value(0, 9)%11 == 10 && d.d[9] == 0)
}

func roCNP(d digits) bool {
	if d.d[0] == 0 || !isDay(d.two(3), d.two(5)) || d.two(7) > 52 {
		return false
	}
	r := d.weighted(0, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11
	if r == 10 {
		r = 1
	}
	return r == d.at(12)
}

func bgEGN(d digits) bool {
	return isDay(d.two(2)%20, d.two(4)) && d.weighted(0, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == d.at(9)
}

func jmbg(d digits) bool {
	if !isDay(d.two(2), d.two(0)) || (d.d[4] != 9 && d.d[4] != 0) {
		return false
	}
	return mod11Down(d.weighted(0, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) == d.at(12)
}

func ruINN(d digits) bool {
	if d.n == 10 {
		return d.weighted(0, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == d.at(9) && !d.oneDigit()
	}
	return d.weighted(0, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == d.at(10) && d.weighted(0, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10 == d.at(11)
}

func ruSNILS(d digits) bool {
	return !d.oneDigit() && d.value(0, 9) > 1001998 && d.weighted(0, 9, 8, 7, 6, 5, 4, 3, 2, 1)%101%100 == d.two(9)
}

func trTCKN(d digits) bool {
	if d.d[0] == 0 {
		return false
	}
	odd := d.at(0) + d.at(2) + d.at(4) + d.at(6) + d.at(8)
	even := d.at(1) + d.at(3) + d.at(5) + d.at(7)
	return (odd*7-even+100)%10 == d.at(9) && (odd+even+d.at(9))%10 == d.at(10)
}
