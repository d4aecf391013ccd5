package redact

// americanNumbers of North and South America.
var americanNumbers = [...]numberID{
	{
		name: "us_ssn", placeholder: "<SSN>", what: "US social security number: ranges that are issued; without dashes only beside a word that names it",
		source:  "https://www.ssa.gov/employer/randomization.html",
		lengths: []int{9}, printed: "3-2-4", words: "ssn ssns social socialsecurity socialsecuritynumber tin taxpayer", valid: usSSN,
	},
	{
		name: "us_itin", placeholder: "<ITIN>", what: "US individual taxpayer identification number", source: "https://www.irs.gov/individuals/itin-faqs",
		lengths: []int{9}, printed: "3-2-4", words: "itin tin taxpayer ssn tax", valid: usITIN,
	},
	{
		name: "us_ein", placeholder: "<EIN>", what: "US employer identification number: prefix of a campus", source: "https://www.irs.gov/businesses/small-businesses-self-employed/how-eins-are-assigned-and-valid-ein-prefixes",
		lengths: []int{9}, words: "ein fein employer", valid: usEIN, linked: true,
	},
	{
		name: "us_bank_routing", placeholder: "<ROUTING>", class: ClassFinancial, what: "ABA routing transit number: prefix and check digit", source: "https://www.aba.com/about-us/routing-number",
		lengths: []int{9}, words: "aba routing rtn transit ach wire", valid: abaRouting,
	},
	{
		name: "us_npi", placeholder: "<NPI>", class: ClassHealth, what: "US national provider identifier: Luhn with 80840 before it", source: "https://www.cms.gov/regulations-and-guidance/administrative-simplification/nationalprovidentstand",
		lengths: []int{10}, words: "npi provider prescriber", valid: usNPI,
	},
	{
		name: "ca_sin", placeholder: "<SIN>", what: "Canadian social insurance number: Luhn", source: "https://www.canada.ca/en/employment-social-development/services/sin.html",
		lengths: []int{9}, words: "sin insurance nas sociale canada canadian", sure: true, valid: func(d digits) bool { return d.d[0] != 8 && d.luhn() && !d.oneDigit() },
	},
	{
		name: "br_cpf", placeholder: "<CPF>", what: "Brazilian taxpayer number of a person: two check digits", source: "https://www.gov.br/receitafederal",
		lengths: []int{11}, printed: "3.3.3-2|3.3.3.2", words: "cpf contribuinte", sure: true, valid: brCPF,
	},
	{
		name: "br_cnpj", placeholder: "<CNPJ>", what: "Brazilian taxpayer number of a company: two check digits", source: "https://www.gov.br/receitafederal",
		lengths: []int{14}, printed: "2.3.3/4-2", words: "cnpj", sure: true, valid: brCNPJ,
	},
	{
		name: "ar_cuit", placeholder: "<CUIT>", what: "Argentine CUIT or CUIL: type and check digit", source: "https://www.afip.gob.ar",
		lengths: []int{11}, printed: "2-8-1", words: "cuit cuil", sure: true, valid: arCUIT,
	},
	{
		name: "cl_rut", placeholder: "<RUT>", what: "Chilean RUT or RUN: check digit, which may be K", source: "https://www.sii.cl",
		lengths: []int{8, 9}, printed: "2.3.3-1|1.3.3-1", words: "rut run", valid: clRUT,
	},
	{
		name: "co_nit", placeholder: "<NIT>", what: "Colombian NIT: check digit", source: "https://www.dian.gov.co",
		lengths: []int{10}, printed: "3.3.3-1", words: "nit", valid: coNIT,
	},
	{
		name: "pe_ruc", placeholder: "<RUC>", what: "Peruvian RUC: type and check digit", source: "https://www.sunat.gob.pe",
		lengths: []int{11}, words: "ruc", valid: peRUC,
	},
	{
		name: "ec_cedula", placeholder: "<CEDULA>", what: "Ecuadorian cédula: province and check digit", source: "https://www.registrocivil.gob.ec",
		lengths: []int{10}, words: "cedula cédula", valid: ecCedula,
	},
}

func usSSN(d digits) bool {
	area := d.value(0, 3)
	return area != 0 && area != 666 && area < 900 && d.two(3) != 0 && d.value(5, 4) != 0 &&
		d.value(0, 9) != 78051120 && d.value(0, 9) != 219099999 && !d.oneDigit()
}

func usITIN(d digits) bool {
	g := d.two(3)
	return d.d[0] == 9 && (g >= 50 && g <= 65 || g >= 70 && g <= 88 || g >= 90 && g <= 92 || g >= 94)
}

func usEIN(d digits) bool {
	switch p := d.two(0); {
	case p == 0, p >= 7 && p <= 9, p >= 17 && p <= 19, p >= 28 && p <= 29, p == 49, p >= 69 && p <= 70, p >= 78 && p <= 79, p == 89, p >= 96 && p <= 97:
		return false
	}
	return !d.oneDigit()
}

func abaRouting(d digits) bool {
	p := d.two(0)
	return (p <= 12 || p >= 21 && p <= 32 || p >= 61 && p <= 72 || p == 80) && !d.oneDigit() && d.weighted(0, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0
}

func usNPI(d digits) bool {
	full := digits{d: [maxDigits]byte{8, 0, 8, 4, 0}, n: 15}
	copy(full.d[5:], d.d[:10])
	return (d.d[0] == 1 || d.d[0] == 2) && full.luhn()
}

// mod11Down is 11 minus the sum modulo 11, where 10 and 11 give 0.
func mod11Down(sum int) int {
	if r := 11 - sum%11; r < 10 {
		return r
	}
	return 0
}

func brCPF(d digits) bool {
	return !d.oneDigit() && mod11Down(d.weighted(0, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == d.at(9) && mod11Down(d.weighted(0, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == d.at(10)
}

func brCNPJ(d digits) bool {
	return !d.oneDigit() && mod11Down(d.weighted(0, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d.at(12) &&
		mod11Down(d.weighted(0, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d.at(13)
}

func arCUIT(d digits) bool {
	switch d.two(0) {
	case 20, 23, 24, 25, 26, 27, 30, 33, 34:
	default:
		return false
	}
	r := 11 - d.weighted(0, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11
	return r%11 == d.at(10)
}

// rutCheck is the last character of a Chilean number with the n digits before it.
func rutCheck(d digits, n int) byte {
	sum, weight := 0, 2
	for i := n - 1; i >= 0; i-- {
		sum += d.at(i) * weight
		if weight++; weight > 7 {
			weight = 2
		}
	}
	switch r := 11 - sum%11; r {
	case 11:
		return '0'
	case 10:
		return 'K'
	default:
		return byte('0' + r)
	}
}

func clRUT(d digits) bool {
	return d.d[0] != 0 && d.value(0, d.n-1) >= 1000000 && rutCheck(d, d.n-1) == d.d[d.n-1]+'0'
}

func coNIT(d digits) bool {
	r := d.weighted(0, 41, 37, 29, 23, 19, 17, 13, 7, 3) % 11
	if r > 1 {
		r = 11 - r
	}
	return r == d.at(9)
}

func peRUC(d digits) bool {
	switch d.two(0) {
	case 10, 15, 16, 17, 20:
		return (11-d.weighted(0, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10 == d.at(10)
	}
	return false
}

func ecCedula(d digits) bool {
	p := d.two(0)
	return (p >= 1 && p <= 24 || p == 30) && d.d[2] < 6 && d.luhn()
}
