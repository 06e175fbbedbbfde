// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"entente.example/internal/backup"
	"entente.example/internal/blob/folder"
	"entente.example/internal/config"
	"entente.example/internal/sqldb"
)

// Backup adds a back-up of the server to the vault at dest, sealed to recipients
// (age1…), or to those of the settings where there are none. The server may run.
func Backup(ctx context.Context, cfg config.Config, dest string, recipients []string, out io.Writer) error {
	return backupIn(ctx, Real(Logger(cfg)), cfg, dest, recipients, out)
}

func backupIn(ctx context.Context, world World, cfg config.Config, dest string, recipients []string, out io.Writer) error {
	if len(recipients) == 0 {
		recipients = cfg.Recipients
	}
	db, err := existing(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var id [4]byte
	if _, err := io.ReadFull(world.Random, id[:]); err != nil {
		return err
	}
	c, m, sum, err := backup.Take(ctx, dest, backup.Source{
		DB: db, Files: folder.Beside(filesFolder(cfg), world.Random), Recipients: recipients,
		Now: world.now(), ID: hex.EncodeToString(id[:]), Tell: teller(out),
	})
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	fmt.Fprintf(out, "back-up %s: %d rows, %d files, journal up to entry %d\nSHA-256 of its manifest: %s\n", c.Name, m.Rows(), m.Files.Number, m.Journal.Number, sum)
	return nil
}

// existing opens the database, which must be there, as it is.
func existing(ctx context.Context, cfg config.Config) (*sqldb.DB, error) {
	if sqliteFile(cfg) {
		if _, err := os.Stat(cfg.Database); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	db, err := sqldb.OpenWith(ctx, sqldb.Options{URL: cfg.Database, Readers: 2})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

// sqliteFile reports whether the database is a file.
func sqliteFile(cfg config.Config) bool { return !strings.Contains(cfg.Database, "://") }

func filesFolder(cfg config.Config) string { return filepath.Join(cfg.Data, "files") }

func teller(out io.Writer) func(string) {
	return func(line string) { fmt.Fprintln(out, "entente: "+line) }
}

// ListBackups says which back-ups the vault at dest holds.
func ListBackups(dest string, out io.Writer) error {
	v, err := backup.OpenVault(dest)
	if err != nil {
		return err
	}
	l, err := v.List()
	if err != nil {
		return err
	}
	for _, name := range l.Whole {
		fmt.Fprintln(out, name)
	}
	for _, name := range l.Unfinished {
		fmt.Fprintln(out, name, "interrupted: counts for nothing, may be deleted")
	}
	return nil
}

// CheckBackup holds the back-up of that name, or the newest, against its sums,
// and opens all of it where there is a file of identities.
func CheckBackup(ctx context.Context, dest, name, identities string, out io.Writer) error {
	c, err := find(dest, name)
	if err != nil {
		return err
	}
	if identities == "" {
		if err := c.CheckSealed(); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: its sealed parts are as they were written. To look inside, and at the files, give --identity.\n", c.Name)
		return nil
	}
	keys, err := identitiesIn(identities)
	if err != nil {
		return err
	}
	m, err := c.Check(ctx, keys)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: whole; %d rows in %d tables, %d files, journal up to entry %d, taken %s of %s, schema %d\n",
		c.Name, m.Rows(), len(m.Tables), m.Files.Number, m.Journal.Number, m.TakenAt.Format("2006-01-02 15:04:05Z"), m.Engine, m.Schema)
	return nil
}

// find returns a back-up of a vault; dest may also be the back-up's own folder.
func find(dest, name string) (backup.Copy, error) {
	if _, err := os.Stat(filepath.Join(dest, "manifest.age")); err == nil && name == "" {
		dest, name = filepath.Split(filepath.Clean(dest))
	}
	v, err := backup.OpenVault(filepath.Clean(dest))
	if err != nil {
		return backup.Copy{}, err
	}
	return v.Find(name)
}

func identitiesIn(path string) (keys []age.Identity, err error) {
	if path == "" {
		return nil, errors.New("name the file of an identity: --identity FILE")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return age.ParseIdentities(file)
}
