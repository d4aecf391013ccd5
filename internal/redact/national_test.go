package redact

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDetectorsOfPersonalDataAreDescribed(t *testing.T) {
	names := map[string]bool{}
	for _, d := range piiDetectors {
		require.False(t, names[d.Name], d.Name)
		names[d.Name] = true
		require.NotEmpty(t, d.Description, d.Name)
		require.NotEmpty(t, d.Source, d.Name)
		require.Regexp(t, `^<[A-Z_]+>$`, d.Placeholder, d.Name)
		require.Contains(t, classNames, d.Class, d.Name)
	}
	require.Len(t, piiDetectors, endPII-firstPII)
	require.Equal(t, "us_ssn", detectors[detSSN].Name)
	require.Equal(t, "cl_rut", detectors[detRUT].Name)
	require.Equal(t, "cn_resident_id", detectors[detChinaID].Name)
	require.Equal(t, "es_dni", detectors[detDNI].Name)
	require.Equal(t, "uk_nino", detectors[detNINO].Name)
	require.LessOrEqual(t, int(firstIDContext)+countNumberIDs+countWordIDs, 128, "contexts are bits of a contextSet")
}

// TestChecksRejectMostNumbers draws digits: what a row accepts of them, ordinary
// ids would be taken for.
func TestChecksRejectMostNumbers(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for i := range numberIDs {
		id := &numberIDs[i]
		if id.linked || id.name == "us_ssn" { // a name must stand right before, or dashes in their places
			continue
		}
		const tries = 5000
		for _, n := range id.lengths {
			accepted := 0
			for range tries {
				if id.valid(digitsOf(drawShape(draw, strings.Repeat("9", n), ""))) {
					accepted++
				}
			}
			require.LessOrEqual(t, accepted, tries*12/100, "%s, %d digits", id.name, n)
		}
	}
}

// TestOneWrongDigitIsNoticed changes every digit of every vector.
func TestOneWrongDigitIsNoticed(t *testing.T) {
	unchecked := map[string]bool{"us_ssn": true, "us_itin": true, "us_ein": true, "dk_cpr": true, "imsi": true, "medical_record": true, "is_kennitala": true, "au_medicare": true}
	for i := range numberIDs {
		id := &numberIDs[i]
		if unchecked[id.name] {
			continue
		}
		number := []byte(numberVectors(id)[0].Secret)
		changed, accepted := 0, 0
		for at := range number {
			was := number[at]
			for c := byte('0'); c <= '9'; c++ {
				if number[at] = c; c != was {
					changed++
					if id.valid(digitsOf(string(number))) {
						accepted++
					}
				}
			}
			number[at] = was
		}
		require.LessOrEqual(t, accepted, changed/8, id.name)
	}
}

// TestPublishedExamples are numbers that the offices and standards print.
func TestPublishedExamples(t *testing.T) {
	e := mustNew(t, Config{})
	f := func(text, detector string) {
		t.Helper()
		matches := e.Find("", text)
		require.Len(t, matches, 1, text)
		require.Equal(t, detector, matches[0].Detector, text)
	}
	f("NHS number 943 476 5919", "uk_nhs")
	f("PESEL 44051401359", "pl_pesel")
	f("CPF 111.444.777-35", "br_cpf")
	f("CNPJ 11.222.333/0001-81", "br_cnpj")
	f("AHV 756.9217.0769.85", "ch_ahv")
	f("MBI 1EG4-TE5-MK73", "us_mbi")
	f("TFN 123 456 782", "au_tfn")
	f("ABN 51 824 753 556", "au_abn")
	f("SIN 046 454 286", "ca_sin")
	f("NPI 1234567893", "us_npi")
	f("DNI 12345678Z", "es_dni")
	f("DNI 12.345.678-Z", "es_dni")
	f("NIE X-1234567-L", "es_nie")
	f("codice fiscale RSSMRA85T10A562S", "it_codice_fiscale")
	f("HETU 131052-308T", "fi_hetu_code")
	f("personnummer 811218-9876", "se_personnummer")
	f("BSN 111222333", "nl_bsn")
	f("rijksregisternummer 93.05.18-223.61", "be_national_number")
	f("VIN 1M8GDM9AXKP042788", "vin")
	f("IMEI 490154203237518", "imei")
	f("NI number AB 12 34 56 C", "uk_nino")
	f("CURP HEGG560427MVZRRL04", "mx_curp")
	f("NRIC S0000001I", "sg_nric")
	f("身分證 A123456789", "tw_id")
	f("RUT 12.345.678-5", "cl_rut")
	f("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "ethereum_address")
	f("bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", "bitcoin_address")
	f("IBAN GB82 WEST 1234 5698 7654 32", "iban")
	f("iban: fr1420041010050500013m02606", "iban")
	f("VAT DE136695976", "eu_vat")
	f("VAT ATU13585627", "eu_vat")
}

func TestNumbersWithoutAWordBesideThemStay(t *testing.T) {
	e := mustNew(t, Config{})
	for _, text := range []string{
		"9434765919", "44051401359", "111444777", "046 454 286", "123456782", "51824753556", "1234567893", "1M8GDM9AXKP042788", "490154203237518", "ATU13585627", "DEUTDEFF",
		"C01X00T47", "20240506Z", "86400000L", "ISBN 978-3-16-148410-0", "EAN 4006381333931", "1Z999AA10123456784", "AB123456E", "QQ123456C", "GB123456A", "X1234567M",
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", "bank PASSWORD DATABASE", "swift build INTERNAL", "routing key 123456789", "account 123456789012",
	} {
		require.Empty(t, e.Find("", text), text)
	}
}

func TestEveryCountryHasALengthOfIBAN(t *testing.T) {
	count, lengths := 0, map[string]int{"NO": 15, "DE": 22, "GB": 22, "FR": 27, "MT": 31, "RU": 33, "LC": 32, "BR": 29, "SC": 31, "MU": 30}
	for i, form := range ibanForms {
		if form.length == 0 {
			continue
		}
		count++
		require.LessOrEqual(t, form.length, 34)
		country := string([]byte{byte('A' + i/26), byte('A' + i%26)})
		if want := lengths[country]; want != 0 {
			require.Equal(t, want, form.length, country)
		}
		require.True(t, isCountry(country[0], country[1]), country)
	}
	require.Equal(t, 89, count)
}

func TestPlansAreReadable(t *testing.T) {
	count := 0
	for code, p := range plans {
		if p.max == 0 {
			continue
		}
		count++
		require.True(t, code > 0 && p.min >= 4 && p.min <= p.max && p.max <= 13, "%d: %v", code, p)
	}
	require.Greater(t, count, 200)
}
