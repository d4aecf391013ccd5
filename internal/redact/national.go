package redact

import (
	"slices"
	"strings"
)

// numberID is an official number of digits only: one row is a detector.
type numberID struct {
	name, placeholder string
	class             string // pii when empty
	what, source      string

	lengths []int  // of digits
	printed string // forms that need no word beside them, such as 3.3.3-2; "|" separates
	words   string // what names it, in the key or before it
	sure    bool   // so many check digits that the words national id or tax id do
	linked  bool   // without a check digit: a name must stand right before it
	valid   func(d digits) bool
}

// maxIDDigits is the most digits a number of the tables has.
const maxIDDigits = 20

// idTables in the order in which they name a match.
var numberIDs = slices.Concat(americanNumbers[:], europeanNumbers[:], northernNumbers[:], easternNumbers[:], asianNumbers[:], deviceNumbers[:])

const countNumberIDs = len(americanNumbers) + len(europeanNumbers) + len(northernNumbers) + len(easternNumbers) + len(asianNumbers) + len(deviceNumbers)

// context is the bit of the row in a contextSet.
func (*numberID) context(row int) uint { return firstIDContext + uint(row) }

var (
	numbersByLength = indexNumbers(false)
	printedByLength = indexNumbers(true)
)

// indexNumbers lists the rows by their number of digits, so that a run of
// digits is held against a few of them.
func indexNumbers(printed bool) (index [maxIDDigits + 1][]uint8) {
	for i, id := range numberIDs {
		if printed && id.printed == "" {
			continue
		}
		for _, n := range id.lengths {
			index[n] = append(index[n], uint8(i))
		}
	}
	return index
}

// numberID finds the official number that d is, of those that about names.
func (sc *scanner) numberID(d digits, start, end int, about *context) (hit, bool) {
	if d.n > maxIDDigits {
		return hit{}, false
	}
	generic := about.near.has(ctxNationalID)
	for _, row := range numbersByLength[d.n] {
		id := &numberIDs[row]
		named := about.near
		if id.linked {
			named = about.linked
		}
		if !named.has(id.context(int(row))) && !(generic && id.sure) {
			continue
		}
		if id.valid == nil || id.valid(d) {
			return sc.found(start, end, firstNumberID+int(row))
		}
	}
	return sc.documentNumber(d.n, start, end, about)
}

// printedNumber finds numbers whose printed form says what they are.
func (sc *scanner) printedNumber(d digits, f *form, start, end int) (hit, bool) {
	if d.n > maxIDDigits {
		return hit{}, false
	}
	if c := byteAt(sc.s, start-1); c == '-' || c == '.' || c == '_' {
		return hit{}, false
	}
	for _, row := range printedByLength[d.n] {
		if id := &numberIDs[row]; f.in(id.printed) && id.valid(d) && !sc.isPartNumber(start) {
			return sc.found(start, end, firstNumberID+int(row))
		}
	}
	return hit{}, false
}

// isPartNumber reports whether what stands right before start, or is the key of
// a value that begins there, names a thing: part no. 123-45-6789, sku=….
func (sc *scanner) isPartNumber(start int) bool {
	name, end := lastWord(sc.s, start)
	if name == "" && end == 0 {
		return isPartWord(sc.key)
	}
	return isPartWord(sc.s[max(0, end-32):end])
}

func isPartWord(name string) bool {
	word, end := lastWord(name, len(name))
	switch strings.ToLower(word) {
	case "no", "nr", "num", "number", "numbers":
		word, _ = lastWord(name, end-len(word))
	}
	switch strings.ToLower(word) {
	case "part", "parts", "sku", "model", "drawing", "catalog", "mpn", "partno", "partnumber":
		return true
	}
	return false
}

// lastWord returns the letters before i that up to four other characters
// separate from it, and where they end.
func lastWord(s string, i int) (word string, end int) {
	end = i
	for end > 0 && i-end < 4 && !isLetter(s[end-1]) {
		end--
	}
	from := end
	for from > 0 && end-from < maxWordLength && isLetter(s[from-1]) {
		from--
	}
	return s[from:end], end
}

// documentNumber finds numbers without a check digit by the words right before
// them: passports, driving licences, medical records, accounts.
func (sc *scanner) documentNumber(n, start, end int, about *context) (hit, bool) {
	switch {
	case about.linked.has(ctxPassport) && n >= 7 && n <= 9:
		return sc.found(start, end, detPassport)
	case about.linked.has(ctxLicence) && about.near.has(ctxDriver) && n >= 7 && n <= 15:
		return sc.found(start, end, detLicence)
	case about.linked.has(ctxAccount) && about.near.has(ctxBank) && n >= 7 && n <= 17:
		return sc.found(start, end, detBankAccount)
	}
	return hit{}, false
}
