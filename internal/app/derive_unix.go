// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import (
	"os/exec"
	"syscall"
)

// apart has a process be in a group of its own: on Linux, only the priority of a
// whole group is that of all its threads.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// last has a process that is apart come after all others.
func last(pid int) error {
	const lowest = 19
	return syscall.Setpriority(syscall.PRIO_PGRP, pid, lowest)
}
