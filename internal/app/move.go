// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"entente.example/internal/backup"
	"entente.example/internal/config"
	"entente.example/internal/sqldb"
)

// Move copies the database to another engine, or another server of the same: to
// is a postgres:// address or the path of a SQLite file, empty or unused. The
// server must not run. Both sides are compared, table by table. What was moved is
// left as it was; a SQLite file gets another name, so that no server goes on in it.
func Move(ctx context.Context, cfg config.Config, to string, out io.Writer) error {
	unlock, err := takeFolder(cfg.Data)
	if err != nil {
		return err
	}
	defer unlock()
	if err := moveRows(ctx, cfg, to, teller(out)); err != nil {
		return fmt.Errorf("move: %w", err)
	}
	if sqliteFile(cfg) {
		if err := os.Rename(cfg.Database, cfg.Database+".moved"); err != nil {
			return err
		}
		fmt.Fprintf(out, "entente: the old file is now %s.moved; delete it once you have a back-up of the new database\n", cfg.Database)
	}
	fmt.Fprintln(out, "entente: moved. Set ENTENTE_DATABASE to the new database and start the server; search is complete again once it has read the journal.")
	return nil
}

func moveRows(ctx context.Context, cfg config.Config, to string, tell func(string)) (err error) {
	if to == cfg.Database {
		return errors.New("the database is there already")
	}
	from, err := existing(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if err := backup.CheckAlone(ctx, from); err != nil {
		return err
	}
	version, err := schemaOf(ctx, from)
	if err != nil {
		return err
	}
	if err := unused(ctx, to, version); err != nil {
		return err
	}
	target, err := sqldb.OpenWith(ctx, sqldb.Options{URL: to, Migrate: true, Schema: version, Readers: 2})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return backup.CopyRows(ctx, from, target, tell)
}

// schemaOf returns the version of the schema, which this program must know.
func schemaOf(ctx context.Context, db *sqldb.DB) (version int64, err error) {
	err = db.View(ctx, func(tx *sqldb.Tx) error {
		version, err = backup.SchemaVersion(ctx, tx)
		return err
	})
	if newest := sqldb.Newest(); err == nil && (version == 0 || version > newest) {
		err = fmt.Errorf("the database has schema %d; this program knows 1 to %d", version, newest)
	}
	return version, err
}

// unused fails where somebody has used the database at that address.
func unused(ctx context.Context, address string, version int64) error {
	db, err := sqldb.OpenWith(ctx, sqldb.Options{URL: address, Readers: 2})
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	return errors.Join(backup.CheckEmpty(ctx, db, version), db.Close())
}
