package redact

import "strings"

// healthCodes are of patients and of those who treat them. Numbers of digits
// only (NPI, NHS, Medicare) are in the tables of their countries.
var healthCodes = [...]wordID{
	{
		name: "us_mbi", placeholder: "<MBI>", class: ClassHealth, what: "US Medicare beneficiary identifier: the kind of every place", source: "https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi-with-format.pdf",
		shapes: "9A*9A*9AA99", words: "mbi medicare beneficiary", dashed: true, valid: usMBI,
	},
	{
		name: "us_dea", placeholder: "<DEA>", class: ClassHealth, what: "US DEA registration number: registrant type, check digit", source: "https://www.deadiversion.usdoj.gov",
		shapes: "AA9999999|A99999999", words: "dea prescriber", valid: usDEA,
	},
	{
		name: "medical_record_code", placeholder: "<MRN>", class: ClassHealth, what: "Medical record number with letters, behind MRN", source: "45 CFR 164.514(b)(2)(i)(H)",
		shapes: "A9999999|AA999999|A99999999|AA9999999|AAA9999999|AAA999999|AAA99999999", words: "mrn medicalrecord medicalrecordnumber",
	},
}

// usMBI has letters without S, L, O, I, B and Z.
func usMBI(c code) bool {
	if c.c[0] == '0' {
		return false
	}
	for _, x := range c.c[:11] {
		if strings.IndexByte("SLOIBZ", x) >= 0 {
			return false
		}
	}
	return true
}

func usDEA(c code) bool {
	if strings.IndexByte("ABCDEFGHJKLMPRSTUX", c.c[0]) < 0 || isDigit(c.c[1]) && c.c[1] != '9' {
		return false
	}
	d := c.digits(2, 7)
	return (d.at(0)+d.at(2)+d.at(4)+2*(d.at(1)+d.at(3)+d.at(5)))%10 == d.at(6)
}
