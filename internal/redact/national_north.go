package redact

// northernNumbers of the Nordic and Baltic countries. The date alone rules out
// most digits; where newer numbers have no check digit, only the date counts.
var northernNumbers = [...]numberID{
	{
		name: "se_personnummer", placeholder: "<PERSONNUMMER>", what: "Swedish personal identity number: date and Luhn", source: "https://www.skatteverket.se",
		lengths: []int{10, 12}, words: "personnummer personnr samordningsnummer", sure: true, valid: sePersonnummer,
	},
	{
		name: "no_fodselsnummer", placeholder: "<FODSELSNUMMER>", what: "Norwegian national identity number: two check digits", source: "https://www.skatteetaten.no",
		lengths: []int{11}, words: "fødselsnummer fodselsnummer fnr personnummer", sure: true, valid: noFodselsnummer,
	},
	{
		name: "dk_cpr", placeholder: "<CPR>", what: "Danish CPR number: date; beside a word that names it", source: "https://cpr.dk",
		lengths: []int{10}, words: "cpr cprnummer personnummer", valid: func(d digits) bool { return d.ddmmyy() && d.value(6, 4) != 0 },
	},
	{
		name: "fi_hetu", placeholder: "<HETU>", what: "Finnish personal identity code: date and control character modulo 31", source: "https://dvv.fi/en/personal-identity-code",
		lengths: []int{10}, words: "hetu henkilötunnus henkilotunnus", valid: func(d digits) bool { return d.ddmmyy() && d.value(0, 9)%31 == d.at(9) },
	},
	{
		name: "is_kennitala", placeholder: "<KENNITALA>", what: "Icelandic kennitala: date and check digit", source: "https://www.skra.is",
		lengths: []int{10}, words: "kennitala", sure: true, valid: isKennitala,
	},
	{
		name: "ee_lt_personal_code", placeholder: "<PERSONAL_CODE>", what: "Estonian isikukood and Lithuanian asmens kodas: century, date, check digit", source: "https://www.siseministeerium.ee",
		lengths: []int{11}, words: "isikukood asmens kodas", sure: true, valid: balticCode,
	},
	{
		name: "lv_personas_kods", placeholder: "<PERSONAS_KODS>", what: "Latvian personas kods: date and check digit", source: "https://www.pmlp.gov.lv",
		lengths: []int{11}, words: "personas kods", valid: lvPersonasKods,
	},
}

func sePersonnummer(d digits) bool {
	if d.n == 12 {
		if century := d.two(0); century != 19 && century != 20 {
			return false
		}
		copy(d.d[:], d.d[2:12])
		d.n = 10
	}
	day := d.two(4)
	if day > 60 { // a coordination number
		day -= 60
	}
	return isDay(d.two(2), day) && d.luhn()
}

func noFodselsnummer(d digits) bool {
	day, month := d.two(0), d.two(2)
	if day > 40 { // a D-number
		day -= 40
	}
	if month > 40 {
		month -= 40
	}
	return isDay(month, day) && (11-d.weighted(0, 3, 7, 6, 1, 8, 9, 4, 5, 2)%11)%11 == d.at(9) && (11-d.weighted(0, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11 == d.at(10)
}

func isKennitala(d digits) bool {
	day := d.two(0)
	if day > 40 {
		day -= 40
	}
	return isDay(d.two(2), day) && (11-d.weighted(0, 3, 2, 7, 6, 5, 4, 3, 2)%11)%11 == d.at(8) && (d.d[9] == 9 || d.d[9] == 0 || d.d[9] == 8)
}

func balticCode(d digits) bool {
	if d.d[0] < 1 || d.d[0] > 8 || !isDay(d.two(3), d.two(5)) {
		return false
	}
	r := d.weighted(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1) % 11
	if r == 10 {
		r = d.weighted(0, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3) % 11 % 10
	}
	return r == d.at(10)
}

func lvPersonasKods(d digits) bool {
	r := (1101 - d.weighted(0, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
	return (d.ddmmyy() && r%10 == d.at(10)) || d.two(0) == 32
}
