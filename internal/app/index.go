// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"strconv"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/discussion"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/intel"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/markup"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// indexedPosts gives the search what posts say.
type indexedPosts struct{ posts discussionsql.Store }

// Text implements searchsql.Posts.
func (i indexedPosts) Text(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, post string) (search.Text, error) {
	t, err := i.posts.Text(ctx, tx, workspace, discussion.PostID(post))
	kind := search.Post
	if t.Number == 1 {
		kind = search.Topic
	}
	return search.Text{
		Kind: kind, ID: post, Topic: string(t.Topic), Number: t.Number, Title: t.Title,
		Text: markup.Plain(t.Text, 0), Handling: t.Handling, At: t.At,
	}, err
}

// indexedObjects gives the search what objects are found by.
type indexedObjects struct{}

// Brought implements searchsql.Objects.
func (indexedObjects) Brought(ctx context.Context, tx *sqldb.Tx, slice audit.Record) ([]search.Text, error) {
	first, err := strconv.ParseInt(slice.Object, 10, 64)
	if err != nil {
		return nil, err
	}
	names, err := intelsql.Names(ctx, tx, slice.Workspace, intel.BatchID(slice.About), time.UnixMicro(first-1), int(slice.Count))
	return named(names), err
}

// Texts implements searchsql.Objects.
func (indexedObjects) Texts(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, objects []string) ([]search.Text, error) {
	ids := make([]intel.ObjectID, len(objects))
	for i, id := range objects {
		ids[i] = intel.ObjectID(id)
	}
	names, err := intelsql.NamesOf(ctx, tx, workspace, ids)
	return named(names), err
}

func named(names []intel.Named) []search.Text {
	texts := make([]search.Text, len(names))
	for i, n := range names {
		texts[i] = search.Text{
			Kind: search.Object, ID: string(n.Object), Type: n.Type, Title: n.Name, Handling: n.Handling,
			Batch: string(n.Batch), Latest: string(n.Batch), At: n.DateAdded,
		}
		for _, v := range n.Values {
			texts[i].Values = append(texts[i].Values, v.Text)
		}
	}
	return texts
}
