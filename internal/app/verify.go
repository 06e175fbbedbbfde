// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/backup"
	"entente.example/internal/blob/folder"
	"entente.example/internal/config"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/seal"
	"entente.example/internal/sqldb"
)

// ErrWrong is the answer to a verification that found something.
var ErrWrong = errors.New("not in order")

// verification is one look at everything, of which the report is kept short.
type verification struct {
	cfg   config.Config
	world World
	out   io.Writer
	found int
}

// maxTold is how many findings are listed; more are counted.
const maxTold = 200

// Verify looks at database and files as they lie, changes nothing, and prints
// what is wrong and where. It fails with ErrWrong where there is something. A
// server may run meanwhile.
func Verify(ctx context.Context, cfg config.Config, out io.Writer) error {
	db, err := existing(ctx, cfg)
	if err != nil {
		return err
	}
	v := &verification{cfg: cfg, world: Real(Logger(cfg)), out: out}
	if err := errors.Join(db.View(ctx, func(tx *sqldb.Tx) error { return v.all(ctx, tx) }), db.Close()); err != nil {
		return err
	}
	if v.found > 0 {
		return fmt.Errorf("%w: %d findings", ErrWrong, v.found)
	}
	fmt.Fprintln(out, "all in order")
	return nil
}

func (v *verification) report(where, what string) {
	if v.found++; v.found <= maxTold {
		fmt.Fprintf(v.out, "WRONG %s: %s\n", where, what)
	}
}

func (v *verification) tell(format string, args ...any) { fmt.Fprintf(v.out, format+"\n", args...) }

// all looks at each thing in turn, in one snapshot.
func (v *verification) all(ctx context.Context, tx *sqldb.Tx) error {
	version, err := backup.SchemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if newest := sqldb.Newest(); version != newest {
		v.report("schema", fmt.Sprintf("version %d, where this program has %d: nothing else is looked at", version, newest))
		return nil
	}
	v.tell("schema: version %d", version)
	for _, look := range []func(context.Context, *sqldb.Tx) error{v.engine, v.journal, v.log, v.posts, v.objects, v.keys, v.files} {
		if err := look(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) engine(ctx context.Context, tx *sqldb.Tx) error {
	v.tell("database: %s", tx.Engine())
	return backup.VerifyEngine(ctx, tx, v.report)
}

func (v *verification) journal(ctx context.Context, tx *sqldb.Tx) error {
	n, err := backup.VerifyJournal(ctx, tx, v.report)
	v.tell("journal: %d entries", n)
	return err
}

// log checks the journal as a Merkle log, by the key in the data folder.
func (v *verification) log(ctx context.Context, tx *sqldb.Tx) error {
	keys, err := keysIn(v.cfg.Data)
	if errors.Is(err, fs.ErrNotExist) {
		v.tell("journal: no key here to check its checkpoints by")
		return nil
	}
	if err != nil {
		return err
	}
	report, err := auditsql.Verify(ctx, tx, audit.Trust{Keys: keys})
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		v.report("journal", f.String())
	}
	v.found += int(report.More)
	v.tell("journal: %d leaves, %d entries opened, %d checkpoints", report.Size, report.Opened, report.Checkpoints)
	return nil
}

func (v *verification) posts(ctx context.Context, tx *sqldb.Tx) error {
	n, err := discussionsql.Check(ctx, tx, v.report)
	v.tell("posts: %d", n)
	return err
}

func (v *verification) objects(ctx context.Context, tx *sqldb.Tx) error {
	versions, objects, err := intelsql.Check(ctx, tx, v.report)
	v.tell("objects: %d in %d versions, each read again", objects, versions)
	return err
}

// keys holds the match key in the data folder against the blinded values.
func (v *verification) keys(ctx context.Context, tx *sqldb.Tx) error {
	path := matchKeyFile(v.cfg)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		v.tell("match keys: match.key is not here, they are not looked at")
		return nil
	}
	key, err := seal.MatchKey(path, v.world.Random)
	if err != nil {
		return err
	}
	n, err := deconflictsql.Check(ctx, tx, blind.NewKeyer(key.Secret()), intelsql.ValuesOf, v.report)
	v.tell("match keys: %d", n)
	return err
}

func (v *verification) files(ctx context.Context, tx *sqldb.Tx) error {
	n, err := backup.VerifyFiles(ctx, tx, folder.Beside(filesFolder(v.cfg), v.world.Random), v.report, func(line string) { v.tell("%s", line) })
	v.tell("files: %d", n)
	return err
}
