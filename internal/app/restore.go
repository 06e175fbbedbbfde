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

	"filippo.io/age"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/backup"
	"entente.example/internal/blob/folder"
	"entente.example/internal/config"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/gate"
	"entente.example/internal/member"
	"entente.example/internal/member/membersql"
	"entente.example/internal/seal"
	"entente.example/internal/sqldb"
)

// Restoring says what is restored, and how.
type Restoring struct {
	Source      string // the vault, or the back-up's own folder
	Name        string // of the back-up; empty: the newest
	Identities  string // file of age identities
	Since       string // file of withdrawals; empty: the one of the settings
	NoSince     bool   // what was taken from people since the back-up is given up, aloud
	NewMatchKey bool   // the match key is lost: what it matched is given up, aloud
}

// restoring marks a data folder that a restore has not finished. No server opens
// it; the next restore begins again.
const restoring = "restoring"

// restoration is a restore under way.
type restoration struct {
	Restoring
	world World
	cfg   config.Config
	tell  func(string)
	copy  backup.Copy
	keys  []age.Identity
	m     backup.Manifest
	acts  []backup.Withdrawal
}

// Restore brings a back-up back into an empty data folder and database, does
// again what was taken from people since, and ends all that must not come back
// to life. Only then is there a server to start.
func Restore(ctx context.Context, cfg config.Config, r Restoring, out io.Writer) error {
	return restoreIn(ctx, Real(Logger(cfg)), cfg, r, out)
}

func restoreIn(ctx context.Context, world World, cfg config.Config, r Restoring, out io.Writer) error {
	s := &restoration{Restoring: r, world: world, cfg: cfg, tell: teller(out)}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	unlock, err := lockFolder(cfg.Data)
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := s.claim(ctx); err != nil {
		return err
	}
	if err := s.bring(ctx); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	s.tell("restored " + s.copy.Name + ". Before you start the server, put its keys back into " + cfg.Data + ": they are in no back-up.")
	return nil
}

// prepare checks all that can be checked before anything is written.
func (s *restoration) prepare(ctx context.Context) (err error) {
	if s.keys, err = identitiesIn(s.Identities); err != nil {
		return err
	}
	if s.copy, err = find(s.Source, s.Name); err != nil {
		return err
	}
	if s.acts, err = s.withdrawals(); err != nil {
		return err
	}
	s.tell("checking " + s.copy.Name)
	if s.m, err = s.copy.Check(ctx, s.keys); err != nil {
		return err
	}
	if newest := sqldb.Newest(); s.m.Schema > newest {
		return fmt.Errorf("the back-up has schema %d; this program knows up to %d: restore it with the program that wrote it, or a newer one", s.m.Schema, newest)
	}
	return nil
}

var errNoSince = errors.New("there is no file of withdrawals, which says what was taken from people since the back-up: " +
	"without it, who was suspended since is a member again. Give it with --since FILE, or say --without-since")

func (s *restoration) withdrawals() ([]backup.Withdrawal, error) {
	if s.NoSince {
		return nil, nil
	}
	path := s.Since
	if path == "" {
		path = withdrawalsFile(s.cfg)
		// An interrupted restore may have set the whole file aside already.
		if _, err := os.Stat(backup.Aside(path, s.copy.Name)); err == nil && s.begun() {
			path = backup.Aside(path, s.copy.Name)
		}
	}
	acts, err := backup.ReadWithdrawals(path)
	if errors.Is(err, fs.ErrNotExist) && s.Since == "" {
		return nil, errNoSince
	}
	return acts, err
}

// mark is the file that says that a restore has begun and not ended.
func (s *restoration) mark() string { return filepath.Join(s.cfg.Data, restoring) }

func (s *restoration) begun() bool {
	_, err := os.Stat(s.mark())
	return err == nil
}

// claim holds that there is nothing that a restore could destroy, and clears
// what an interrupted one left.
func (s *restoration) claim(ctx context.Context) error {
	mark := s.mark()
	if !s.begun() {
		if err := s.empty(ctx); err != nil {
			return err
		}
		return os.WriteFile(mark, []byte(s.copy.Name+"\n"), 0o600)
	}
	s.tell("an earlier restore was interrupted: beginning again")
	if err := os.RemoveAll(filesFolder(s.cfg)); err != nil {
		return err
	}
	if !sqliteFile(s.cfg) {
		return unused(ctx, s.cfg.Database, s.m.Schema)
	}
	return dropSQLite(s.cfg.Database)
}

