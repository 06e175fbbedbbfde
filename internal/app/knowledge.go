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
	"sync/atomic"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/blob/folder"
	"entente.example/internal/config"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/intel"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/interchange/mispjson"
	"entente.example/internal/job"
	"entente.example/internal/observable"
	"entente.example/internal/seal"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/sqldb"
)

// knowledge builds what concerns objects: files, the blind match, imports and the
// work behind them.
func (a *App) knowledge(ctx context.Context, f *Features, g gate.Gate) error {
	if err := a.matchKeyThere(ctx); err != nil {
		return err
	}
	key, err := seal.MatchKey(matchKeyFile(a.config), a.world.Random)
	if err != nil {
		return err
	}
	keyer := blind.NewKeyer(key.Secret())
	if err := f.Lists.Vouch(ctx, console(), keyer); err != nil {
		return err
	}
	f.warnings = &warnings{}
	if err := f.warnings.load(ctx, f.Lists); err != nil {
		return fmt.Errorf("read warning lists: %w", err)
	}
	if err := os.MkdirAll(filesFolder(a.config), 0o700); err != nil {
		return fmt.Errorf("open the folder of files: %w", err)
	}
	files := folder.Beside(filesFolder(a.config), a.world.Random) // a command runs beside the server: Start clears
	f.objects = intelsql.New(g, intelsql.Hooks{Match: a.match(keyer, f.warnings), Forget: forget, Rehandle: rehandle(keyer), Queue: queue})
	f.Batches = intel.NewBatches(intel.Importing{
		Ledger: f.objects.Ledger(), Files: files, MISP: misp{}, Warnings: f.warnings, Now: a.world.now, NewID: a.world.newID,
		Most: intel.MostObjects, Undecided: intel.MostUndecided, Room: a.roomToUpload,
	})
	f.Objects = intel.NewObjects(f.objects.Shelf(), a.world.now, a.world.newID)
	f.Handlings = intel.NewHandlings(f.objects.Handlings(), a.world.now, a.world.newID)
	f.Saved = intel.NewSavedFilters(f.objects.Saved(), a.world.now)
	for kind, work := range map[string]func(context.Context, intel.Place) error{
		intel.CheckWork: f.Batches.Check, intel.ApplyWork: f.Batches.Apply, intel.UndoWork: f.Batches.TakeBack,
	} {
		a.jobs.Handle(kind, job.Kind{Work: onBatch(work), GaveUp: onBatch(f.Batches.GiveUp)})
	}
	return nil
}

// matchKeyThere fails where the values of the database were blinded and the key is
// gone: a new one would be the wrong one.
func (a *App) matchKeyThere(ctx context.Context) error {
	path := matchKeyFile(a.config)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	blinded := false
	err := a.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		blinded, err = deconflictsql.Blinded(ctx, tx)
		return err
	})
	if err == nil && blinded {
		err = fmt.Errorf("%s is missing, and values of this database were blinded under it: put it back from escrow; "+
			"if it is lost, `entente serve --new-match-key` gives up what was matched and makes a new one", path)
	}
	return err
}

// GiveUpMatchKey gives up what was blinded under a match key that is lost, so that
// the next start makes a new one. It fails where the key is there.
func GiveUpMatchKey(ctx context.Context, cfg config.Config) error {
	path := matchKeyFile(cfg)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there: a key that is not lost is not given up", path)
	}
	unlock, err := takeFolder(cfg.Data)
	if err != nil {
		return err
	}
	defer unlock()
	db, err := existing(ctx, cfg)
	if err != nil {
		return err
	}
	world := Real(Logger(cfg))
	return errors.Join(giveUpMatches(ctx, gate.New(db, world.now), world), db.Close())
}

