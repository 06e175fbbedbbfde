// SPDX-License-Identifier: Apache-2.0

package deconflictsql

import (
	"context"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/blind"
	"entente.example/internal/sqldb"
)

// holding is one row of deconflict_key: a batch of a workspace that brought a
// value.
type holding struct {
	place     int64
	workspace access.WorkspaceID
	batch     string
	object    string
	handling  string
}

// chunk is how many keys one statement looks up. A last, shorter chunk repeats a
// key, so that there is one text to prepare.
const chunk = 100

// holdings returns who holds those keys, by key, in the order in which they came.
// It keeps them there: were the last one taken away meanwhile, another transaction
// could give its place to a key that this one does not see (keep). On SQLite there
// is only one writer.
func holdings(ctx context.Context, tx *sqldb.Tx, keys []blind.Key) (map[blind.Key][]holding, error) {
	locked := ``
	if tx.Engine() == sqldb.PostgreSQL {
		locked = ` FOR KEY SHARE`
	}
	held := map[blind.Key][]holding{}
	err := eachChunk(keys, func(list string, args []any) error {
		return tx.All(ctx, `
			SELECT match_key, place, workspace_id, batch_id, object_id, handling_id FROM deconflict_key
			WHERE match_key IN (`+list+`) ORDER BY match_key, place`+locked,
			args, func(scan func(...any) error) error {
				var key []byte
				var h holding
				err := scan(&key, &h.place, &h.workspace, &h.batch, &h.object, &h.handling)
				if err == nil {
					held[blind.Key(key)] = append(held[blind.Key(key)], h)
				}
				return err
			})
	})
	return held, err
}

// keep adds the keys that this batch did not bring before, each at the place
// after the last. Where another transaction takes that place at the same time,
// PostgreSQL makes this one run again, and then it sees the other's key: on
// SQLite there is only one writer.
func keep(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, m deconflict.Matching, values []deconflict.Blinded, held map[blind.Key][]holding) error {
	var rows [][]any
	for _, v := range values {
		place, mine := int64(0), false
		for _, h := range held[v.Key] {
			place = h.place + 1
			mine = mine || h.workspace == workspace && h.batch == m.Batch
		}
		if !mine {
			rows = append(rows, []any{v.Key[:], place, workspace, m.Batch, v.Object, v.Handling, m.Now.UnixMicro()})
		}
	}
	for _, size := range []int{32, 8, 1} {
		for len(rows) >= size {
			if err := insertKeys(ctx, tx, rows[:size]); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

// insertKeys says ON CONFLICT because of what PostgreSQL makes of it under
// REPEATABLE READ: a conflict with a row that the transaction cannot see is a
// serialization failure, which sqldb answers by running the transaction again.
func insertKeys(ctx context.Context, tx *sqldb.Tx, rows [][]any) error {
	const columns = 7
	var args []any
	groups := make([]string, len(rows))
	for i, row := range rows {
		groups[i] = "(" + sqldb.Placeholders(i*columns+1, columns) + ")"
		args = append(args, row...)
	}
	return tx.Exec(ctx, `
		INSERT INTO deconflict_key (match_key, place, workspace_id, batch_id, object_id, handling_id, added_at)
		VALUES `+strings.Join(groups, ", ")+` ON CONFLICT (match_key, place) DO NOTHING`, args...)
}

// eachChunk calls do with the placeholders and arguments of some keys at a time.
func eachChunk(keys []blind.Key, do func(list string, args []any) error) error {
	list := sqldb.Placeholders(1, chunk)
	for len(keys) > 0 {
		args := make([]any, chunk)
		for i := range args {
			key := keys[min(i, len(keys)-1)]
			args[i] = key[:]
		}
		if err := do(list, args); err != nil {
			return err
		}
		keys = keys[min(chunk, len(keys)):]
	}
	return nil
}

func keysOf(values []deconflict.Blinded) []blind.Key {
	keys := make([]blind.Key, len(values))
	for i, v := range values {
		keys[i] = v.Key
	}
	return keys
}
