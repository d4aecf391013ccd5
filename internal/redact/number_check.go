package redact

// Arithmetic that check digits of many countries share.

// weighted sums the digits from i, each times its weight.
func (d *digits) weighted(i int, weights ...int) int {
	sum := 0
	for j, w := range weights {
		sum += int(d.d[i+j]) * w
	}
	return sum
}

// at returns the digit i as a number.
func (d *digits) at(i int) int { return int(d.d[i]) }

func (d *digits) luhn() bool { return luhn(d.d[:d.n]) }

func luhn(number []byte) bool {
	sum := 0
	for i := range number {
		d := int(number[len(number)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// luhnText is luhn for a text of digits.
func luhnText(text string) bool {
	sum := 0
	for len(text) > 1 {
		one, two := text[len(text)-1]-'0', text[len(text)-2]-'0'
		sum += int(one) + int(luhnDoubled[two&15])
		text = text[:len(text)-2]
	}
	if text != "" {
		sum += int(text[0] - '0')
	}
	return sum%10 == 0
}

// luhnDoubled are the digits of the doubles of digits, added.
var luhnDoubled = [16]uint8{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}

func (d *digits) oneDigit() bool { return oneDigit(d.d[:d.n]) }

func oneDigit(number []byte) bool {
	for _, d := range number[1:] {
		if d != number[0] {
			return false
		}
	}
	return true
}

// mod97Of returns the first n digits modulo 97.
func (d *digits) mod97Of(n int) int {
	rest := 0
	for _, x := range d.d[:n] {
		rest = (rest*10 + int(x)) % 97
	}
	return rest
}

// iso7064 is MOD 11,10 of ISO/IEC 7064 over all digits.
func (d *digits) iso7064() bool {
	product := 10
	for _, x := range d.d[:d.n-1] {
		sum := (int(x) + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = sum * 2 % 11
	}
	return (11-product)%10 == d.at(d.n-1)
}

// The dihedral group's table and the permutation of Verhoeff's check digit.
var (
	verhoeffTable = [10][10]byte{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		{1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
		{2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
		{3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
		{4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
		{5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
		{6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
		{7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
		{8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
		{9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
	}
	verhoeffTurn = [8][10]byte{
		{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		{1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
		{5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
		{8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
		{9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
		{4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
		{2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
		{7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
	}
)

func (d *digits) verhoeff() bool {
	c := byte(0)
	for i := range d.n {
		c = verhoeffTable[c][verhoeffTurn[i%8][d.d[d.n-1-i]]]
	}
	return c == 0
}

// isDay reports whether month and day can be; the year is not known.
func isDay(month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 && (day <= 30 || month != 4 && month != 6 && month != 9 && month != 11) && (month != 2 || day <= 29)
}

func isCalendarDate(year, month, day int) bool {
	return year >= 1900 && year < 2100 && isDay(month, day)
}

// yymmdd and ddmmyy read a date of birth at the front of a number.
func (d *digits) yymmdd() bool { return isDay(d.two(2), d.two(4)) }
func (d *digits) ddmmyy() bool { return isDay(d.two(2), d.two(0)) }
