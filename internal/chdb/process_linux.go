package chdb

import (
	"os"
	"syscall"
)

// networks are the ways to start a child, best first: where the kernel refuses
// a network namespace (in many containers), Landlock alone keeps it off the
// network.
func (c *Config) networks() []bool {
	if c.sharedNetwork {
		return []bool{false}
	}
	return []bool{true, false}
}

// attributes let the child die with its parent, and give it a network of its
// own, with nothing in it. The inherited listener works all the same.
func attributes(ownNetwork bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	if !ownNetwork {
		return a
	}
	a.Cloneflags = syscall.CLONE_NEWNET
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		a.Cloneflags |= syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return a
}
