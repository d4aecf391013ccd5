package redact

// asianNumbers of Asia, Australia, New Zealand and Africa.
var asianNumbers = [...]numberID{
	{
		name: "in_aadhaar", placeholder: "<AADHAAR>", what: "Indian Aadhaar number: Verhoeff", source: "https://uidai.gov.in",
		lengths: []int{12}, words: "aadhaar aadhar adhaar uidai", sure: true, valid: func(d digits) bool { return d.d[0] >= 2 && d.verhoeff() && !d.oneDigit() },
	},
	{
		name: "cn_resident_id", placeholder: "<RESIDENT_ID>", what: "Chinese resident identity number: region, date, ISO 7064", source: "GB 11643-1999",
		lengths: []int{18}, words: "resident 身份证 身份证号 身份证号码", sure: true, valid: chinaResident,
	},
	{
		name: "jp_my_number", placeholder: "<MY_NUMBER>", what: "Japanese My Number: check digit", source: "https://www.soumu.go.jp/kojinbango_card",
		lengths: []int{12}, words: "mynumber my kojin マイナンバー 個人番号", valid: jpMyNumber,
	},
	{
		name: "kr_rrn", placeholder: "<RRN>", what: "Korean resident registration number: date, sex, check digit", source: "https://www.mois.go.kr",
		lengths: []int{13}, printed: "6-7", words: "rrn resident 주민등록번호 주민번호", sure: true, valid: krRRN,
	},
	{
		name: "th_citizen_id", placeholder: "<CITIZEN_ID>", what: "Thai citizen number: check digit", source: "https://www.bora.dopa.go.th",
		lengths: []int{13}, printed: "1-4-5-2-1", words: "thai citizen citizenid เลขประจำตัวประชาชน", sure: true, valid: thCitizen,
	},
	{
		name: "il_id", placeholder: "<ISRAELI_ID>", what: "Israeli identity number: Luhn", source: "https://www.gov.il",
		lengths: []int{9}, words: "teudat zehut tz israeli israel", valid: func(d digits) bool { return d.luhn() && !d.oneDigit() },
	},
	{
		name: "au_tfn", placeholder: "<TFN>", what: "Australian tax file number: modulus 11", source: "https://www.ato.gov.au",
		lengths: []int{9}, words: "tfn taxfilenumber tax", valid: func(d digits) bool { return d.weighted(0, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0 && !d.oneDigit() },
	},
	{
		name: "au_abn", placeholder: "<ABN>", what: "Australian business number: modulus 89", source: "https://abr.business.gov.au",
		lengths: []int{11}, words: "abn business", valid: func(d digits) bool {
			return d.d[0] != 0 && (d.weighted(0, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0
		},
	},
	{
		name: "au_medicare", placeholder: "<MEDICARE>", class: ClassHealth, what: "Australian Medicare card number: check digit", source: "https://www.servicesaustralia.gov.au",
		lengths: []int{10, 11}, words: "medicare", valid: func(d digits) bool {
			return d.d[0] >= 2 && d.d[0] <= 6 && d.weighted(0, 1, 3, 7, 9, 1, 3, 7, 9)%10 == d.at(8)
		},
	},
	{
		name: "nz_ird", placeholder: "<IRD>", what: "New Zealand IRD number: two-step modulus 11", source: "https://www.ird.govt.nz",
		lengths: []int{8, 9}, words: "ird inland", valid: nzIRD,
	},
	{
		name: "za_id", placeholder: "<SOUTH_AFRICAN_ID>", what: "South African identity number: date, citizenship, Luhn", source: "https://www.dha.gov.za",
		lengths: []int{13}, words: "african rsa identity idnumber", sure: true, valid: func(d digits) bool { return d.yymmdd() && d.d[10] <= 2 && d.luhn() },
	},
}

// chinaResident reads the 17 digits and, in the form without X, the check digit.
func chinaResident(d digits) bool {
	return chinaPrefix(d) && chinaCheck(d) == d.d[17]+'0'
}

// chinaPrefix asks for a province and a date of birth.
func chinaPrefix(d digits) bool {
	switch p := d.two(0); {
	case p >= 11 && p <= 15, p >= 21 && p <= 23, p >= 31 && p <= 37, p >= 41 && p <= 46, p >= 50 && p <= 54, p >= 61 && p <= 65, p == 71, p == 81, p == 82:
		return isCalendarDate(d.value(6, 4), d.two(10), d.two(12)) && d.value(6, 4) <= 2035
	}
	return false
}

func chinaCheck(d digits) byte {
	const checks = "10X98765432"
	return checks[d.weighted(0, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)%11]
}

func jpMyNumber(d digits) bool {
	r := d.weighted(0, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	if r <= 1 {
		r = 11
	}
	return 11-r == d.at(11) && !d.oneDigit()
}

func krRRN(d digits) bool {
	return d.yymmdd() && d.d[6] >= 1 && d.d[6] <= 8 && (11-d.weighted(0, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)%11)%10 == d.at(12)
}

func thCitizen(d digits) bool {
	return d.d[0] >= 1 && d.d[0] <= 8 && (11-d.weighted(0, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == d.at(12)
}

func nzIRD(d digits) bool {
	if d.n == 8 {
		copy(d.d[1:9], d.d[:8])
		d.d[0], d.n = 0, 9
	}
	if v := d.value(0, 9); v < 10_000_000 || v > 150_000_000 {
		return false
	}
	r := d.weighted(0, 3, 2, 7, 6, 5, 4, 3, 2) % 11
	if r != 0 {
		r = 11 - r
	}
	if r == 10 {
		if r = d.weighted(0, 7, 4, 3, 2, 5, 2, 7, 6) % 11; r != 0 {
			r = 11 - r
		}
	}
	return r == d.at(8)
}
