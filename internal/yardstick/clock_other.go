//go:build !linux

package yardstick

import "time"

// ThreadTime is the time of day, where a thread's CPU time cannot be had.
func ThreadTime() time.Duration { return time.Duration(time.Now().UnixNano()) }

func ProcessTime() time.Duration { return ThreadTime() }
