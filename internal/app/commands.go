// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/config"
	"entente.example/internal/deconflict"
	"entente.example/internal/member"
)

// firstOfficers is the file with the links of the first two officers.
const firstOfficers = "first-officers.txt"

// firstStart makes the secretariat and writes the links of its first two
// officers to a file that only its owner may read. Where there are people
// already it does nothing.
func (a *App) firstStart(ctx context.Context, out io.Writer) error {
	tokens, err := a.Invitations.FirstStart(ctx, console(), member.NewOrganisation{Name: "Secretariat", Country: ""})
	if err != nil || len(tokens) == 0 {
		return err
	}
	var text strings.Builder
	for _, token := range tokens {
		fmt.Fprintf(&text, "%s/invitation/%s\n", a.config.Origin, token)
	}
	name := filepath.Join(a.config.Data, firstOfficers)
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("write the links of the first officers: %w", err)
	}
	fmt.Fprintf(out, "entente: first start. Two links, one for each of two officers of the Directorate, are in %s. "+
		"Hand each to its officer, then delete the file.\n", name)
	return nil
}

// ProposeOfficer invites an officer of the Directorate, who is pending until two
// others confirm, and prints the link.
func ProposeOfficer(ctx context.Context, cfg config.Config, email, name string, out io.Writer) error {
	return withApp(ctx, cfg, func(a *App) error {
		token, err := a.Invitations.ProposeOfficer(ctx, console(), email, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s/invitation/%s\n", cfg.Origin, token)
		return nil
	})
}

// LoadWarningLists loads the list.json of each folder below dir, all of them or
// none.
func LoadWarningLists(ctx context.Context, cfg config.Config, dir string, out io.Writer) error {
	return withApp(ctx, cfg, func(a *App) error {
		n, err := a.Lists.Load(ctx, console(), listFiles(os.DirFS(dir)))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d warning lists loaded\n", n)
		return nil
	})
}

func withApp(ctx context.Context, cfg config.Config, fn func(*App) error) error {
	a, err := New(ctx, cfg, Real(Logger(cfg)))
	if err != nil {
		return err
	}
	defer a.Close()
	return fn(a)
}

// listFiles reads each list.json below dir.
func listFiles(dir fs.FS) iter.Seq2[deconflict.File, error] {
	return func(yield func(deconflict.File, error) bool) {
		names, err := fs.Glob(dir, "*/list.json")
		if err == nil && len(names) == 0 {
			err = fmt.Errorf("no folder here holds a list.json")
		}
		if err != nil {
			yield(deconflict.File{}, err)
			return
		}
		for _, name := range names {
			raw, err := fs.ReadFile(dir, name)
			if !yield(deconflict.File{Name: name, Raw: raw}, err) {
				return
			}
		}
	}
}

// Policies returns the text of the access policy.
func Policies() string { return access.Policies() }
