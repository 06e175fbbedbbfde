// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// openBare opens the database of the limits: the same driver with the same
// settings, and plain tables.
func openBare(ctx context.Context, engine Engine, path string) (*sql.DB, error) {
	driver, address := "pgx", engine.Bare
	if engine.Name == "sqlite" {
		driver = "sqlite"
		address = "file:" + path + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-32768)&_txlock=immediate"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, err
	}
	if engine.Name == "sqlite" {
		db.SetMaxOpenConns(1)
	} else {
		db.SetMaxOpenConns(64)
		db.SetMaxIdleConns(64)
	}
	blob := map[bool]string{true: "blob", false: "bytea"}[engine.Name == "sqlite"]
	for _, statement := range []string{
		`CREATE TABLE object (object_id text NOT NULL PRIMARY KEY, stix_id text NOT NULL, type text NOT NULL, added bigint NOT NULL, raw ` + blob + ` NOT NULL)`,
		`CREATE UNIQUE INDEX object_by_stix_id ON object (stix_id)`,
		`CREATE INDEX object_by_type ON object (type, added)`,
		`CREATE TABLE known (match_key ` + blob + ` NOT NULL PRIMARY KEY, object_id text NOT NULL)`,
		`CREATE TABLE post (post_id text NOT NULL PRIMARY KEY, topic text NOT NULL, number bigint NOT NULL, author text NOT NULL, text text NOT NULL)`,
		`CREATE INDEX post_by_number ON post (topic, number)`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("make the bare tables: %w", err), db.Close())
		}
	}
	return db, nil
}

// thing is an object of the limit: what the house must keep of it at the least.
type thing struct {
	id, stixID string
	raw        []byte
	key        []byte
}

func things(series, values, first, n int) []thing {
	list := make([]thing, n)
	for i := range list {
		raw := Indicator(series, values, first+i)
		id := bytes.Index(raw, []byte(`"indicator--`))
		sum := sha256.Sum256([]byte(valueOf(values, first+i).text))
		list[i] = thing{
			id: fmt.Sprintf("%010d-%08d", series, first+i), stixID: string(raw[id+1 : id+48]), raw: raw, key: sum[:16],
		}
	}
	return list
}

// insertBare writes things a thousand in a transaction, with an index of three
// more, and looks each value up among those that are known: the least that an
// import can be.
func (r *run) insertBare(ctx context.Context, list []thing) (t turn, err error) {
	w := begin()
	for part := range slices.Chunk(list, 1000) {
		if err := r.insertPart(ctx, part); err != nil {
			return turn{}, err
		}
	}
	return w.of(len(list)), nil
}

func (r *run) insertPart(ctx context.Context, part []thing) error {
	tx, err := r.bare.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if r.engine.Name == "sqlite" {
		err = insertEach(ctx, tx, part)
	} else {
		err = insertMany(ctx, tx, part)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func insertEach(ctx context.Context, tx *sql.Tx, part []thing) error {
	var statements []*sql.Stmt
	for _, text := range []string{
		`SELECT object_id FROM known WHERE match_key = $1`,
		`INSERT INTO object (object_id, stix_id, type, added, raw) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		`INSERT INTO known (match_key, object_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
	} {
		statement, err := tx.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		defer statement.Close()
		statements = append(statements, statement)
	}
	for i, t := range part {
		var other string
		if err := statements[0].QueryRowContext(ctx, t.key).Scan(&other); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := statements[1].ExecContext(ctx, t.id, t.stixID, "indicator", i, t.raw); err != nil {
			return err
		}
		if _, err := statements[2].ExecContext(ctx, t.key, t.id); err != nil {
			return err
		}
	}
	return nil
}

// insertMany does the same in three statements of arrays.
func insertMany(ctx context.Context, tx *sql.Tx, part []thing) error {
	var ids, stixIDs []string
	var raws, keys [][]byte
	for _, t := range part {
		ids, stixIDs, raws, keys = append(ids, t.id), append(stixIDs, t.stixID), append(raws, t.raw), append(keys, t.key)
	}
	rows, err := tx.QueryContext(ctx, `SELECT match_key, object_id FROM known WHERE match_key = ANY($1)`, keys)
	if err != nil {
		return err
	}
	for rows.Next() {
		var key []byte
		var id string
		if err := rows.Scan(&key, &id); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO object (object_id, stix_id, type, added, raw)
		SELECT id, stix, 'indicator', 0, raw FROM UNNEST($1::text[], $2::text[], $3::bytea[]) AS t (id, stix, raw) ON CONFLICT DO NOTHING`, ids, stixIDs, raws)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO known (match_key, object_id)
		SELECT key, id FROM UNNEST($1::bytea[], $2::text[]) AS t (key, id) ON CONFLICT DO NOTHING`, keys, ids)
	return err
}

// insertPosts writes n posts in one transaction: a group, committed once.
func (r *run) insertPosts(ctx context.Context, group []int) error {
	tx, err := r.bare.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	statement, err := tx.PrepareContext(ctx, `INSERT INTO post (post_id, topic, number, author, text) VALUES ($1, $2, $3, $4, $5)`)
	if err != nil {
		return err
	}
	defer statement.Close()
	for _, n := range group {
		if _, err := statement.ExecContext(ctx, strconv.Itoa(n)+strings.Repeat("-", 20), "topic", n, "author", say(n%1000)); err != nil {
			return err
		}
	}
	return tx.Commit()
}
