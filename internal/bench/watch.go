// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"syscall"
	"time"
)

// turn is one turn of a figure or of its limit.
type turn struct {
	rate float64 // a second
	cpu  float64 // microseconds of this process, each
}

// watch measures a turn from when it is made.
type watch struct {
	began time.Time
	cpu   time.Duration
}

func begin() watch { return watch{time.Now(), used()} }

// of ends a turn in which that many were done.
func (w watch) of(n int) turn {
	took := time.Since(w.began)
	return turn{float64(n) / took.Seconds(), float64(used()-w.cpu) / float64(time.Microsecond) / float64(max(1, n))}
}

// used is the processor time that this process has taken.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func rates(turns []turn) []float64 {
	list := make([]float64, len(turns))
	for i, t := range turns {
		list[i] = t.rate
	}
	return list
}

func cpus(turns []turn) []float64 {
	list := make([]float64, len(turns))
	for i, t := range turns {
		list[i] = t.cpu
	}
	return list
}
