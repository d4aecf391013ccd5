package libchdb

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sigaction is the kernel's struct, large enough for every architecture.
type sigaction [8]uint64

const sigsetBytes = 8

// saveSignalHandlers remembers the process's signal handlers, and returns a
// function that puts them back. libchdb resets some to the default while it
// starts, among them those the Go runtime stands on (SIGSEGV for nil
// dereferences, SIGURG for preemption).
func saveSignalHandlers() (restore func()) {
	var saved [65]sigaction
	var known [65]bool
	for signal := 1; signal < len(saved); signal++ {
		_, _, errno := syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(signal), 0, uintptr(unsafe.Pointer(&saved[signal])), sigsetBytes, 0, 0)
		known[signal] = errno == 0
	}
	return func() {
		for signal := range saved {
			if known[signal] && signal != int(unix.SIGKILL) && signal != int(unix.SIGSTOP) {
				_, _, _ = syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(signal), uintptr(unsafe.Pointer(&saved[signal])), 0, sigsetBytes, 0, 0)
			}
		}
	}
}
