// SPDX-License-Identifier: Apache-2.0

package backup

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"entente.example/internal/audit"
	"entente.example/internal/durable"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// Withdrawal is an act by which something was taken from people: an entry of the
// journal, as it is kept apart from the database. A database that comes back from
// a back-up has forgotten those that came after it; they are done again before it
// serves. It holds ids alone.
type Withdrawal struct {
	Number    int64      `json:"number"`
	Entry     string     `json:"entry"`
	At        int64      `json:"at"` // microseconds since 1970 UTC
	Verb      audit.Verb `json:"verb"`
	Actor     string     `json:"actor"`
	Workspace string     `json:"workspace,omitempty"`
	Object    string     `json:"object,omitempty"`
	About     string     `json:"about,omitempty"`
	Concerns  string     `json:"concerns,omitempty"`
}

// withdraws are the verbs of such acts, of those that take one back, and of those
// that may have been one: what was changed to is content, and not in the journal.
var withdraws = []audit.Verb{
	audit.MemberSuspended, audit.MemberRestored, audit.MemberLeft,
	audit.OrganisationSuspended, audit.OrganisationRestored, audit.CountrySuspended, audit.CountryRestored,
	audit.AgreementEnded, audit.VettingEnded, audit.MembershipEnded, audit.MembershipChanged,
	audit.PasskeyRemoved, audit.PasswordRemoved, audit.PasswordSet,
	audit.ImportUndone, audit.HandlingChanged, audit.WorkspaceChanged, audit.WorkspaceArchived, audit.PurgeConfirmed, audit.WorkspacePurged,
}

// Withdraws reports whether acts of that verb are kept apart.
func Withdraws(verb audit.Verb) bool { return slices.Contains(withdraws, verb) }

// Keeper keeps the file of withdrawals: one line of JSON each, only ever appended
// to, on disk before the next is read. It is where it left off by the file alone,
// so it needs no database to be trusted.
type Keeper struct {
	db   *sqldb.DB
	file *os.File
	end  int64 // bytes of the file that are known to be on disk
	last Withdrawal
}

// Keep opens the file, which need not be there. It fails where the file knows of
// acts that the journal of db does not: then the database was put back to an
// earlier state by something other than a restore, and suspended people would be
// members again.
func Keep(ctx context.Context, db *sqldb.DB, path string) (k *Keeper, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the file of withdrawals: %w", err)
	}
	k = &Keeper{db: db, file: file}
	if err := errors.Join(k.seek(path), durable.Sync(filepath.Dir(path))); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err := k.vouch(ctx, path); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return k, nil
}

// seek finds the end, and takes away a line that a crash left half written.
func (k *Keeper) seek(path string) error {
	acts, whole, err := readWithdrawals(k.file)
	if err != nil {
		return fmt.Errorf("file of withdrawals %s: %w", path, err)
	}
	if len(acts) > 0 {
		k.last = acts[len(acts)-1]
	}
	k.end = whole
	return k.file.Truncate(whole)
}

func (k *Keeper) vouch(ctx context.Context, path string) error {
	if k.last.Number == 0 {
		return nil
	}
	known := false
	err := k.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		known, err = knows(ctx, tx, k.last)
		return err
	})
	if err == nil && !known {
		err = fmt.Errorf("the database does not know entry %d of its journal, which %s has: it was put back to an earlier state. "+
			"Restore a back-up with `entente restore`, which does again what was taken from people since", k.last.Number, path)
	}
	return err
}

