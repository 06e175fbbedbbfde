// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditfile"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/config"
	"entente.example/internal/seal"
	"entente.example/internal/sqldb"
)

// ExportJournal writes the journal, as far as it is signed, into a new folder. The
// export is an act of the console, and recorded.
func ExportJournal(ctx context.Context, cfg config.Config, dir string, out io.Writer) error {
	return withApp(ctx, cfg, func(a *App) error {
		ask := access.Ask{Actor: console(), Place: access.Platform(), Action: access.Administer}
		entry := audit.Entry{ID: a.world.newID(), At: a.world.now(), Verb: audit.JournalExported}
		err := a.gate.Update(ctx, ask, func(tx *sqldb.Tx, g access.Grant) error { return auditsql.Append(ctx, tx, g, entry) })
		if err != nil {
			return err
		}
		size, err := auditfile.Write(ctx, auditsql.Source{View: a.db.View}, a.logKeys[0], dir)
		if err != nil {
			return fmt.Errorf("export the journal: %w", err)
		}
		fmt.Fprintf(out, "%d entries exported to %s\n", size, dir)
		return nil
	})
}

// Verification says what to check, and against what.
type Verification struct {
	Dir         string   // an export, or a data folder
	Checkpoints []string // files with earlier checkpoints that the log must hold to
	Keys        []string // verifier keys of the log; none: those that lie in Dir
	Witnesses   []string // verifier keys of witnesses whose cosignatures count
}

// tamperedError says that a journal is not what was signed. It ends the program
// with a code of its own.
type tamperedError struct{ findings int64 }

func (e tamperedError) Error() string {
	return fmt.Sprintf("the journal does not verify: %d findings", e.findings)
}

// ExitCode is that of entente audit verify where something is wrong.
func (tamperedError) ExitCode() int { return 2 }

// VerifyJournal recomputes a journal and prints what it finds. It needs no server,
// and of a data folder it changes nothing.
func VerifyJournal(ctx context.Context, cfg config.Config, v Verification, out io.Writer) error {
	trust, err := v.trust()
	if err != nil {
		return err
	}
	verify := verifyFolder
	if auditfile.Is(v.Dir) {
		verify = verifyExport
	}
	report, err := verify(ctx, cfg, v.Dir, trust, out)
	if err != nil {
		return err
	}
	return printReport(report, out)
}

func (v Verification) trust() (trust audit.Trust, err error) {
	trust.Keys = v.Keys
	for _, key := range v.Witnesses {
		w, err := merkle.NewWitness(key)
		if err != nil {
			return trust, fmt.Errorf("witness %s: %w", key, err)
		}
		trust.Witnesses = append(trust.Witnesses, w)
	}
	for _, name := range v.Checkpoints {
		text, err := os.ReadFile(name)
		if err != nil {
			return trust, err
		}
		trust.Held = append(trust.Held, text)
	}
	return trust, nil
}

func verifyExport(ctx context.Context, _ config.Config, dir string, trust audit.Trust, out io.Writer) (report audit.Report, err error) {
	f, err := auditfile.Open(dir)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if len(trust.Keys) == 0 {
		key, err := f.Key()
		if err != nil {
			return report, err
		}
		trust.Keys = []string{key}
		fmt.Fprintf(out, "key: %s, as the export itself says; give --key to check against the one that you know\n", key)
	}
	return audit.Check(ctx, f, trust)
}

func verifyFolder(ctx context.Context, cfg config.Config, dir string, trust audit.Trust, out io.Writer) (report audit.Report, err error) {
	if len(trust.Keys) == 0 {
		if trust.Keys, err = keysIn(dir); err != nil {
			return report, err
		}
		fmt.Fprintf(out, "key: %s\n", trust.Keys[0])
	}
	if memory, err := os.ReadFile(filepath.Join(dir, journalMemory)); err == nil {
		trust.Held = append(trust.Held, memory)
	}
	database := cfg.Database
	if sqliteFile(cfg) {
		database = filepath.Join(dir, "entente.db")
		if _, err := os.Stat(database); err != nil {
			return report, err
		}
	}
	db, err := sqldb.OpenWith(ctx, sqldb.Options{URL: database})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return audit.Check(ctx, auditsql.Source{View: db.View}, trust)
}

// keysIn returns the verifier keys of the log in a data folder.
func keysIn(dir string) ([]string, error) {
	key, err := seal.OpenTextKey(filepath.Join(dir, journalKey), func() (string, error) { return "", fs.ErrNotExist })
	if err != nil {
		return nil, err
	}
	signer, err := merkle.NewSigner(key.Secret())
	if err != nil {
		return nil, err
	}
	retired, err := retiredKeys(dir)
	return append([]string{signer.Key()}, retired...), err
}

func printReport(r audit.Report, out io.Writer) error {
	fmt.Fprintf(out, "entries: %d, opened and proven: %d, of purged workspaces: %d, signed: %d\n", r.Size, r.Opened, r.Purged, r.Signed)
	fmt.Fprintf(out, "checkpoints: %d, cosigned by a witness that you named: %d, earlier ones that still hold: %d\n", r.Checkpoints, r.Cosigned, r.Held)
	if r.Unbounded > 0 {
		fmt.Fprintf(out, "NOT BOUNDED: %d entries are without content by purges from before there were seals; nothing proves that these took each of them\n", r.Unbounded)
	}
	if r.OK() {
		fmt.Fprintln(out, "the journal verifies")
		return nil
	}
	for _, f := range r.Findings {
		fmt.Fprintln(out, "WRONG:", f)
	}
	if r.More > 0 {
		fmt.Fprintf(out, "and %d more\n", r.More)
	}
	return tamperedError{int64(len(r.Findings)) + r.More}
}
