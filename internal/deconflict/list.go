// SPDX-License-Identifier: Apache-2.0

package deconflict

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/fault"
	"entente.example/internal/observable"
)

// File is a warning list as it lies in a folder, in the format of MISP.
type File struct {
	Name string
	Raw  []byte
}

// Lists keeps the warning lists of the deployment.
type Lists struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewLists returns Lists that reads the time from now and names things by newID.
func NewLists(store Store, now func() time.Time, newID func() string) *Lists {
	return &Lists{store, now, newID}
}

// Load takes in the lists of files, each in place of the one of the same name,
// all of them or none, and returns how many there were. It is for the console.
func (l *Lists) Load(ctx context.Context, actor access.Actor, files iter.Seq2[File, error]) (int, error) {
	raw := map[string][]byte{}
	for file, err := range files {
		if err != nil {
			return 0, err
		}
		list, err := observable.ParseWarningList(file.Raw)
		if err != nil {
			return 0, fault.Wrap(fault.Invalid, "deconflict.list.invalid", err).With("file", file.Name)
		}
		raw[list.Name] = file.Raw
	}
	entry := audit.Entry{ID: l.newID(), At: l.now(), Verb: audit.WarningListsLoaded, Count: int64(len(raw))}
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Administer}
	err := l.store.Update(ctx, ask, func(tx Tx) error {
		for name, text := range raw {
			if err := tx.ReplaceWarningList(ctx, name, text, entry.At); err != nil {
				return err
			}
		}
		return tx.Record(ctx, entry)
	})
	return len(raw), err
}

// Warnings builds the matcher of all lists that are loaded.
func (l *Lists) Warnings(ctx context.Context) (*observable.Warnings, error) {
	var raw [][]byte
	ask := access.Ask{Actor: follower(), Place: access.Platform(), Action: access.Read}
	err := l.store.View(ctx, ask, func(r Reader) (err error) {
		raw, err = r.WarningLists(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	lists := make([]observable.WarningList, len(raw))
	for i, text := range raw {
		if lists[i], err = observable.ParseWarningList(text); err != nil {
			return nil, fmt.Errorf("warning list of the database: %w", err)
		}
	}
	return observable.NewWarnings(lists), nil
}

// errOtherKey tells the operator that the match would silently find nothing.
var errOtherKey = errors.New("the match key is not the one under which the values of this database were blinded: restore its file")

// Vouch fails where keyer does not blind as the database was blinded before: a
// lost key file that was made anew would end all matching without a sound.
func (l *Lists) Vouch(ctx context.Context, actor access.Actor, keyer Keyer) error {
	mine := Fingerprint(keyer)
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Administer}
	return l.store.Update(ctx, ask, func(tx Tx) error {
		first, err := tx.Fingerprint(ctx, mine)
		if err == nil && first != mine {
			return errOtherKey
		}
		return err
	})
}

// Fingerprint is the blinded form of a fixed value, by which one key is told from
// another without giving anything away.
func Fingerprint(keyer Keyer) blind.Key {
	return keyer.Key(observable.Value{Kind: "fingerprint", Text: "entente"})
}

// follower is in whose name the platform itself reads.
func follower() access.Actor { return access.Actor{Kind: access.Follower, Name: "deconflict"} }
