// Package yardstick tells how fast this machine is now, for budgets that were set
// on another.
package yardstick

import (
	"runtime"
	"slices"
	"strings"
)

// The absolute budgets were set on a machine on which a plain loop passes 404
// bytes, the text of a span, in 280 ns: a table of byte classes, and runs of
// digits counted. The same loop, timed between the rounds of a measurement,
// tells what a budget is on this machine at this moment.
const budgetLoop = 280.0

var (
	loopText  = strings.Repeat("user-1234567 GET /v1/orders ", 15)[:404]
	loopTable = func() (table [256]uint8) {
		for c := byte('0'); c <= '9'; c++ {
			table[c] = 1
		}
		table['@'], table['='], table[':'] = 2, 2, 2
		return table
	}()
)

// Loop returns the nanoseconds that the loop takes now.
func Loop() float64 {
	const times = 20_000
	runtime.LockOSThread() // whose time it is
	defer runtime.UnlockOSThread()
	found, start := 0, ThreadTime()
	for range times {
		found += pass(loopText)
	}
	took := ThreadTime() - start
	runtime.KeepAlive(found)
	return float64(took.Nanoseconds()) / times
}

//go:noinline
func pass(s string) (found int) {
	run := 0
	for i := range len(s) {
		class := loopTable[s[i]]
		if class == 1 {
			run++
			continue
		}
		if run >= 7 || class == 2 {
			found++
		}
		run = 0
	}
	return found
}

// Slower says by the median of such times how many times slower this machine is
// than that of the budgets.
func Slower(loops []float64) float64 {
	sorted := slices.Sorted(slices.Values(loops))
	return sorted[len(sorted)/2] / budgetLoop
}
