package redact

// deviceNumbers are of devices, cards in them, and records: what leads to a
// person without being given to one.
var deviceNumbers = [...]numberID{
	{
		name: "imei", placeholder: "<IMEI>", what: "IMEI of a phone: Luhn", source: "3GPP TS 23.003 section 6.2",
		lengths: []int{15}, words: "imei imeisv", valid: func(d digits) bool { return d.luhn() && !d.oneDigit() },
	},
	{
		name: "imsi", placeholder: "<IMSI>", what: "IMSI of a subscriber, behind a word that names it", source: "3GPP TS 23.003 section 2.2",
		lengths: []int{14, 15}, words: "imsi supi", linked: true, valid: func(d digits) bool { return d.d[0] >= 2 && d.d[0] <= 7 },
	},
	{
		name: "iccid", placeholder: "<ICCID>", what: "ICCID of a SIM: 89 and Luhn", source: "ITU-T E.118",
		lengths: []int{19, 20}, words: "iccid sim simcard esim", valid: func(d digits) bool { return d.two(0) == 89 && d.luhn() },
	},
	{
		name: "medical_record", placeholder: "<MRN>", class: ClassHealth, what: "Medical record number, behind a word that names it", source: "45 CFR 164.514(b)(2)(i)(H)",
		lengths: []int{7, 8, 9, 10, 11, 12}, words: "mrn medicalrecord medicalrecordnumber medrec mrnumber", linked: true, valid: func(d digits) bool { return !d.oneDigit() },
	},
}
