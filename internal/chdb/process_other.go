//go:build !linux

package chdb

import "syscall"

func (c *Config) networks() []bool { return []bool{false} }

// attributes keep a terminal's Ctrl-C from the child: its parent stops it.
func attributes(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
