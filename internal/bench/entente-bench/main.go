// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"entente.example/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "entente-bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{"run": measure, "compare": compare, "seed": seed}
	if len(args) > 0 && commands[args[0]] != nil {
		return commands[args[0]](ctx, args[1:])
	}
	return fmt.Errorf("want: run, compare or seed")
}

// seed fills a folder.
func seed(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("seed", flag.ContinueOnError)
	data := flags.String("data", "", "folder of the data, which is made where it is missing")
	database := flags.String("database", "", "postgres:// address; empty: SQLite in the folder")
	objects := flags.Int("objects", 0, "indicators in KESTREL")
	posts := flags.Int("posts", 0, "posts, half in the Knowledge Exchange, half in KESTREL")
	fromObjects := flags.Int("from-objects", 0, "indicators that an earlier seed brought")
	profile := flags.String("profile", "", "folder for profiles")
	fromPosts := flags.Int("from-posts", 0, "posts that an earlier seed brought")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data == "" {
		return fmt.Errorf("seed: name a folder with --data")
	}
	h, err := bench.Open(ctx, *data, *database)
	if err != nil {
		return err
	}
	defer h.Close()
	return profiled(*profile, func() error {
		return h.Seed(ctx, bench.Amount{Objects: *objects, Posts: *posts}, bench.Amount{Objects: *fromObjects, Posts: *fromPosts}, os.Stdout)
	})
}
