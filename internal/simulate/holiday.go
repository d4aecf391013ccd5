package simulate

import (
	"slices"
	"time"
)

// A holiday rule says whether a date is a public holiday. Only a few a region:
// enough that some weekdays are quiet.
type holidayRule func(year int, month time.Month, day int) bool

var holidaysOf = map[string]holidayRule{
	"de": anyOf(onDate(1, 1), fromEaster(-2, 1, 39, 50), onDate(5, 1), onDate(10, 3), onDate(12, 25), onDate(12, 26)),
	"us": anyOf(onDate(1, 1), nth(time.January, time.Monday, 3), last(time.May, time.Monday), onDate(6, 19), onDate(7, 4),
		nth(time.September, time.Monday, 1), nth(time.November, time.Thursday, 4), onDate(12, 25)),
	"uk": anyOf(onDate(1, 1), fromEaster(-2, 1), nth(time.May, time.Monday, 1), last(time.May, time.Monday),
		last(time.August, time.Monday), onDate(12, 25), onDate(12, 26)),
	"jp": anyOf(onDate(1, 1), onDate(2, 11), onDate(2, 23), onDate(4, 29), onDate(5, 3), onDate(5, 4), onDate(5, 5), onDate(8, 11),
		nth(time.September, time.Monday, 3), nth(time.October, time.Monday, 2), onDate(11, 3), onDate(11, 23)),
	"in": anyOf(onDate(1, 26), onDate(8, 15), onDate(10, 2), onDate(12, 25)),
	"br": anyOf(onDate(1, 1), onDate(4, 21), onDate(5, 1), onDate(9, 7), onDate(10, 12), onDate(11, 2), onDate(11, 15), onDate(12, 25), fromEaster(-47, -2)),
	"au": anyOf(onDate(1, 1), onDate(1, 26), fromEaster(-2, 1), onDate(4, 25), onDate(12, 25), onDate(12, 26)),
}

// IsHoliday says whether the date is a public holiday of a region (de, us, uk, jp,
// in, br, au); no region has none.
func IsHoliday(region string, year int, month time.Month, day int) bool {
	rule := holidaysOf[region]
	return rule != nil && rule(year, month, day)
}

func regions() []string {
	var names []string
	for name := range holidaysOf {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func anyOf(rules ...holidayRule) holidayRule {
	return func(year int, month time.Month, day int) bool {
		return slices.ContainsFunc(rules, func(r holidayRule) bool { return r(year, month, day) })
	}
}

func onDate(m time.Month, d int) holidayRule {
	return func(_ int, month time.Month, day int) bool { return month == m && day == d }
}

// nth is, for example, the 4th Thursday of November.
func nth(m time.Month, w time.Weekday, n int) holidayRule {
	return func(year int, month time.Month, day int) bool {
		return month == m && (day-1)/7 == n-1 && weekday(year, month, day) == w
	}
}

// last is, for example, the last Monday of May.
func last(m time.Month, w time.Weekday) holidayRule {
	return func(year int, month time.Month, day int) bool {
		next := time.Date(year, month, day+7, 0, 0, 0, 0, time.UTC)
		return month == m && next.Month() != month && weekday(year, month, day) == w
	}
}

// fromEaster lists days after Easter Sunday: -2 is Good Friday.
func fromEaster(offsets ...int) holidayRule {
	return func(year int, month time.Month, day int) bool {
		easter := easterSunday(year)
		date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		return slices.Contains(offsets, int(date.Sub(easter).Hours()/24))
	}
}

func weekday(year int, month time.Month, day int) time.Weekday {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday()
}

// easterSunday is the anonymous Gregorian algorithm (Meeus, Jones, Butcher).
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	day := (h+l-7*m+114)%31 + 1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
