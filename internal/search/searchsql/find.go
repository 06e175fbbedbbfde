// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"context"
	"math"

	"entente.example/internal/access"
	"entente.example/internal/gate"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// reader finds documents of the one workspace that its grant names.
type reader struct {
	sql   *sqldb.Tx
	grant access.Grant
}

func (r reader) Find(ctx context.Context, m search.Match, kind search.Kind, after search.Place, limit int) (found []search.Document, err error) {
	asked := asking(r.sql.Engine(), markOf(r.grant.Workspace()), m)
	for _, rank := range [...]search.Rank{search.Named, search.Says, search.Titled, search.Begins} {
		q := question{rank: rank, asked: asked[rank], kind: kind, below: math.MaxInt64, limit: limit - len(found), rare: m.Value}
		switch {
		case rank < after.Rank || len(found) >= limit:
			continue
		case rank > search.Says && m.Value && (len(found) > 0 && found[0].Rank <= search.Says || after.Rank > 0 && after.Rank <= search.Says):
			continue // the value itself was found: it is whole
		case rank == after.Rank:
			q.below = after.Order
		}
		documents, err := r.ranked(ctx, q)
		if err != nil {
			return nil, err
		}
		found = append(found, documents...)
	}
	return found, nil
}

// question is for the newest documents of one rank below an order.
type question struct {
	rank  search.Rank
	asked string
	kind  search.Kind
	below int64
	limit int
	rare  bool // few documents have what is asked for
}

// On SQLite the matches are walked through in their order, until there are
// enough of them that may be read. PostgreSQL gathers and sorts them all, which
// takes long for a word that most documents have: such a word is found among the
// newest. Any other is found by the index of tokens, which it would leave aside
// for a walk through all documents (OFFSET 0 keeps it from that): what it knows of
// words says nothing of those that nobody has used.
const (
	fromSQLite = `
		FROM search_token s CROSS JOIN search_doc d ON d.workspace_id = $1 AND d.doc_id = s.rowid
		JOIN gate_handling h ON h.workspace_id = d.workspace_id AND h.handling_id = d.handling_id
		WHERE search_token MATCH $2 AND s.rowid < $3`
	fromPostgres = `
		FROM (SELECT * FROM search_doc WHERE tokens @@ CAST(CAST($2 AS text) AS tsquery) OFFSET 0) d
		JOIN gate_handling h ON h.workspace_id = d.workspace_id AND h.handling_id = d.handling_id
		WHERE d.workspace_id = $1 AND d.doc_id < $3`
	fromNewest = `
		FROM (SELECT * FROM search_doc WHERE workspace_id = $1 AND doc_id < $3 ORDER BY doc_id DESC LIMIT 1000) d
		JOIN gate_handling h ON h.workspace_id = d.workspace_id AND h.handling_id = d.handling_id
		WHERE d.workspace_id = $1 AND d.tokens @@ CAST(CAST($2 AS text) AS tsquery)`
)

// sensitive is the condition that what d is a copy of is shown on its own page
// alone. It is found by whole words and values: what is not shown must not be
// guessed letter by letter.
const sensitive = `(d.kind = 'object' AND d.handling_id IN (` + gate.Sensitive + `))`

func (r reader) ranked(ctx context.Context, q question) ([]search.Document, error) {
	if r.sql.Engine() == sqldb.SQLite {
		return r.answer(ctx, q, fromSQLite, "s.rowid")
	}
	if q.kind != "" {
		q.asked = "(" + q.asked + ")" + tsquery.and + markOf(r.grant.Workspace()).ofKind(q.kind)
	}
	if !q.rare {
		if found, err := r.answer(ctx, q, fromNewest, "d.doc_id"); err != nil || len(found) == q.limit {
			return found, err
		}
	}
	return r.answer(ctx, q, fromPostgres, "d.doc_id")
}

func (r reader) answer(ctx context.Context, q question, from, order string) (found []search.Document, err error) {
	guessed := ""
	if q.rank == search.Titled || q.rank == search.Begins {
		guessed = ` AND NOT (` + sensitive + `)`
	}
	readable, args := gate.Readable(r.grant, 6)
	err = r.sql.All(ctx, `
		SELECT d.doc_id, d.kind, d.ref_id, d.topic_id, d.number, d.type, d.title, d.text, h.tlp, d.at,
		       `+sensitive+from+`
		AND ($4 = '' OR d.kind = $4)`+guessed+` AND d.handling_id IN (`+readable+`)
		AND (d.batch_id = '' OR d.batch_id NOT IN (SELECT b.batch_id FROM search_batch b WHERE b.workspace_id = $1))
		ORDER BY `+order+` DESC LIMIT $5`,
		append([]any{r.grant.Workspace(), q.asked, q.below, string(q.kind), q.limit}, args...),
		func(scan func(...any) error) error {
			d := search.Document{Place: search.Place{Rank: q.rank}, Workspace: r.grant.Workspace()}
			var at int64
			err := scan(&d.Order, &d.Kind, &d.ID, &d.Topic, &d.Number, &d.Type, &d.Title, &d.Text, &d.TLP, &at, &d.Withheld)
			if d.Withheld {
				d.Title, d.Text = "", ""
			}
			d.At = sqldb.Time(at)
			found = append(found, d)
			return err
		})
	return found, err
}

func (r reader) People(ctx context.Context, text string, limit int) ([]access.Card, error) {
	return gate.PeopleCalled(ctx, r.sql, r.grant, text, limit)
}
