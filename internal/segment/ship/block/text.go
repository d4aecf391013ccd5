package block

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// timeForm is how ClickHouse prints a time; the first ten characters are its day.
const timeForm = "2006-01-02 15:04:05.999999999"

// Text is a row's value for people; times are in UTC, bytes hex. Lists, maps and
// tuples are "…".
func (c *Column) Text(row int) string {
	base, args := split(c.Type)
	v := c.values
	if base == "LowCardinality" {
		base, args = split(args[0])
		v, row = v.parts[0], v.index[row]
	}
	switch v.shape {
	case text:
		return printable(v.texts[row])
	case fixed:
		return fixedText(base, args, v.data[row*v.width:(row+1)*v.width])
	default:
		return "…"
	}
}

// Day is the UTC day of a row's time, as 2006-01-02; ok is false where the
// column holds no times.
func (c *Column) Day(row int) (day string, ok bool) {
	if !strings.HasPrefix(c.Type, "DateTime") && !strings.HasPrefix(c.Type, "Date") {
		return "", false
	}
	return c.Text(row)[:len(time.DateOnly)], true
}

func fixedText(base string, args []string, b []byte) string {
	switch base {
	case "Bool":
		return strconv.FormatBool(b[0] != 0)
	case "Float32":
		return strconv.FormatFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 'g', -1, 32)
	case "Float64":
		return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)), 'g', -1, 64)
	case "Enum8", "Enum16":
		return enumName(args, signed(b))
	case "UUID":
		return uuidText(b)
	case "UInt8", "UInt16", "UInt32", "UInt64":
		return strconv.FormatUint(number(b, len(b)), 10)
	case "Int8", "Int16", "Int32", "Int64":
		return strconv.FormatInt(signed(b), 10)
	default:
		if at, ok := instant(base, args, b); ok {
			return at.Format(timeForm)
		}
		return hex.EncodeToString(b)
	}
}

// instant reads a time; without a precision DateTime64 has milliseconds.
func instant(base string, args []string, b []byte) (time.Time, bool) {
	const day = 86400
	switch base {
	case "Date":
		return time.Unix(int64(number(b, 2))*day, 0).UTC(), true
	case "Date32":
		return time.Unix(signed(b)*day, 0).UTC(), true
	case "DateTime":
		return time.Unix(int64(number(b, 4)), 0).UTC(), true
	case "DateTime64":
		precision := 3
		if len(args) > 0 {
			precision, _ = strconv.Atoi(args[0])
		}
		scale := int64(math.Pow10(min(max(precision, 0), 9)))
		value := signed(b)
		return time.Unix(value/scale, value%scale*(1e9/scale)).UTC(), true
	default:
		return time.Time{}, false
	}
}

func signed(b []byte) int64 {
	switch len(b) {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	default:
		return int64(binary.LittleEndian.Uint64(b))
	}
}

// enumName finds the name in 'a' = 1, 'b' = 2.
func enumName(args []string, value int64) string {
	for _, arg := range args {
		if name, n, ok := strings.Cut(arg, " = "); ok && n == strconv.FormatInt(value, 10) {
			return strings.Trim(name, "'")
		}
	}
	return strconv.FormatInt(value, 10)
}

// uuidText turns the two little-endian halves into the usual form.
func uuidText(b []byte) string {
	var straight [16]byte
	for i := range 8 {
		straight[i], straight[8+i] = b[7-i], b[15-i]
	}
	h := hex.EncodeToString(straight[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// maxText keeps a key readable.
const maxText = 100

// printable is text as it is, cut to maxText, and anything else in hex.
func printable(b []byte) string {
	for _, r := range string(b) {
		if r < ' ' || r == utf8.RuneError {
			b = b[:min(len(b), maxText/2)]
			return hex.EncodeToString(b)
		}
	}
	if len(b) > maxText {
		return strings.ToValidUTF8(string(b[:maxText]), "") + "…"
	}
	return string(b)
}
