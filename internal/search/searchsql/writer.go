// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// writer changes the index of one workspace.
type writer struct {
	tx        *sqldb.Tx
	workspace access.WorkspaceID
	analyser  search.Analyser
}

const (
	longestText = 64 << 10 // bytes that a document is found by
	longestKept = 4 << 10  // bytes that are kept to be shown
	chunk       = 100      // rows of one statement
)

// row is a document as it is written.
type row struct {
	id          int64
	text        search.Text
	shown       string
	title, body []string // encoded tokens
}

// room is where the items of a document are kept, as a condition on its kind. An
// id names one item of a room, and may name another of another.
type room string

const (
	ofPosts   room = `kind <> 'object'`
	ofObjects room = `kind = 'object'`
)

// replace removes the documents of those items and writes texts in their place.
func (w writer) replace(ctx context.Context, of room, ids []string, texts []search.Text) error {
	if err := w.remove(ctx, of, ids); err != nil {
		return err
	}
	rows := make([]row, 0, len(texts))
	for _, t := range texts {
		rows = append(rows, w.row(t))
	}
	if err := w.number(ctx, rows); err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.id, b.id) })
	if w.tx.Engine() == sqldb.SQLite {
		return w.insertSQLite(ctx, rows)
	}
	for part := range slices.Chunk(rows, chunk) {
		if err := w.insertPostgres(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// row tells what a document is found by. The title of a topic belongs to the
// post that opens it: else each of its posts would be found by it.
func (w writer) row(t search.Text) row {
	title, titled := defanged(t.Title)
	text, told := defanged(cut(t.Text, longestText))
	t.Title, t.Text = title, text
	r := row{text: t, shown: cut(t.Text, longestKept)}
	m, seen := markOf(w.workspace), map[string]bool{}
	if t.Kind != search.Post {
		r.title = m.encodeAll(w.tokens(t.Title, titled), seen)
	}
	for _, value := range t.Values {
		r.body = append(r.body, m.encodeAll(w.analyser.TokensOf(value), seen)...)
	}
	r.body = append(r.body, m.encodeAll(w.tokens(t.Text, told), seen)...)
	return r
}

// tokens returns what text is found by, that is known to hold values or none.
func (w writer) tokens(text string, values bool) []search.Token {
	if !values {
		return w.analyser.Words(text)
	}
	return w.analyser.Tokens(text)
}

// cut shortens text to at most limit bytes, at a character.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}

// number gives each row an id that grows with its time and tells nothing else:
// the ten bits below the microsecond are made of what the reader knows.
func (w writer) number(ctx context.Context, rows []row) error {
	const bits = 10
	mine, open := map[int64]bool{}, make([]int, 0, len(rows))
	for i, r := range rows {
		sum := sha256.Sum256([]byte(string(w.workspace) + " " + r.text.ID))
		rows[i].id = r.text.At.UnixMicro()<<bits | int64(binary.BigEndian.Uint16(sum[:])>>(16-bits))
		open = append(open, i)
	}
	for len(open) > 0 {
		taken, err := w.taken(ctx, rows, open)
		if err != nil {
			return err
		}
		var again []int
		for _, i := range open {
			if id := rows[i].id; taken[id] || mine[id] {
				rows[i].id++
				again = append(again, i)
				continue
			}
			mine[rows[i].id] = true
		}
		open = again
	}
	return nil
}

// taken returns which ids of those rows are in use: in SQLite by any workspace,
// for all share the one table of tokens.
func (w writer) taken(ctx context.Context, rows []row, which []int) (map[int64]bool, error) {
	taken := map[int64]bool{}
	for part := range slices.Chunk(which, chunk) {
		which, args := `SELECT rowid FROM search_token WHERE rowid IN (`, []any{}
		if w.tx.Engine() == sqldb.PostgreSQL {
			which, args = `SELECT doc_id FROM search_doc WHERE workspace_id = $1 AND doc_id IN (`, []any{w.workspace}
		}
		first := len(args) + 1
		for i := range sized(len(part)) {
			args = append(args, rows[part[min(i, len(part)-1)]].id)
		}
		err := w.tx.All(ctx, which+sqldb.Placeholders(first, sized(len(part)))+`)`,
			args, func(scan func(...any) error) error {
				var id int64
				err := scan(&id)
				taken[id] = true
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// remove takes the documents of those items out of the index.
func (w writer) remove(ctx context.Context, of room, ids []string) error {
	for part := range slices.Chunk(ids, chunk) {
		args := []any{w.workspace}
		for i := range sized(len(part)) {
			args = append(args, part[min(i, len(part)-1)])
		}
		these := `workspace_id = $1 AND ref_id IN (` + sqldb.Placeholders(2, sized(len(part))) + `) AND ` + string(of)
		if w.tx.Engine() == sqldb.SQLite {
			err := w.tx.Exec(ctx, `DELETE FROM search_token WHERE rowid IN (SELECT doc_id FROM search_doc WHERE `+these+`)`, args...)
			if err != nil {
				return err
			}
		}
		if err := w.tx.Exec(ctx, `DELETE FROM search_doc WHERE `+these, args...); err != nil {
			return err
		}
	}
	return nil
}

// sized returns for how many a statement about n is made: its last repeats, so
// that there are few to prepare.
func sized(n int) int {
	for _, size := range []int{1, 4, 16, chunk} {
		if n <= size {
			return size
		}
	}
	return n
}

var columns = []string{
	"workspace_id", "doc_id", "kind", "ref_id", "topic_id", "number", "type", "title", "text", "handling_id", "batch_id", "latest_id", "at",
}

func (w writer) values(r row) []any {
	t := r.text
	return []any{
		w.workspace, r.id, string(t.Kind), t.ID, t.Topic, t.Number, t.Type, t.Title, r.shown, t.Handling, t.Batch, t.Latest, t.At.UnixMicro(),
	}
}

func (w writer) insertSQLite(ctx context.Context, rows []row) error {
	documents, tokens := make([][]any, 0, len(rows)), make([][]any, 0, len(rows))
	for _, r := range rows {
		documents = append(documents, w.values(r))
		tokens = append(tokens, []any{r.id, strings.Join(r.title, " "), strings.Join(r.body, " ")})
	}
	if err := w.tx.Insert(ctx, "search_doc", columns, documents); err != nil {
		return err
	}
	for _, row := range tokens { // one by one: for a statement of several, FTS5 writes out each time what it has gathered
		if err := w.tx.Exec(ctx, `INSERT INTO search_token (rowid, title, text) VALUES ($1, $2, $3)`, row...); err != nil {
			return err
		}
	}
	return nil
}

func (w writer) insertPostgres(ctx context.Context, rows []row) error {
	var b strings.Builder
	var args []any
	for i, r := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + sqldb.Placeholders(len(args)+1, len(columns)))
		args = append(append(args, w.values(r)...), w.vector(r))
		b.WriteString(", CAST(CAST($" + strconv.Itoa(len(args)) + " AS text) AS tsvector))")
	}
	return w.tx.Exec(ctx, `INSERT INTO search_doc (`+strings.Join(columns, ", ")+`, tokens) VALUES `+b.String(), args...)
}

// vector writes the tokens of a row as PostgreSQL does.
func (w writer) vector(r row) string {
	var b strings.Builder
	b.WriteString(markOf(w.workspace).ofKind(r.text.Kind) + " ")
	for _, token := range r.title {
		b.WriteString(token + " " + tsquery.token + token + " ")
	}
	for _, token := range r.body {
		b.WriteString(token + " ")
	}
	return b.String()
}

// hide keeps what a batch first brought from being found; show ends that.
func (w writer) hide(ctx context.Context, batch string) error {
	return w.tx.Exec(ctx, `INSERT INTO search_batch (workspace_id, batch_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, w.workspace, batch)
}

func (w writer) show(ctx context.Context, batch string) error {
	return w.tx.Exec(ctx, `DELETE FROM search_batch WHERE workspace_id = $1 AND batch_id = $2`, w.workspace, batch)
}

// broughtBy returns the items, behind that one, whose present text the batch
// brought.
func (w writer) broughtBy(ctx context.Context, batch, after string, limit int) (ids []string, err error) {
	err = w.tx.All(ctx, `
		SELECT ref_id FROM search_doc WHERE workspace_id = $1 AND latest_id = $2 AND latest_id <> '' AND kind = 'object' AND ref_id > $3
		ORDER BY ref_id LIMIT $4`,
		[]any{w.workspace, batch, after, limit}, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}
