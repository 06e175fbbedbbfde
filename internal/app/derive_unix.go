// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import "syscall"

// last has a process come after all others, where the system allows it.
func last(pid int) {
	const lowest = 19
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, lowest)
}
