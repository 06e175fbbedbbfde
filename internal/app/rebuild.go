// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"entente.example/internal/config"
	"entente.example/internal/follow"
	"entente.example/internal/sqldb"
)

// follower is what lives by the journal and keeps something.
type follower struct {
	name  string
	apply follow.Apply
	clear func(context.Context, *sqldb.Tx) error // removes all that apply wrote
}

func (a *App) followers() []follower {
	return []follower{{"search", a.indexer.Apply, a.indexer.Clear}}
}

// Rebuild makes anew what the follower of that name keeps, from the journal alone.
// It may run beside a server; without a name it lists the followers.
func Rebuild(ctx context.Context, cfg config.Config, name string, out io.Writer) error {
	return withApp(ctx, cfg, func(a *App) error {
		var names []string
		for _, f := range a.followers() {
			if names = append(names, f.name); f.name != name {
				continue
			}
			last, err := a.runner.Rebuild(ctx, f.name, f.clear, f.apply)
			if err != nil {
				return fmt.Errorf("rebuild %s: %w", name, err)
			}
			fmt.Fprintf(out, "%s rebuilt from the %d entries of the journal\n", name, last)
			return nil
		}
		if name == "" {
			fmt.Fprintln(out, strings.Join(names, "\n"))
			return nil
		}
		return fmt.Errorf("no follower is called %s: there is %s", name, strings.Join(names, ", "))
	})
}
