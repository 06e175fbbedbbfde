// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"entente.example/internal/bench"
)

// measure runs the measurements and prints the table.
func measure(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	size := flags.String("size", "full", "full, quick or tiny")
	engines := flags.String("engines", "sqlite,postgres", "which engines")
	only := flags.String("only", "", "which works: "+bench.Works())
	save := flags.String("json", "", "file to write the results to")
	against := flags.String("against", "", "file of an earlier run to compare with")
	profile := flags.String("profile", "", "folder for profiles")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, ok := map[string]bench.Size{"full": bench.Full, "quick": bench.Quick, "tiny": bench.Tiny}[*size]
	if !ok {
		return fmt.Errorf("run: no size %q", *size)
	}
	var rows []bench.Row
	err := profiled(*profile, func() (err error) {
		rows, err = bench.On(ctx, chosen, strings.Split(*engines, ","), *only, os.Stderr)
		return err
	})
	report := bench.NewReport(chosen, rows)
	err = errors.Join(err, report.Print(os.Stdout))
	if *save != "" {
		err = errors.Join(err, report.Save(*save))
	}
	if *against != "" {
		before, loading := bench.Load(*against)
		if loading != nil {
			return errors.Join(err, loading)
		}
		fmt.Println()
		err = errors.Join(err, bench.Compare(os.Stdout, before, report))
	}
	return err
}

// compare prints how the ratios of two runs differ.
func compare(_ context.Context, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("compare: name two files")
	}
	before, err := bench.Load(args[0])
	if err != nil {
		return err
	}
	after, err := bench.Load(args[1])
	if err != nil {
		return err
	}
	return bench.Compare(os.Stdout, before, after)
}