// knows reports whether the journal has the act, or had it: of an act in or on an
// operation that was purged since, nothing but the number is left.
func knows(ctx context.Context, tx *sqldb.Tx, w Withdrawal) (known bool, err error) {
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM audit_entry WHERE number = $1 AND (entry_id = $2 OR
			entry_id = '' AND verb = '' AND workspace_id <> '' AND workspace_id IN ($3, $4)))`,
		[]any{w.Number, w.Entry, w.Workspace, w.Object}, &known)
	return known, err
}

// Close closes the file.
func (k *Keeper) Close() error { return k.file.Close() }

// Advance appends what the journal has since, and syncs it. What fails is written
// again over what it left, whole: the system forgets what it could not sync.
func (k *Keeper) Advance(ctx context.Context) error {
	for {
		acts, err := k.next(ctx)
		if err != nil || len(acts) == 0 {
			return err
		}
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		for _, act := range acts {
			if err := enc.Encode(act); err != nil {
				return err
			}
		}
		if _, err := k.file.WriteAt(text.Bytes(), k.end); err != nil {
			return err
		}
		if err := k.file.Sync(); err != nil {
			return err
		}
		k.end += int64(text.Len())
		k.last = acts[len(acts)-1]
	}
}

func (k *Keeper) next(ctx context.Context) (acts []Withdrawal, err error) {
	const atOnce = 500
	args := []any{k.last.Number, atOnce}
	for _, verb := range withdraws {
		args = append(args, verb)
	}
	err = k.db.View(ctx, func(tx *sqldb.Tx) error {
		return tx.All(ctx, `
			SELECT number, entry_id, at, verb, actor, workspace_id, object, about, concerns FROM audit_entry
			WHERE number > $1 AND verb IN (`+sqldb.Placeholders(3, len(withdraws))+`) ORDER BY number LIMIT $2`, args,
			func(scan func(...any) error) error {
				var w Withdrawal
				err := scan(&w.Number, &w.Entry, &w.At, &w.Verb, &w.Actor, &w.Workspace, &w.Object, &w.About, &w.Concerns)
				acts = append(acts, w)
				return err
			})
	})
	return acts, err
}

const maxLine = 16 << 10 // bytes of one withdrawal

// ReadWithdrawals reads the file at path. A last line that was not written to its
// end is left out; anything else that is wrong is named by its line.
func ReadWithdrawals(path string) ([]Withdrawal, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	acts, _, err := readWithdrawals(file)
	if err != nil {
		return nil, fmt.Errorf("file of withdrawals %s: %w", path, err)
	}
	return acts, nil
}

// readWithdrawals also says how many bytes the whole lines have.
func readWithdrawals(in io.Reader) (acts []Withdrawal, whole int64, err error) {
	lines := bufio.NewReaderSize(in, maxLine)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return acts, whole, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", n, err)
		}
		var w Withdrawal
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&w); err != nil {
			return nil, 0, fmt.Errorf("line %d: %w", n, err)
		}
		if w.Number <= 0 || w.Entry == "" || w.Verb == "" || len(acts) > 0 && w.Number <= acts[len(acts)-1].Number {
			return nil, 0, fmt.Errorf("line %d: out of order, or not a withdrawal", n)
		}
		acts, whole = append(acts, w), whole+int64(len(line))
	}
}

// Since returns those acts that the restored database has forgotten. It fails
// where the acts before the back-up are not those of its journal: then they were
// made by another server, or on another line of its history.
func Since(ctx context.Context, db *sqldb.DB, head Head, acts []Withdrawal) (forgotten []Withdrawal, err error) {
	err = db.View(ctx, func(tx *sqldb.Tx) error {
		forgotten = nil
		for _, act := range acts {
			known, err := holds(ctx, tx, act, head)
			if err != nil {
				return err
			}
			if !known {
				forgotten = append(forgotten, act)
			}
		}
		return nil
	})
	return forgotten, err
}

// holds reports whether the act is in the journal, or waits there for its number.
func holds(ctx context.Context, tx *sqldb.Tx, act Withdrawal, head Head) (known bool, err error) {
	if act.Number <= head.Number {
		known, err = knows(ctx, tx, act)
		if err == nil && !known {
			err = fault.Wrap(fault.Conflict, "error.conflict", fmt.Errorf("entry %d of the file of withdrawals is not that of the back-up's journal: "+
				"the file is of another server, or of another line of its history", act.Number))
		}
		return known, err
	}
	err = tx.One(ctx, `SELECT EXISTS (SELECT 1 FROM audit_queue WHERE entry_id = $1)`, []any{act.Entry}, &known)
	return known, err
}

// Aside is where the file at path is set aside when that back-up is restored.
func Aside(path, restored string) string { return path + ".before-" + restored }

// Rewind writes to path those of the acts that the back-up knows: what is done
// again is then written behind them under its new number. A file that is there
// keeps its content under another name, which is returned.
func Rewind(path string, head Head, acts []Withdrawal, restored string) (old string, err error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	for _, act := range acts {
		if act.Number <= head.Number {
			if err := enc.Encode(act); err != nil {
				return "", err
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		old = Aside(path, restored)
		if err := os.Rename(path, old); err != nil {
			return "", err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return old, durable.Replace(path, text.Bytes())
}