// empty fails where there is a database or a file already.
func (s *restoration) empty(ctx context.Context) error {
	files, err := os.ReadDir(filesFolder(s.cfg))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(files) > 0 {
		return fmt.Errorf("%s holds files: a restore goes into an empty data folder", filesFolder(s.cfg))
	}
	if !sqliteFile(s.cfg) {
		return unused(ctx, s.cfg.Database, s.m.Schema)
	}
	if _, err := os.Stat(s.cfg.Database); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there: a restore goes into an empty data folder", s.cfg.Database)
	}
	return nil
}

// dropSQLite removes a SQLite file with what lies beside it.
func dropSQLite(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// bring fills database and files, brings the schema up to date, and finishes.
func (s *restoration) bring(ctx context.Context) error {
	db, err := sqldb.OpenWith(ctx, sqldb.Options{URL: s.cfg.Database, Migrate: true, Schema: s.m.Schema})
	if err != nil {
		return err
	}
	files, err := folder.New(filesFolder(s.cfg), s.world.Random)
	if err == nil {
		err = s.copy.Restore(ctx, s.m, s.keys, backup.Target{DB: db, Files: files, Tell: s.tell})
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if db, err = sqldb.Open(ctx, s.cfg.Database); err != nil {
		return err
	}
	if err := errors.Join(s.finish(ctx, db), db.Close()); err != nil {
		return err
	}
	// Last of all: as long as anything may fail, the file is whole for the next try.
	old, err := backup.Rewind(withdrawalsFile(s.cfg), s.m.Journal, s.acts, s.copy.Name)
	if err != nil {
		return err
	}
	if old != "" {
		s.tell("the file of withdrawals as it was is now " + old)
	}
	return os.Remove(s.mark())
}

// finish makes of the rows of the back-up a server that may serve.
func (s *restoration) finish(ctx context.Context, db *sqldb.DB) error {
	g := gate.New(db, s.world.now)
	ask := access.Ask{Actor: console(), Place: access.Platform(), Action: access.Administer}
	entry := audit.Entry{ID: s.world.newID(), At: s.world.now(), Verb: audit.PlatformRestored, Object: s.copy.Name, Count: s.m.Journal.Number}
	err := g.Update(ctx, ask, func(tx *sqldb.Tx, grant access.Grant) error {
		if err := backup.RewindProjections(ctx, tx); err != nil {
			return err
		}
		return auditsql.Append(ctx, tx, grant, entry)
	})
	if err != nil {
		return err
	}
	recalls := member.NewRecalls(membersql.New(g), s.world.now, s.world.newID)
	ended, err := recalls.EndInvitations(ctx, console())
	if err != nil {
		return fmt.Errorf("end invitations: %w", err)
	}
	s.tell(fmt.Sprintf("ended: all sign-ins, %d open invitations", ended))
	if err := s.again(ctx, db, g, recalls); err != nil {
		return err
	}
	if s.NewMatchKey {
		return s.newMatchKey(ctx, g)
	}
	return s.vouch(ctx, g)
}

// vouch holds a match key that lies in the data folder already against the one
// under which the values of the back-up were blinded.
func (s *restoration) vouch(ctx context.Context, g gate.Gate) error {
	path := matchKeyFile(s.cfg)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		s.tell("match.key is not there: without the one that belongs to this back-up the server does not start")
		return nil
	}
	key, err := seal.MatchKey(path, s.world.Random)
	if err != nil {
		return err
	}
	lists := deconflict.NewLists(deconflictsql.New(g), s.world.now, s.world.newID)
	if err := lists.Vouch(ctx, console(), blind.NewKeyer(key.Secret())); err != nil {
		return fmt.Errorf("%w; or say --new-match-key, and lose what it matched", err)
	}
	s.tell("match.key is the one of this back-up")
	return nil
}

// newMatchKey gives up what was blinded under a key that is lost: the next start
// makes a new one, and only what is brought in from then on is matched.
func (s *restoration) newMatchKey(ctx context.Context, g gate.Gate) error {
	s.tell("the blinded values are given up: what is there matches nothing any more")
	return giveUpMatches(ctx, g, s.world)
}