// giveUpMatches forgets all blinded values, and under which key they were.
func giveUpMatches(ctx context.Context, g gate.Gate, w World) error {
	ask := access.Ask{Actor: console(), Place: access.Platform(), Action: access.Administer}
	entry := audit.Entry{ID: w.newID(), At: w.now(), Verb: audit.MatchesGivenUp}
	return g.Update(ctx, ask, func(tx *sqldb.Tx, grant access.Grant) error { return deconflictsql.GiveUp(ctx, tx, grant, entry) })
}

func matchKeyFile(cfg config.Config) string { return filepath.Join(cfg.Data, "match.key") }

func onBatch(work func(context.Context, intel.Place) error) func(context.Context, job.Job) error {
	return func(ctx context.Context, j job.Job) error {
		return work(ctx, intel.Place{Workspace: j.Workspace, Batch: intel.BatchID(j.Payload)})
	}
}

// match holds the values that a slice brings against those of other operations.
func (a *App) match(keyer deconflict.Keyer, w deconflict.Warnings) func(context.Context, *sqldb.Tx, access.Grant, intel.Slice, []intel.Observed) error {
	return func(ctx context.Context, tx *sqldb.Tx, g access.Grant, s intel.Slice, found []intel.Observed) error {
		observed := make([]deconflict.Observed, len(found))
		for i, o := range found {
			observed[i] = deconflict.Observed{Object: string(o.Object), Value: o.Value, Handling: o.Handling}
		}
		return deconflictsql.Match(ctx, tx, g, deconflict.Matching{
			Keyer: keyer, Warnings: w, Limits: deconflict.DefaultLimits(), NewID: a.world.newID, Now: g.At(),
			Batch: string(s.Batch.ID), BatchSize: s.Batch.Total,
		}, observed)
	}
}

// rehandle has hits, keys of the match and the index follow a change of an object's
// handling, in its transaction: what is narrowed is found by nobody else at once.
func rehandle(keyer deconflict.Keyer) func(context.Context, *sqldb.Tx, access.Grant, intel.ObjectID, []observable.Value, gate.HandlingID) error {
	return func(ctx context.Context, tx *sqldb.Tx, g access.Grant, id intel.ObjectID, values []observable.Value, handling gate.HandlingID) error {
		if err := deconflictsql.Rehandle(ctx, tx, g, keyer, string(id), values, handling); err != nil {
			return err
		}
		return searchsql.Rehandle(ctx, tx, g, string(id), handling)
	}
}

func forget(ctx context.Context, tx *sqldb.Tx, g access.Grant, id intel.BatchID) error {
	return deconflictsql.Forget(ctx, tx, g, string(id))
}

func queue(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, w intel.Work) error {
	return job.Enqueue(ctx, tx, job.Job{ID: w.ID, Kind: w.Kind, Workspace: ws, Payload: string(w.Batch), RunAt: w.At})
}

// misp reads MISP events for intel.
type misp struct{}

func (misp) Sniff(head []byte) bool { return mispjson.Sniff(head) }

func (misp) Decode(r io.ReadSeeker, each func(intel.Converted) error) error {
	return mispjson.Decode(r, func(m mispjson.Record) error {
		return each(intel.Converted{Raw: m.Raw, Part: m.Source, Err: m.Err, Warning: m.Warning})
	})
}

// warnings is the matcher of the warning lists that are loaded now.
type warnings struct {
	now atomic.Pointer[observable.Warnings]
}

// Match implements intel.Warnings and deconflict.Warnings.
func (w *warnings) Match(v observable.Value) (list string, ok bool) { return w.now.Load().Match(v) }

func (w *warnings) load(ctx context.Context, lists *deconflict.Lists) error {
	loaded, err := lists.Warnings(ctx)
	if err == nil {
		w.now.Store(loaded)
	}
	return err
}

// reload takes up warning lists that another process has loaded.
func (a *App) reload(ctx context.Context, r audit.Record) {
	if r.Verb != audit.WarningListsLoaded {
		return
	}
	if err := a.warnings.load(ctx, a.Lists); err != nil {
		a.log.ErrorContext(ctx, "warning lists not reloaded", "err", fault.Of(err).Err)
	}
}
