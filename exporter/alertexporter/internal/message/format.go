package message

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// amount writes a value in its measure's unit: "1.2 GB", "3,140", "0.25".
func amount(measure string, value float64) string {
	if !strings.HasPrefix(measure, "bytes") {
		return significant(value)
	}
	for _, unit := range []string{"B", "kB", "MB", "GB", "TB", "PB"} {
		if math.Abs(value) < 1000 || unit == "PB" {
			return significant(value) + " " + unit
		}
		value /= 1000
	}
	return significant(value)
}

// significant writes three digits that matter, and whole numbers as they are:
// 0.123, 8.24, 140, 3,140.
func significant(value float64) string {
	if math.Abs(value) >= 100 {
		return thousands(strconv.FormatFloat(value, 'f', 0, 64))
	}
	return strconv.FormatFloat(roundTo3(value), 'f', -1, 64)
}

func roundTo3(value float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 3, 64), 64)
	if err != nil {
		return value
	}
	return rounded
}

func thousands(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return sign + digits // an infinity
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// clean makes text fit for one line of limit bytes.
func clean(text string, limit int) string {
	return cut(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?")), limit)
}

// cleanLines keeps line breaks.
func cleanLines(text string, limit int) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = clean(lines[i], limit)
	}
	return cut(strings.Join(lines, "\n"), limit)
}

func cut(text string, limit int) string {
	text = strings.TrimSpace(text)
	if len(text) <= limit {
		return text
	}
	const ellipsis = "…"
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}
