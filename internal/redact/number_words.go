package redact

import "strings"

// commonWords are the words of the contexts above, in the languages in which
// logs and tickets are written.
var commonWords = map[uint]string{
	ctxPhone: `phone phones phoned telephone telephones tel tele mobile mobil cell cellphone cellular fax msisdn sms whatsapp whats gsm hotline landline desk
		phonenumber phoneno mobileno mobilenumber contactnumber handphone smartphone callerid
		telefon telefonnummer rufnummer mobilnummer handy handynummer festnetz
		telefono teléfono teléfonos telefonos móvil movil celular cellulare fijo
		téléphone telephonique portable fixe
		telefone telemóvel telemovel
		telefoon telefoonnummer mobiel gsmnummer
		tlf tlfn mobilnr telefonnr puhelin puhelinnumero matkapuhelin
		telefonu komórka komorka telefonszám
		телефон тел Телефон Тел мобильный τηλ τηλέφωνο κινητό 电话 手机 電話 電話番号 携帯 전화 전화번호 휴대폰`,
	ctxCall: `call called calling dial dialed dialled dialing ring rang reach reached reachable contact contacted contacts message messages messaged
		text texted texting answer answers answering voicemail registered switchboard helpline pager caller callee
		llamar llame appeler appelez joindre anrufen erreichen chiamare ligar`,
	ctxOffice: `office home work direct reception büro bureau oficina kontor`,
	ctxCard: `card cards creditcard creditcards debitcard cardnumber cardno ccnumber ccnum visa credit debit pan maestro mastercard amex cc payment
		kreditkarte kreditkartennummer carte tarjeta carta cartão`,
	ctxBirth: `birth birthday birthdate birthdays dob born dateofbirth geboren geburtsdatum geburtstag naissance né née nacimiento nacido nacida
		nascita nascimento geboortedatum födelsedatum urodzenia`,
	ctxDriver:     `driver drivers driving dl dln dmv driverslicense driverlicense führerschein fuhrerschein`,
	ctxLicence:    `license licence licenses licences dl dln driverslicense driverlicense führerschein fuhrerschein licencia permis permit`,
	ctxPassport:   `passport passports passportnumber passportno pasaporte passeport passaporto passaporte reisepass paspoort paszport`,
	ctxBank:       `bank banks banking bankaccount checking savings iban konto kontonummer sepa ach`,
	ctxAccount:    `account accounts acct accountnumber bankaccount konto kontonummer iban`,
	ctxBIC:        `bic swift swiftcode swiftbic biccode`,
	ctxWallet:     `wallet wallets eth ethereum erc ether metamask btc bitcoin crypto usdt usdc payout onchain`,
	ctxNumber:     `number numbers`,
	ctxPerson:     `my me his him her us our their them your`,
	ctxNationalID: `national nationalid citizen citizenship taxpayer taxid tin nationality ssn identitynumber idnumber personalid`,
}

// linkWords may stand between a context and its number.
const linkWords = `number numbers num nr no nos is was are be at on to me us him her them my our your his their its the an via by please under with for
	of and or using new old current primary secondary personal private business home work full raw value formatted string int text nummer numero número
	numéro nro code card direct main line extension ist lautet es est il app it from date day am le la el em den`

// stopWords name numbers that are none of those looked for.
const stopWords = `order orders invoice request requests trace span offset seq sequence bytes byte size ts time timestamp epoch duration count pid tid thread
	version build commit ticket event job task txn transaction row rows page port batch index partition shard sku revision serial checksum crc hash length
	latency elapsed took total amount price sum limit max min step tokens score lat lon latitude longitude exit status error errno line lines attempt
	uid gid fd ppid inode block blocks height width nonce lease generation resource resourceversion parcel article item items product products`

func allContextWords() map[string]meaning {
	words := map[string]meaning{}
	add := func(list string, set contextSet, role uint8) {
		for _, w := range strings.Fields(list) {
			m := words[w]
			m.set.add(set)
			m.role = max(m.role, role)
			words[w] = m
		}
	}
	add(stopWords, contextSet{}, roleStop)
	for context, list := range commonWords {
		for _, w := range strings.Fields(list) {
			m := words[w]
			m.set.add(contextOf(context))
			m.role = roleNone // a word of a context is no stop
			words[w] = m
		}
	}
	for i := range numberIDs {
		add(numberIDs[i].words, contextOf(numberIDs[i].context(i)), roleNone)
	}
	for i := range wordIDs {
		add(wordIDs[i].words, contextOf(wordIDs[i].context(i)), roleNone)
	}
	for _, w := range strings.Fields(linkWords) {
		m := words[w]
		m.role = roleLink
		words[w] = m
	}
	return words
}
