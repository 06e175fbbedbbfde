// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"context"
	"slices"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// Posts reads posts for the index, in the follower's transaction.
type Posts interface {
	// Text returns a post. It fails with fault.NotFound where there is none.
	Text(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, post string) (search.Text, error)
}

// Objects reads the objects of operations for the index, in the follower's
// transaction, as they are now.
type Objects interface {
	// Brought returns the objects that an audit.ImportApplied entry tells of, as
	// far as they are still there.
	Brought(ctx context.Context, tx *sqldb.Tx, slice audit.Record) ([]search.Text, error)
	// Texts returns those of the objects that are there.
	Texts(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, objects []string) ([]search.Text, error)
}

// Indexer keeps the index as the journal tells. It sees all, and gives nothing
// out.
type Indexer struct {
	analyser search.Analyser
	posts    Posts
	objects  Objects
}

// NewIndexer returns an Indexer that reads these.
func NewIndexer(analyser search.Analyser, posts Posts, objects Objects) Indexer {
	return Indexer{analyser, posts, objects}
}

// Apply takes the next entries of the journal. It may be called again with the
// same.
func (x Indexer) Apply(ctx context.Context, tx *sqldb.Tx, records []audit.Record) error {
	for len(records) > 0 {
		n, err := 1, error(nil)
		if posts := leadingPosts(records); len(posts) > 0 {
			n, err = len(posts), x.post(ctx, writer{tx, records[0].Workspace, x.analyser}, posts)
		} else {
			err = x.apply(ctx, tx, records[0])
		}
		if err != nil {
			return err
		}
		records = records[n:]
	}
	return nil
}

// leadingPosts returns the posts that records begin with, of one workspace: they
// go into the index together.
func leadingPosts(records []audit.Record) (posts []string) {
	for _, r := range records {
		if r.Verb != audit.PostPublished && r.Verb != audit.PostEdited || r.Workspace != records[0].Workspace {
			break
		}
		posts = append(posts, r.Object)
	}
	return posts
}

func (x Indexer) apply(ctx context.Context, tx *sqldb.Tx, r audit.Record) error {
	w := writer{tx, r.Workspace, x.analyser}
	switch r.Verb {
	case audit.ImportApplied:
		return x.slice(ctx, w, r)
	case audit.ImportDecided: // to bring in or to take back: until that is done, nothing of it is found
		return w.hide(ctx, r.About)
	case audit.ImportEnded:
		return w.show(ctx, r.About)
	case audit.ImportUndone:
		return x.undone(ctx, w, r.About)
	case audit.HandlingChanged:
		return x.again(ctx, w, []string{r.Object})
	default:
		return nil
	}
}

// post indexes posts as they are now; one that is gone is found no more.
func (x Indexer) post(ctx context.Context, w writer, ids []string) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var texts []search.Text
	for _, id := range ids {
		text, err := x.posts.Text(ctx, w.tx, w.workspace, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		texts = append(texts, text)
	}
	return w.replace(ctx, ofPosts, ids, texts)
}

func (x Indexer) slice(ctx context.Context, w writer, r audit.Record) error {
	texts, err := x.objects.Brought(ctx, w.tx, r)
	if err != nil {
		return err
	}
	return w.replace(ctx, ofObjects, idsOf(texts), texts)
}

// undone removes what a batch brought, or brings back what others say of it.
func (x Indexer) undone(ctx context.Context, w writer, batch string) error {
	const chunk = 500
	for last := ""; ; {
		ids, err := w.broughtBy(ctx, batch, last, chunk)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return w.show(ctx, batch)
		}
		if err := x.again(ctx, w, ids); err != nil {
			return err
		}
		last = ids[len(ids)-1]
	}
}

// again reads objects anew that are in the index.
func (x Indexer) again(ctx context.Context, w writer, ids []string) error {
	texts, err := x.objects.Texts(ctx, w.tx, w.workspace, ids)
	if err != nil {
		return err
	}
	return w.replace(ctx, ofObjects, ids, texts)
}

// Rehandle has what an object of the grant's workspace is found by follow a change
// of its handling in the transaction of the change. The entry that tells of it has
// it read anew (Indexer).
func Rehandle(ctx context.Context, tx *sqldb.Tx, g access.Grant, object string, handling gate.HandlingID) error {
	return tx.Exec(ctx, `UPDATE search_doc SET handling_id = $3 WHERE workspace_id = $1 AND ref_id = $2 AND `+string(ofObjects),
		g.Workspace(), object, handling)
}

func idsOf(texts []search.Text) []string {
	ids := make([]string, 0, len(texts))
	for _, t := range texts {
		ids = append(ids, t.ID)
	}
	return ids
}
