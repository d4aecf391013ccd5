package simulate

import (
	"math"
	"time"
)

// Connector is one simulated automation.
type Connector struct {
	ID          string
	Name        string
	Tenant      string
	Platform    string // as in lowcode.platform.name
	Kind        Kind
	Environment string
	Team        string
	Purpose     string
	TimeZone    string // IANA name; the tenant's, or UTC for jobs on a UTC schedule
	Registered  bool   // in the catalog
	Endpoints   []*Endpoint

	index    int
	location *time.Location
	zone     int // index of location in the plan's zones
	region   string
	signal   signal
	key      string // what identifies it: consumer, workflow id, azp claim or user agent
	agent    string // its user agent
	peers    string // prefix of its addresses
	users    []string
	traced   bool
	growing  bool
	bursty   bool

	daily   float64     // calls on a full day at the start of the history
	shape   [24]float64 // share of the day by local hour; nil for scheduled kinds
	shift   int         // hours its people start earlier (−) or later (+)
	weekend float64     // share of a day left at the weekend
	growth  float64     // relative change over the whole history
	runAt   int         // minute of the local day a scheduled run starts, or of the hour for pollers
	runFor  int         // minutes a nightly run takes
	since   time.Time   // when it was put into use
	errors  float64     // share of failing calls
	cum     []float64   // cumulative endpoint weights, endpoints by from
	onSpan  []byte      // encoded attributes that all its gateway spans carry
	service string      // service.name of its own process, when traced
}

// local is an hour as a clock on a connector's wall shows it.
type local struct {
	start    time.Time // of the hour
	seconds  int       // since local midnight, at start
	hour     int       // in the middle of the hour, so half-hour zones fit
	weekday  time.Weekday
	day      uint64 // number of the local day
	weekend  bool
	holiday  bool
	progress float64 // 0 at the start of the history, 1 at its end
}

func localHour(start time.Time, loc *time.Location, region string, progress float64) local {
	middle := start.Add(30 * time.Minute).In(loc)
	_, offset := middle.Zone()
	y, m, d := middle.Date()
	seconds := int((start.Unix()+int64(offset))%86400+86400) % 86400
	weekday := middle.Weekday()
	return local{
		start: start, seconds: seconds, hour: middle.Hour(), weekday: weekday,
		day:     uint64((middle.Unix() + int64(offset)) / 86400),
		weekend: weekday == time.Saturday || weekday == time.Sunday,
		holiday: holidaysOf[region](y, m, d), progress: progress,
	}
}

// expected is how many calls the plan foresees in the hour, noise apart.
func (c *Connector) expected(l local) float64 {
	if l.start.Before(c.since) {
		return 0
	}
	day := c.daily * (1 + c.growth*l.progress)
	switch {
	case l.weekend:
		day *= c.weekend
	case l.holiday:
		day *= min(1, c.weekend+0.05)
	case c.byPeople():
		day *= dayOfWeek[l.weekday]
	}
	switch c.Kind {
	case KindNightly, KindSparse:
		return day * c.overlap(l)
	case KindHourly, KindQuarterHourly:
		return day / 24
	default:
		return day * c.shape[(l.hour-c.shift+24)%24]
	}
}

func (c *Connector) byPeople() bool { return c.Kind == KindOffice || c.Kind == KindAgent }

// overlap is the share of a scheduled run that falls into the hour.
func (c *Connector) overlap(l local) float64 {
	begin, end := c.runAt*60, (c.runAt+c.runFor)*60
	shared := min(end, l.seconds+3600) - max(begin, l.seconds)
	return math.Max(0, float64(shared)) / float64(c.runFor*60)
}

// usable is how many of the endpoints (ordered by from) exist at a time.
func (c *Connector) usable(at time.Time) int {
	n := len(c.Endpoints)
	for n > 1 && c.Endpoints[n-1].from.After(at) {
		n--
	}
	return n
}

// spansPerCall counts the reports of one action.
func (c *Connector) spansPerCall() int {
	if c.traced {
		return 3
	}
	return 1
}
