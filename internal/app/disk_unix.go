// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import "syscall"

// diskFree returns how many bytes the server may still write below folder.
func diskFree(folder string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // the types differ from system to system; no disk is that large
}
