package yardstick

import (
	"syscall"
	"time"
)

// onlyThread is RUSAGE_THREAD, which package syscall does not name.
const onlyThread = 1

// ThreadTime is the CPU time that this thread has used: unlike the time of day it does
// not grow while another process has the machine.
func ThreadTime() time.Duration { return cpuTime(onlyThread) }

// ProcessTime is the CPU time of all threads of this process.
func ProcessTime() time.Duration { return cpuTime(syscall.RUSAGE_SELF) }

func cpuTime(of int) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(of, &usage); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
