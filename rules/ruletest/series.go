package ruletest

import (
	"fmt"
	"strconv"
	"strings"
)

// Series is what a connector did on one endpoint, hour by hour.
type Series struct {
	Tenant    string `yaml:"tenant"`
	Connector string `yaml:"connector"`
	Endpoint  string `yaml:"endpoint"`
	TimeZone  string `yaml:"time_zone"`
	Peer      string `yaml:"peer"`  // the connector's peer group
	Times     int    `yaml:"times"` // so many connectors, {i} in connector is their number
	Requests  string `yaml:"requests"`
	Errors    string `yaml:"errors"`
	BytesOut  string `yaml:"bytes_out"` // default 1000 a request
	Cost      string `yaml:"cost"`
	Users     string `yaml:"users"`
	Latency   string `yaml:"latency"`
	IDs       string `yaml:"ids"` // distinct objects asked for
}

// mostHours is more than any lookback.
const mostHours = 200 * 24

// parseSeries reads values hour by hour: 40 is one hour, 40x10 ten, and
// (0x8 40x10 0x6)x7 seven days.
func parseSeries(text string) ([]float32, error) {
	p := seriesParser{rest: text}
	values, err := p.list(0)
	if err != nil {
		return nil, err
	}
	if p.next(); p.rest != "" {
		return nil, fmt.Errorf("unexpected %q, expected a value, or a bracket with x and a number behind it", clip(p.rest))
	}
	return values, nil
}

type seriesParser struct{ rest string }

func (p *seriesParser) next() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

func (p *seriesParser) list(depth int) ([]float32, error) {
	if depth > 8 {
		return nil, fmt.Errorf("brackets are nested more than 8 deep")
	}
	var all []float32
	for {
		p.next()
		if p.rest == "" || p.rest[0] == ')' {
			return all, nil
		}
		item, err := p.item(depth)
		if err != nil {
			return nil, err
		}
		times, err := p.times()
		if err != nil {
			return nil, err
		}
		if len(all)+times*len(item) > mostHours {
			return nil, fmt.Errorf("more than %d hours", mostHours)
		}
		for range times {
			all = append(all, item...)
		}
	}
}

func (p *seriesParser) item(depth int) ([]float32, error) {
	if p.rest[0] != '(' {
		end := strings.IndexAny(p.rest, " \t\n()x")
		if end < 0 {
			end = len(p.rest)
		}
		value, err := strconv.ParseFloat(p.rest[:end], 32)
		if err != nil || value < 0 {
			return nil, fmt.Errorf("%q is no value, expected a number of at least 0", clip(p.rest[:end]))
		}
		p.rest = p.rest[end:]
		return []float32{float32(value)}, nil
	}
	p.rest = p.rest[1:]
	inner, err := p.list(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.rest == "" {
		return nil, fmt.Errorf("a bracket is not closed")
	}
	p.rest = p.rest[1:]
	return inner, nil
}

// times reads x10; without it 1.
func (p *seriesParser) times() (int, error) {
	if !strings.HasPrefix(p.rest, "x") {
		return 1, nil
	}
	end := 1
	for end < len(p.rest) && p.rest[end] >= '0' && p.rest[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(p.rest[1:end])
	if err != nil || n > mostHours {
		return 0, fmt.Errorf("%q, expected x and how often, at most %d", clip(p.rest[:end]), mostHours)
	}
	p.rest = p.rest[end:]
	return n, nil
}

func clip(text string) string {
	if len(text) > 20 {
		return text[:20] + "…"
	}
	return text
}
