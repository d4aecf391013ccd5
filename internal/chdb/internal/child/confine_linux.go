package child

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// confinedName is argv[0] of the second stage.
const confinedName = Name + "-confined"

// confine is the first stage. Landlock binds a thread and what it begets, and
// the Go runtime has other threads already; so one thread puts the rules on
// itself and then replaces the whole process by a second stage, whose every
// thread, libchdb's among them, is born under them.
func confine(spec *Spec) error {
	if spec.Unconfined {
		return serve(spec)
	}
	dieFirst()
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("cannot give up new privileges: %w", err)
	}
	held := []string{"no_new_privs"}
	abi, err := landlock(spec)
	switch {
	case err == nil:
		held = append(held, fmt.Sprintf("landlock %d", abi))
	case !errors.Is(err, errNoLandlock):
		return err
	}
	if separateNetwork() {
		held = append(held, "network namespace")
	}
	spec.Confinement = held
	return becomeConfined(spec)
}

// dieFirst asks a kernel that runs out of memory to take the engine, which is
// started again, and not the collector. It is a wish: where it cannot be made,
// the kernel's own choice, the larger process, is the engine as well.
func dieFirst() { _ = os.WriteFile("/proc/self/oom_score_adj", []byte("500"), 0) }

// becomeConfined hands the spec on through a new pipe and starts stage two.
func becomeConfined(spec *Spec) error {
	encoded, err := json.Marshal(spec)
	if err != nil {
		return fmt.Errorf("cannot hand over the engine's settings: %w", err)
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("cannot open a pipe: %w", err)
	}
	// A pipe holds 64 KiB without a reader; the spec is far smaller.
	if n, err := unix.Write(ends[1], encoded); err != nil || n != len(encoded) {
		return fmt.Errorf("cannot hand over the engine's settings: %d of %d bytes: %w", n, len(encoded), err)
	}
	if err := unix.Dup3(ends[0], FileSpec, 0); err != nil {
		return fmt.Errorf("cannot hand over the engine's settings: %w", err)
	}
	return fmt.Errorf("cannot start the confined engine: %w", syscall.Exec("/proc/self/exe", []string{confinedName}, os.Environ()))
}

// separateNetwork says whether the supervisor got the process a network
// namespace of its own: then nothing but a loopback that is down is in it.
func separateNetwork() bool {
	routes, err := os.ReadFile("/proc/self/net/dev")
	return err == nil && bytes.Count(routes, []byte{':'}) <= 1 && os.Getenv(NetworkVariable) == "own"
}

var errNoLandlock = errors.New("the kernel has no Landlock")

const (
	readFile = unix.LANDLOCK_ACCESS_FS_READ_FILE
	readDir  = unix.LANDLOCK_ACCESS_FS_READ_DIR
	execute  = unix.LANDLOCK_ACCESS_FS_EXECUTE
	writeAll = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	// ownFolder is everything but executing, device files, sockets and pipes.
	ownFolder = readFile | readDir | writeAll | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SYM | unix.LANDLOCK_ACCESS_FS_REFER
)

// handledRights are the file rights a Landlock ABI knows, and so denies where
// no rule grants them.
func handledRights(abi int) uint64 {
	rights := uint64(unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1)
	if abi >= 2 {
		rights |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		rights |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 5 {
		rights |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	return rights
}

// landlock restricts this thread to the files in rules, and to no TCP at all.
// It returns the ABI of the kernel.
func landlock(spec *Spec) (int, error) {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0, errNoLandlock
	}
	abi := int(version)
	attributes := unix.LandlockRulesetAttr{Handled_access_fs: handledRights(abi)}
	if abi >= 4 {
		attributes.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 6 {
		attributes.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	const size = unsafe.Offsetof(attributes.Quiet_access_fs) // what ABI 6 knows; later fields stay out
	ruleset, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attributes)), size, 0)
	if errno != 0 {
		return 0, fmt.Errorf("cannot make a Landlock ruleset: %w", errno)
	}
	defer unix.Close(int(ruleset)) //nolint:errcheck // a file descriptor that is not needed any more
	for _, rule := range rules(spec) {
		if err := allow(int(ruleset), rule.path, rule.rights&attributes.Handled_access_fs); err != nil {
			return 0, err
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0); errno != 0 {
		return 0, fmt.Errorf("cannot apply the Landlock ruleset: %w", errno)
	}
	return abi, nil
}

type rule struct {
	path   string
	rights uint64
}

// rules are what the engine's process may reach.
func rules(spec *Spec) []rule {
	all := []rule{{spec.Data, ownFolder}, {spec.Library, readFile | execute}, {"/proc/self/exe", readFile | execute}}
	for _, folder := range []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/gnu/store"} {
		all = append(all, rule{folder, readFile | readDir | execute})
	}
	for _, folder := range []string{
		"/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/proc/self", "/proc/meminfo", "/proc/cpuinfo",
		"/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/filesystems", "/proc/sys", "/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm",
	} {
		all = append(all, rule{folder, readFile | readDir})
	}
	for _, device := range []string{"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"} {
		all = append(all, rule{device, readFile | writeAll})
	}
	return all
}

// fileRights are those that can be granted on something that is no folder.
const fileRights = readFile | execute | writeAll | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV

func allow(ruleset int, path string, rights uint64) error {
	resolved, err := filepath.EvalSymlinks(path)
	if path == "/proc/self/exe" {
		resolved, err = path, nil // works even when the file is replaced
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot allow %q to the engine: %w", path, err)
	}
	file, err := unix.Open(resolved, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("cannot allow %q to the engine: %w", path, err)
	}
	defer unix.Close(file) //nolint:errcheck // opened for its path only
	var info unix.Stat_t
	if err := unix.Fstat(file, &info); err != nil {
		return fmt.Errorf("cannot allow %q to the engine: %w", path, err)
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= fileRights
	}
	attributes := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(file)}
	if _, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&attributes)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("cannot allow %q to the engine: %w", path, errno)
	}
	return nil
}
