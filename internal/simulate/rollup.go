package simulate

import (
	"cmp"
	"slices"
	"time"
)

// RollupRow is a row as the store computes it from the actions: what detectors
// read, without a database.
type RollupRow struct {
	Start       time.Time // of the hour or other bucket
	Tenant      string    // "" = unattributed, as Connector
	Connector   string
	Platform    string
	Environment string
	Method      string
	Route       string
	StatusClass string // 2xx, 4xx, 5xx
	Requests    uint64
	Errors      uint64 // 5xx and 4xx
	BytesIn     uint64
	BytesOut    uint64
}

// HourlyRollup counts the calls by hour, connector, endpoint and status class,
// in order of time, then connector.
func (s *Simulation) HourlyRollup() []RollupRow { return s.Rollup(time.Hour) }

// Rollup does so for any width that divides an hour, 5 minutes say.
func (s *Simulation) Rollup(width time.Duration) []RollupRow {
	type key struct {
		connector *Connector
		endpoint  *Endpoint
		status    uint16
	}
	var rows []RollupRow
	index := map[key]int{}
	var bucket time.Time
	first := 0
	flush := func() {
		slices.SortFunc(rows[first:], func(a, b RollupRow) int {
			return cmp.Or(cmp.Compare(a.Connector, b.Connector), cmp.Compare(a.Route, b.Route),
				cmp.Compare(a.Method, b.Method), cmp.Compare(a.StatusClass, b.StatusClass))
		})
		first = len(rows)
		clear(index)
	}
	for call := range s.Calls() {
		if start := call.Time.Truncate(width); !start.Equal(bucket) {
			flush()
			bucket = start
		}
		k := key{call.Connector, call.Endpoint, call.Status / 100}
		i, ok := index[k]
		if !ok {
			i = len(rows)
			index[k] = i
			rows = append(rows, call.row(bucket))
		}
		row := &rows[i]
		row.Requests++
		if call.Status >= 400 {
			row.Errors++
		}
		row.BytesIn += call.BytesIn
		row.BytesOut += call.BytesOut
	}
	flush()
	return rows
}

func (c *Call) row(bucket time.Time) RollupRow {
	row := RollupRow{
		Start: bucket, Environment: c.Connector.Environment,
		Method: c.Endpoint.Method, Route: c.Endpoint.Route, StatusClass: c.StatusClass(),
	}
	if c.Connector.Registered {
		row.Tenant, row.Connector, row.Platform = c.Connector.Tenant, c.Connector.ID, c.Connector.Platform
	}
	return row
}
