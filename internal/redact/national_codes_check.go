package redact

import "strings"

const dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

func dniLetter(n int) byte { return dniLetters[n%23] }

// esDNI spares days (20240506T) and Java's long literals (86400000L).
func esDNI(c code) bool {
	n, letter := c.value(0, 8), c.c[8]
	if letter != dniLetter(n) || n == 0 {
		return false
	}
	return letter != 'L' && letter != 'T' && letter != 'Z' || !isCalendarDate(n/10000, n/100%100, n%100) && n%1000 != 0
}

func esNIE(c code) bool {
	return c.c[0] >= 'X' && c.c[0] <= 'Z' && c.c[8] == dniLetter(int(c.c[0]-'X')*10_000_000+c.value(1, 7))
}

func ukNINO(c code) bool {
	a, b := c.c[0], c.c[1]
	if strings.IndexByte("DFIQUV", a) >= 0 || strings.IndexByte("DFIOQUV", b) >= 0 || c.c[8] > 'D' {
		return false
	}
	switch string(c.c[:2]) {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ":
		return false
	}
	return true
}

// spacedNINO reads AB 12 34 56 C, of which n is the middle.
func (sc *scanner) spacedNINO(n *number) (hit, bool) {
	s := sc.s
	if n.n != 6 || n.groups != 3 || n.sizes[0] != 2 || n.sizes[1] != 2 || n.seps[1] != ' ' || n.seps[2] != ' ' || n.start < 3 || n.start-3 < sc.floor {
		return hit{}, false
	}
	end := n.ends[2]
	if s[n.start-1] != ' ' || byteAt(s, end) != ' ' || !isUpper(byteAt(s, end+1)) || isWord(byteAt(s, end+2)) || (n.start > 3 && isWord(s[n.start-4])) ||
		!isUpper(s[n.start-2]) || !isUpper(s[n.start-3]) {
		return hit{}, false
	}
	c := code{n: 9}
	c.c[0], c.c[1], c.c[8] = s[n.start-3], s[n.start-2], s[end+1]
	if !ukNINO(c) {
		return hit{}, false
	}
	return sc.found(n.start-3, end+2, detNINO)
}

// oddFiscale are the values of characters in odd places, by the number of the
// digit or letter.
var oddFiscale = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// itCodiceFiscale accepts letters for digits where two persons would share one
// (omocodia).
func itCodiceFiscale(c code) bool {
	if strings.IndexByte("ABCDEHLMPRST", c.c[8]) < 0 {
		return false
	}
	for _, i := range []int{6, 7, 9, 10, 12, 13, 14} {
		if !isDigit(c.c[i]) && strings.IndexByte("LMNPQRSTUV", c.c[i]) < 0 {
			return false
		}
	}
	sum := 0
	for i, x := range c.c[:15] {
		v := int(x - 'A')
		if isDigit(x) {
			v = int(x - '0')
		}
		if i%2 == 0 {
			v = oddFiscale[v]
		}
		sum += v
	}
	return byte('A'+sum%26) == c.c[15]
}

func frNIRCorsica(c code) bool {
	if c.c[5] != '2' || (c.c[6] != 'A' && c.c[6] != 'B') || (c.c[0] != '1' && c.c[0] != '2') {
		return false
	}
	number := c.value(0, 5)*100 + 19
	if c.c[6] == 'B' {
		number--
	}
	number = number*1_000_000 + c.value(7, 6)
	return 97-number%97 == c.value(13, 2)
}

// fiHETU reads 131052-308T, whose dash is gone, and 010203A123B of this century.
func fiHETU(c code) bool {
	d := c.digits(0, 6)
	at := 6
	if c.n == 11 {
		if strings.IndexByte("ABCDEFYXWVU", c.c[6]) < 0 {
			return false
		}
		at = 7
	}
	if !d.ddmmyy() {
		return false
	}
	const checks = "0123456789ABCDEFHJKLMNPRSTUVWXY"
	return checks[(c.value(0, 6)*1000+c.value(at, 3))%31] == c.c[at+3]
}

func iePPS(c code) bool {
	d := c.digits(0, 7)
	sum := d.weighted(0, 8, 7, 6, 5, 4, 3, 2)
	if c.n == 9 && c.c[8] != 'W' {
		sum += 9 * int(c.c[8]-'A'+1)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == c.c[7]
}

func inPAN(c code) bool {
	return strings.IndexByte("ABCFGHJLPT", c.c[3]) >= 0 && c.value(5, 4) != 0
}

func mxDate(c code, i int) bool {
	return isDay(c.value(i+2, 2), c.value(i+4, 2))
}

func mxCURP(c code) bool {
	if !mxDate(c, 4) || (c.c[10] != 'H' && c.c[10] != 'M' && c.c[10] != 'X') {
		return false
	}
	sum := 0
	for i, x := range c.c[:17] {
		v := int(x - '0')
		if !isDigit(x) {
			if v = int(x-'A') + 10; x > 'N' { // Ñ stands between N and O
				v++
			}
		}
		sum += v * (18 - i)
	}
	return byte('0'+(10-sum%10)%10) == c.c[17]
}

func mxRFC(c code) bool {
	i := c.n - 9
	return mxDate(c, i)
}

func sgNRIC(c code) bool {
	d := c.digits(1, 7)
	sum := d.weighted(0, 2, 7, 6, 5, 4, 3, 2)
	switch c.c[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11] == c.c[8]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11] == c.c[8]
	case 'F':
		return "XWUTRQPNMLK"[sum%11] == c.c[8]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11] == c.c[8]
	case 'M':
		return "XWUTRQPNJLK"[10-(sum+3)%11] == c.c[8]
	}
	return false
}

func hkID(c code) bool {
	sum := 0
	body := c.c[:c.n-1]
	if isDigit(body[1]) { // one letter: a space before it counts 36
		sum = 36 * 9
	}
	for i, x := range body {
		v := int(x - '0')
		if !isDigit(x) {
			v = int(x-'A') + 10
		}
		sum += v * (len(body) + 1 - i)
	}
	check := (11 - sum%11) % 11
	if check == 10 {
		return c.c[c.n-1] == 'A'
	}
	return c.c[c.n-1] == byte('0'+check)
}

func twID(c code) bool {
	if strings.IndexByte("1289", c.c[1]) < 0 {
		return false
	}
	region := strings.IndexByte("ABCDEFGHJKLMNPQRSTUVXYWZIO", c.c[0]) + 10
	d := c.digits(1, 9)
	return (region/10+region%10*9+d.weighted(0, 8, 7, 6, 5, 4, 3, 2, 1, 1))%10 == 0
}

func cnResidentX(c code) bool {
	d := c.digits(0, 17)
	return c.c[17] == 'X' && chinaPrefix(d) && chinaCheck(d) == 'X'
}

func ukLicence(c code) bool {
	nines := false
	for _, x := range c.c[1:5] {
		if isDigit(x) && x != '9' || nines && !isDigit(x) {
			return false
		}
		nines = nines || x == '9'
	}
	month := c.value(6, 2) % 50
	return month >= 1 && month <= 12 && !isDigit(c.c[14]) && !isDigit(c.c[15])
}
