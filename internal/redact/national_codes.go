package redact

// personCodes are given to persons.
var personCodes = [...]wordID{
	{
		name: "es_dni", placeholder: "<DNI>", what: "Spanish DNI: eight digits and the letter modulo 23", source: "https://www.interior.gob.es",
		shapes: "99999999A", words: "dni nif", alone: true, dashed: true, valid: esDNI,
	},
	{
		name: "es_nie", placeholder: "<NIE>", what: "Spanish NIE: X, Y or Z, seven digits and the letter modulo 23", source: "https://www.interior.gob.es",
		shapes: "A9999999A", words: "nie nif", alone: true, dashed: true, valid: esNIE,
	},
	{
		name: "uk_nino", placeholder: "<NINO>", what: "UK national insurance number: prefixes in use, suffix A to D", source: "https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110",
		shapes: "AA999999A", words: "nino insurance ni", alone: true, valid: ukNINO,
	},
	{
		name: "it_codice_fiscale", placeholder: "<CODICE_FISCALE>", what: "Italian codice fiscale: month letter, day, check letter", source: "https://www.agenziaentrate.gov.it",
		shapes: "AAAAAA**A**A***A", words: "codice fiscale cf", alone: true, valid: itCodiceFiscale,
	},
	{
		name: "fr_nir_corsica", placeholder: "<NIR>", what: "French social security number of somebody born in Corsica (2A, 2B)", source: "https://www.insee.fr/fr/metadonnees/definition/c1409",
		shapes: "999999A99999999", words: "nir insee securite sécurité sociale", alone: true, valid: frNIRCorsica,
	},
	{
		name: "fi_hetu_code", placeholder: "<HETU>", what: "Finnish personal identity code with a control letter", source: "https://dvv.fi/en/personal-identity-code",
		shapes: "999999999A|999999A999*", words: "hetu henkilötunnus henkilotunnus", dashed: true, alone: true, valid: fiHETU,
	},
	{
		name: "ie_pps", placeholder: "<PPS>", what: "Irish PPS number: letter modulo 23", source: "https://www.gov.ie/en/department-of-social-protection",
		shapes: "9999999A|9999999AA", words: "pps ppsn", valid: iePPS,
	},
	{
		name: "in_pan", placeholder: "<PAN>", what: "Indian permanent account number: kind of holder in the fourth place", source: "https://www.incometax.gov.in",
		shapes: "AAAAA9999A", words: "pan pancard", alone: true, valid: inPAN,
	},
	{
		name: "mx_curp", placeholder: "<CURP>", what: "Mexican CURP: date, sex, state, check digit", source: "https://www.gob.mx/curp",
		shapes: "AAAA999999AAAAAA*9", words: "curp", alone: true, valid: mxCURP,
	},
	{
		name: "mx_rfc", placeholder: "<RFC>", what: "Mexican RFC: date", source: "https://www.sat.gob.mx",
		shapes: "AAAA999999***|AAA999999***", words: "rfc contribuyente", valid: mxRFC,
	},
	{
		name: "sg_nric", placeholder: "<NRIC>", what: "Singapore NRIC or FIN: check letter", source: "https://www.ica.gov.sg",
		shapes: "A9999999A", words: "nric fin", alone: true, valid: sgNRIC,
	},
	{
		name: "hk_id", placeholder: "<HKID>", what: "Hong Kong identity card: check digit", source: "https://www.immd.gov.hk",
		shapes: "A9999999|A999999A|AA9999999|AA999999A", words: "hkid hk", valid: hkID,
	},
	{
		name: "tw_id", placeholder: "<TAIWAN_ID>", what: "Taiwanese identity or resident number: check digit", source: "https://www.ris.gov.tw",
		shapes: "A999999999", words: "身分證 身分證字號 身份證 taiwan taiwanese roc identity", valid: twID,
	},
	{
		name: "cn_resident_id_x", placeholder: "<RESIDENT_ID>", what: "Chinese resident identity number whose check is X", source: "GB 11643-1999",
		shapes: "99999999999999999A", words: "resident 身份证", alone: true, valid: cnResidentX,
	},
	{
		name: "uk_driving_licence", placeholder: "<LICENCE>", what: "British driving licence: name, date, initials", source: "https://www.gov.uk/government/publications/driving-licence-number",
		shapes: "A****999999*****", words: "driver driving licence license dvla", valid: ukLicence,
	},
}
