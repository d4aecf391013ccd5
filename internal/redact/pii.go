package redact

import "slices"

// The block of piiDetectors: first those with a matcher of their own, then the
// rows of the tables of official numbers.
const (
	detEmail = firstPII + iota
	detCard
	detIBAN
	detPhone
	detIPv4
	detIPv6
	detMAC
	detPassport
	detLicence
	detBirthDate
	detBankAccount
	detBIC
	detBitcoin
	detEthereum
	firstNumberID

	firstWordID = firstNumberID + countNumberIDs
	endPII      = firstWordID + countWordIDs
)

// Rows of the tables that a matcher finds by itself.
const (
	detSSN     = firstNumberID
	detRUT     = firstNumberID + 9
	detChinaID = firstNumberID + len(americanNumbers) + len(europeanNumbers) + len(northernNumbers) + len(easternNumbers) + 1
	detDNI     = firstWordID
	detNINO    = firstWordID + 2
)

var piiDetectors = slices.Concat(matchedDetectors, numberDetectors(), wordDetectors())

var matchedDetectors = []Detector{
	{Name: "email", Class: ClassPII, Severity: SeverityMedium, Placeholder: "<EMAIL>", Description: "E-mail address", Source: "RFC 5321", specificity: 3},
	{
		Name: "card", Class: ClassFinancial, Severity: SeverityCritical, Placeholder: "<CARD>", specificity: 3, grouped: true,
		Description: "Payment card number: issuer prefix, length of the issuer, Luhn", Source: "ISO/IEC 7812-1",
	},
	{
		Name: "iban", Class: ClassFinancial, Severity: SeverityHigh, Placeholder: "<IBAN>", specificity: 3, grouped: true,
		Description: "International bank account number: form and length of the country, mod 97", Source: "ISO 13616, SWIFT IBAN registry",
	},
	{
		Name: "phone", Class: ClassPII, Severity: SeverityMedium, Placeholder: "<PHONE>", specificity: 2, grouped: true,
		Description: "Phone number: +country by the country's plan, North American and other national forms with unmistakable punctuation, others beside a word such as phone, mobile or call",
		Source:      "ITU-T E.164, E.123; https://nationalnanpa.com",
	},
	{
		Name: "ipv4", Class: ClassNetwork, Severity: SeverityLow, Placeholder: "<IP>", specificity: 2,
		Description: "IPv4 address; no version numbers, not 127.0.0.1 and 0.0.0.0, and not under address keys of the semantic conventions unless an action is set for it",
		Source:      "RFC 791",
	},
	{
		Name: "ipv6", Class: ClassNetwork, Severity: SeverityLow, Placeholder: "<IP>", specificity: 2,
		Description: "IPv6 address, also compressed, with an IPv4 tail or a zone; not ::1, and not under address keys unless an action is set for it",
		Source:      "RFC 4291, RFC 5952, RFC 4007",
	},
	{
		Name: "mac", Class: ClassNetwork, Severity: SeverityLow, Placeholder: "<MAC>", specificity: 2,
		Description: "MAC address with colons or dashes", Source: "IEEE 802",
	},
	{
		Name: "passport", Class: ClassPII, Severity: SeverityHigh, Placeholder: "<PASSPORT>", specificity: 2, grouped: true,
		Description: "Passport number: seven to nine characters right behind a word that names it", Source: "ICAO Doc 9303",
	},
	{
		Name: "driving_licence", Class: ClassPII, Severity: SeverityHigh, Placeholder: "<LICENCE>", specificity: 2, grouped: true,
		Description: "Driving licence number right behind driver's license or the like", Source: "AAMVA DL/ID card design standard",
	},
	{
		Name: "birth_date", Class: ClassPII, Severity: SeverityMedium, Placeholder: "<BIRTH_DATE>", specificity: 2,
		Description: "Date right behind date of birth, born or the like", Source: "45 CFR 164.514(b)(2)(i)(C)",
	},
	{
		Name: "bank_account", Class: ClassFinancial, Severity: SeverityHigh, Placeholder: "<ACCOUNT>", specificity: 2, grouped: true,
		Description: "Account number of 7 to 17 digits right behind account, near bank", Source: "ANSI X9.100-160",
	},
	{
		Name: "bic", Class: ClassFinancial, Severity: SeverityLow, Placeholder: "<BIC>", specificity: 2,
		Description: "SWIFT/BIC code beside a word that names it", Source: "ISO 9362",
	},
	{
		Name: "bitcoin_address", Class: ClassFinancial, Severity: SeverityHigh, Placeholder: "<WALLET>", specificity: 3,
		Description: "Bitcoin address: base58check or bech32 checksum", Source: "BIP 13, BIP 173, BIP 350",
	},
	{
		Name: "ethereum_address", Class: ClassFinancial, Severity: SeverityHigh, Placeholder: "<WALLET>", specificity: 3,
		Description: "Ethereum address: checksum in its capitals, or beside a word such as wallet", Source: "EIP-55",
	},
}

func numberDetectors() []Detector {
	var all []Detector
	for _, id := range numberIDs {
		all = append(all, officialNumber(id.name, id.class, id.placeholder, id.what, id.source))
	}
	return all
}

func wordDetectors() []Detector {
	var all []Detector
	for _, id := range wordIDs {
		all = append(all, officialNumber(id.name, id.class, id.placeholder, id.what, id.source))
	}
	return all
}

func officialNumber(name, class, placeholder, what, source string) Detector {
	if class == "" {
		class = ClassPII
	}
	return Detector{Name: name, Class: class, Severity: SeverityHigh, Placeholder: placeholder, Description: what, Source: source, specificity: 3, grouped: true}
}
