package redact

import (
	"crypto/sha256"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

// piiVectors are examples of personal, financial, network and health data. Those
// of official numbers are made from their rows: digits are drawn until the check
// digits are right; a near miss has the last one wrong.
func piiVectors() []Vector { return slices.Clone(drawnVectors()) }

// drawnVectors are drawn once: some rows take thousands of tries.
var drawnVectors = sync.OnceValue(func() []Vector {
	all := matchedVectors()
	for i := range numberIDs {
		all = append(all, numberVectors(&numberIDs[i])...)
	}
	for i := range wordIDs {
		all = append(all, codeVectors(&wordIDs[i])...)
	}
	return all
})

// vectorFronts shorten the draw: a region and a day, a kind, a prefix.
var vectorFronts = map[string]string{
	"us_ssn": "219", "us_itin": "91272", "us_ein": "12", "ch_ahv": "756", "cn_resident_id": "11010519491231", "cn_resident_id_x": "11010519491231",
	"kr_rrn": "920814", "fr_nir": "28410", "fr_nir_corsica": "180042A", "iccid": "8949", "imsi": "26201", "za_id": "800101", "jmbg": "0101980",
	"uk_driving_licence": "MORGA657", "in_gstin": "29ABCPE", "nz_ird": "49", "au_medicare": "2", "lv_personas_kods": "161175", "ru_snils": "112", "mx_curp": "GOMC800101M", "eu_vat": "DK", "meid": "A0000025", "us_dea": "AB", "tw_id": "A1",
}

// maxDraws is far more than any row needs.
const maxDraws = 200_000

func numberVectors(id *numberID) []Vector {
	name, _, _ := strings.Cut(id.words, " ")
	draw := rand.New(rand.NewPCG(uint64(id.lengths[0]), 1))
	for range maxDraws {
		text := drawShape(draw, strings.Repeat("9", id.lengths[0]), vectorFronts[id.name])
		if id.valid != nil && !id.valid(digitsOf(text)) {
			continue
		}
		vectors := []Vector{{Detector: id.name, Text: name + ": " + text + " (new)", Secret: text}, {Detector: id.name, Text: "ordered " + text[:len(text)-1] + " (new)"}}
		for form := range strings.SplitSeq(id.printed, "|") {
			if printed := printAs(text, form); printed != "" {
				vectors = append(vectors, Vector{Detector: id.name, Text: "wrote " + printed + ", then left", Secret: printed})
			}
		}
		return vectors
	}
	return nil
}

// printAs groups digits as a form such as 3.3.3-2 says; a form for fewer or more
// gives nothing.
func printAs(digits, form string) string {
	var b strings.Builder
	for i := range len(form) {
		if !isDigit(form[i]) {
			b.WriteByte(form[i])
			continue
		}
		size := int(form[i] - '0')
		if size > len(digits) {
			return ""
		}
		b.WriteString(digits[:size])
		digits = digits[size:]
	}
	if digits != "" {
		return ""
	}
	return b.String()
}

func digitsOf(text string) digits {
	d := digits{n: len(text)}
	for i := range len(text) {
		d.d[i] = text[i] - '0'
	}
	return d
}

func codeVectors(id *wordID) []Vector {
	name, _, _ := strings.Cut(id.words, " ")
	shape, _, _ := strings.Cut(id.shapes, "|")
	draw := rand.New(rand.NewPCG(uint64(len(shape)), 2))
	for range maxDraws {
		text := drawShape(draw, shape, vectorFronts[id.name])
		c := code{n: len(text)}
		copy(c.c[:], text)
		if id.valid != nil && !id.valid(c) {
			continue
		}
		vectors := []Vector{{Detector: id.name, Text: name + ": " + text + " (new)", Secret: text}, {Detector: id.name, Text: name + ": " + text[:4] + " (new)"}}
		if id.valid == nil || !id.alone {
			return append(vectors, Vector{Detector: id.name, Text: "ordered " + text + " (new)"})
		}
		return append(vectors, Vector{Detector: id.name, Text: "wrote " + text + ", then left", Secret: text})
	}
	return nil
}

// drawShape completes front to a shape.
func drawShape(draw *rand.Rand, shape, front string) string {
	b := []byte(front)
	for _, kind := range []byte(shape[len(front):]) {
		alphabet := madeup.Digits
		switch kind {
		case 'A':
			alphabet = madeup.Upper
		case '*':
			alphabet = madeup.Digits + madeup.Upper
		}
		b = append(b, alphabet[draw.IntN(len(alphabet))])
	}
	return string(b)
}

// matchedVectors are of the detectors with a matcher of their own.
func matchedVectors() []Vector {
	at := func(detector, prefix, secret, suffix string) Vector {
		return Vector{Detector: detector, Text: prefix + secret + suffix, Secret: secret}
	}
	miss := func(detector, text string) Vector { return Vector{Detector: detector, Text: text} }
	visa := madeup.Luhn("4", 16, 11)
	return []Vector{
		at("email", "invited ", "ada.lovelace@example.com", " today"),
		at("email", "from=", "o'hara+x@mail.example.co.uk", ";"),
		miss("email", "icon@2x.png of user@localhost and lodash@4.17.21"),
		at("card", "charged ", visa, " twice"),
		at("card", "charged ", madeup.Luhn("37", 15, 12), ""),
		at("card", "charged ", printAs(madeup.Luhn("5100", 16, 13), "4 4 4 4"), ", thanks"),
		miss("card", "charged "+visa[:15]+string('0'+(visa[15]-'0'+1)%10)+" twice"),
		miss("card", "charged "+visa[:15]),
		at("iban", "to ", "DE89"+"3704"+"0044"+"0532"+"0130"+"00", "."),
		at("iban", "to ", "GB82 WEST "+"1234 5698 7654 32", " today"),
		miss("iban", "to DE89"+"3704"+"0044"+"0532"+"0130"+"01."),
		miss("iban", "to DE89"+"3704"+"0044"+"0532"+"0130"+"0."),
		at("phone", "rang ", "+44 20 7946 0958", " twice"),
		at("phone", "rang ", "(212) 555-0142", " twice"),
		at("phone", "phone: ", "0341 8387176", ""),
		at("phone", "mobile=", "2125550142", ";"),
		at("phone", "desk ", "212-555-0142x4587", ""),
		miss("phone", "rang 2125550142 times"),
		miss("phone", "part 012-345-6789"),
		at("ipv4", "peer ", "203.0.113.42", ":52144 closed"),
		miss("ipv4", "Chrome/120.0.6099.71 and Edg/120.0.0.0"),
		miss("ipv4", "released v1.2.3.4, version 5.6.7.8, pkg==1.2.3.4, oid 1.3.6.1.4.1"),
		miss("ipv4", "peer 203.0.113.256"),
		at("ipv6", "peer [", "2001:db8::ff00:42:8329", "]:443 closed"),
		at("ipv6", "peer ", "fe80::1ff:fe23:4567:890a%eth2", " closed"),
		at("ipv6", "peer ", "::ffff:203.0.113.42", " closed"),
		miss("ipv6", "at 12:30:45 in std::vec add::be"),
		miss("ipv6", "peer 2001:db8:0:0:0:ff00:42"),
		at("mac", "nic ", "00:1b:63:84:45:e6", " up"),
		at("mac", "nic ", "00-1B-63-84-45-E6", " up"),
		miss("mac", "nic 00:1b:63:84:45 up, fingerprint 00:1b:63:84:45:e6:12:34:56"),
		at("passport", "passport number ", "C01X00T47", " seen"),
		at("passport", "passport no. ", "340020013", ""),
		miss("passport", "parcel C01X00T47 seen"),
		at("driving_licence", "driver's license number is ", "F162823540116", "."),
		miss("driving_licence", "license number is F162823540116."),
		at("birth_date", "date of birth: ", "1980-02-29", ", female"),
		at("birth_date", "born on ", "29/02/1980", ""),
		miss("birth_date", "updated on 1980-02-29"),
		at("bank_account", "bank account number ", "12345678901", ""),
		miss("bank_account", "account number 12345678901"),
		at("bic", "SWIFT code ", "DEUTDEFF500", ""),
		miss("bic", "code DEUTDEFF500"),
		at("bitcoin_address", "paid to ", madeBitcoin(14), " today"),
		at("bitcoin_address", "paid to ", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7k"+"v8f3t4", " today"),
		miss("bitcoin_address", "paid to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7k"+"v8f3t5 today"),
		at("ethereum_address", "wallet ", "0x"+madeup.Random(madeup.Hex, 40, 15), " funded"),
		miss("ethereum_address", "hash 0x"+madeup.Random(madeup.Hex, 40, 15)+" seen"),
	}
}

// madeBitcoin is an address of nobody: 20 drawn bytes and their checksum.
func madeBitcoin(seed uint64) string {
	var raw [25]byte
	copy(raw[1:21], madeup.Random(madeup.Alnum, 20, seed))
	sum := sha256.Sum256(raw[:21])
	sum = sha256.Sum256(sum[:])
	copy(raw[21:], sum[:4])
	number := new(big.Int).SetBytes(raw[:])
	address := ""
	for rest := new(big.Int); number.Sign() > 0; {
		number.DivMod(number, big.NewInt(58), rest)
		address = string(base58Alphabet[rest.Int64()]) + address
	}
	return "1" + address
}
