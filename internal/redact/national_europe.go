package redact

// europeanNumbers of western and southern Europe.
var europeanNumbers = [...]numberID{
	{
		name: "uk_nhs", placeholder: "<NHS>", class: ClassHealth, what: "NHS number: modulus 11", source: "https://www.datadictionary.nhs.uk/attributes/nhs_number.html",
		lengths: []int{10}, words: "nhs nhsnumber patient", valid: ukNHS,
	},
	{
		name: "uk_utr", placeholder: "<UTR>", what: "UK unique taxpayer reference: check digit in front", source: "https://www.gov.uk/find-utr-number",
		lengths: []int{10}, words: "utr taxpayer hmrc", valid: ukUTR,
	},
	{
		name: "de_tax_id", placeholder: "<STEUER_ID>", what: "German Steuer-Identifikationsnummer: digit pattern and ISO 7064", source: "https://www.bzst.de/DE/Privatpersonen/SteuerlicheIdentifikationsnummer",
		lengths: []int{11}, words: "steuer steuerid steueridentifikationsnummer steuernummer idnr identifikationsnummer tin", sure: true, valid: deTaxID,
	},
	{
		name: "fr_nir", placeholder: "<NIR>", what: "French social security number: sex, month, key modulo 97", source: "https://www.insee.fr/fr/metadonnees/definition/c1409",
		lengths: []int{15}, printed: "1 2 2 2 3 3 2|1 2 2 2 3 3-2", words: "nir insee securite sécurité sociale secu sécu nss", sure: true, valid: frNIR,
	},
	{
		name: "fr_siren", placeholder: "<SIREN>", what: "French SIREN or SIRET of a company: Luhn", source: "https://www.insee.fr/fr/metadonnees/definition/c2047",
		lengths: []int{9, 14}, words: "siren siret", valid: func(d digits) bool { return d.luhn() && !d.oneDigit() },
	},
	{
		name: "it_partita_iva", placeholder: "<PARTITA_IVA>", what: "Italian partita IVA: Luhn", source: "https://www.agenziaentrate.gov.it",
		lengths: []int{11}, words: "iva partita partitaiva piva", valid: func(d digits) bool { return d.luhn() && !d.oneDigit() && d.value(0, 7) != 0 },
	},
	{
		name: "nl_bsn", placeholder: "<BSN>", what: "Dutch burgerservicenummer: the eleven test", source: "https://www.rvig.nl/burgerservicenummer",
		lengths: []int{9}, words: "bsn burgerservicenummer sofi sofinummer burgerservice", sure: true, valid: nlBSN,
	},
	{
		name: "be_national_number", placeholder: "<NATIONAL_NUMBER>", what: "Belgian national register number: date and key modulo 97", source: "https://www.ibz.rrn.fgov.be",
		lengths: []int{11}, printed: "2.2.2-3.2|2.2.2-3-2", words: "rijksregister rijksregisternummer registre nrn insz niss rrn", sure: true, valid: beNational,
	},
	{
		name: "pt_nif", placeholder: "<NIF>", what: "Portuguese NIF: first digit and check digit", source: "https://info.portaldasfinancas.gov.pt",
		lengths: []int{9}, words: "nif contribuinte nipc", valid: ptNIF,
	},
	{
		name: "at_svnr", placeholder: "<SVNR>", class: ClassHealth, what: "Austrian social insurance number: check digit and date", source: "https://www.sozialversicherung.at",
		lengths: []int{10}, words: "svnr sozialversicherung sozialversicherungsnummer versicherungsnummer", sure: true, valid: atSVNR,
	},
	{
		name: "ch_ahv", placeholder: "<AHV>", what: "Swiss AHV number: 756 and the check digit of EAN-13", source: "https://www.zas.admin.ch",
		lengths: []int{13}, printed: "3.4.4.2", words: "ahv avs navs sozialversicherungsnummer nss", sure: true, valid: chAHV,
	},
	{
		name: "gr_afm", placeholder: "<AFM>", what: "Greek AFM: check digit", source: "https://www.aade.gr",
		lengths: []int{9}, words: "afm αφμ ΑΦΜ", valid: grAFM,
	},
	{
		name: "gr_amka", placeholder: "<AMKA>", class: ClassHealth, what: "Greek AMKA: date and Luhn", source: "https://www.amka.gr",
		lengths: []int{11}, words: "amka αμκα ΑΜΚΑ", sure: true, valid: func(d digits) bool { return d.ddmmyy() && d.luhn() },
	},
}

func ukNHS(d digits) bool {
	r := 11 - d.weighted(0, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return r%11 == d.at(9) && !d.oneDigit()
}

func ukUTR(d digits) bool {
	const checks = "21987654321"
	return int(checks[d.weighted(1, 6, 7, 8, 9, 10, 5, 4, 3, 2)%11]-'0') == d.at(0)
}

// deTaxID asks that of the first ten digits one is there two or three times.
func deTaxID(d digits) bool {
	if d.d[0] == 0 {
		return false
	}
	var seen [10]int
	for _, x := range d.d[:10] {
		seen[x]++
	}
	repeated := 0
	for _, count := range seen {
		if count > 3 {
			return false
		}
		if count > 1 {
			repeated++
		}
	}
	return repeated == 1 && d.iso7064()
}

func frNIR(d digits) bool {
	month := d.two(3)
	return (d.d[0] == 1 || d.d[0] == 2) && (month >= 1 && month <= 12 || month >= 20 && month <= 42 || month >= 50) && 97-d.mod97Of(13) == d.two(13)
}

func nlBSN(d digits) bool {
	return !d.oneDigit() && (d.weighted(0, 9, 8, 7, 6, 5, 4, 3, 2)-d.at(8))%11 == 0
}

func beNational(d digits) bool {
	month, key := d.two(2)%20, d.two(9)
	if month > 12 || d.two(4) > 31 {
		return false
	}
	return 97-d.mod97Of(9) == key || 97-(2_000_000_000+d.value(0, 9))%97 == key
}

func ptNIF(d digits) bool {
	switch d.d[0] {
	case 1, 2, 3, 5, 6, 8, 9:
		return mod11Down(d.weighted(0, 9, 8, 7, 6, 5, 4, 3, 2)) == d.at(8)
	}
	return false
}

func atSVNR(d digits) bool {
	return d.d[0] != 0 && d.two(4) <= 31 && d.two(4) > 0 && d.two(6) <= 15 && d.two(6) > 0 && d.weighted(0, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == d.at(3)
}

func chAHV(d digits) bool {
	return d.value(0, 3) == 756 && d.weighted(0, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)%10 == 0
}

func grAFM(d digits) bool {
	return !d.oneDigit() && d.weighted(0, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == d.at(8)
}
