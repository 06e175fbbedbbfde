// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/sqldb"
)

// damages are ways in which a server could break its word, and what must be said
// of each.
var damages = []struct{ name, statement, said string }{
	{"a post is lost, and all that tells of it", `
		DELETE FROM discussion_version WHERE post_id = (SELECT post_id FROM discussion_post WHERE number = 2 ORDER BY post_id LIMIT 1);
		DELETE FROM audit_queue;
		DELETE FROM audit_entry WHERE verb IN ('post.published', 'post.edited') AND object = (SELECT post_id FROM discussion_post WHERE number = 2 ORDER BY post_id LIMIT 1);
		UPDATE discussion_topic SET last_number = 1 WHERE topic_id = (SELECT topic_id FROM discussion_post WHERE number = 2 ORDER BY post_id LIMIT 1);
		DELETE FROM discussion_post WHERE number >= 2 AND topic_id = (SELECT topic_id FROM discussion_post WHERE number = 2 ORDER BY post_id LIMIT 1)`,
		"an acknowledged post is lost"},
	{"a post's number is missing", `DELETE FROM discussion_post WHERE post_id = (SELECT post_id FROM discussion_post WHERE number = 2 ORDER BY post_id LIMIT 1)`,
		"a topic's posts are not numbered without a gap"},
	{"a topic counts a post too many", `UPDATE discussion_topic SET last_number = last_number + 1`, "a topic's posts are not numbered without a gap"},
	{"a post's entry is missing", `DELETE FROM audit_entry WHERE verb = 'post.published' AND count = 1`, "a post and the journal do not tell the same"},
	{"the journal has a gap", `DELETE FROM audit_entry WHERE number = 3`, "the journal has a gap in its numbers"},
	{"the journal lost its end", `DELETE FROM audit_entry WHERE number = (SELECT number FROM audit_head)`, "the journal has a gap in its numbers"},
	{"an entry was rewritten", `UPDATE audit_entry SET actor = 'somebody' WHERE number = 3`, "entry 3 is not what its leaf commits to"},
	{"a post says something else", `UPDATE discussion_post SET text = 'other'`, "a post says what nobody wrote"},
	{"an edit is lost, and its history", `
		DELETE FROM discussion_version; DELETE FROM audit_entry WHERE verb = 'post.edited';
		UPDATE discussion_post SET edits = 0`, "an acknowledged edit is lost"},
	{"a batch is half there", `DELETE FROM intel_version WHERE object_id = (SELECT object_id FROM intel_object ORDER BY object_id LIMIT 1)`,
		"a batch holds other than what it says"},
	{"an object is there by half", `DELETE FROM intel_value WHERE object_id = (SELECT object_id FROM intel_object ORDER BY object_id LIMIT 1)`,
		"an object has no newest version, or one without its value"},
	{"a slice without its entry", `DELETE FROM audit_entry WHERE number = (SELECT MIN(e.number) FROM audit_entry e JOIN intel_batch b ON b.batch_id = e.about
		WHERE e.verb = 'import.applied' AND b.state = 'done')`,
		"a batch and the journal do not tell the same"},
	{"a slice without its match keys", `DELETE FROM deconflict_key WHERE rowid IN (SELECT rowid FROM deconflict_key WHERE batch_id <> '' LIMIT 1)`,
		"a batch's match keys are not those of what it brought"},
	{"a meeting nobody was told of", `DELETE FROM deconflict_pair`, "two operations hold one value and nobody was told"},
	{"an undone batch left something", `UPDATE intel_batch SET state = 'undone' WHERE batch_id = (SELECT batch_id FROM intel_batch WHERE state = 'done' ORDER BY batch_id LIMIT 1)`,
		"a batch holds other than what it says"},
	{"a decision is lost", `UPDATE intel_batch SET state = 'ready'`, "an acknowledged decision is lost"},
	{"work that nobody takes up", `UPDATE intel_batch SET state = 'applying'`, "a batch that is under way has no work waiting for it"},
	{"an invitation is lost", `DELETE FROM workspace_membership WHERE state = 'offered'`, "an acknowledged invitation is lost"},
	{"a session came back", `UPDATE signin_session SET session_id = (SELECT object FROM audit_entry WHERE verb = 'session.ended' LIMIT 1)
		WHERE session_id = (SELECT MIN(session_id) FROM signin_session)`, "a session that was ended is there"},
	{"a post is not indexed", `DELETE FROM search_doc WHERE doc_id = (SELECT MIN(doc_id) FROM search_doc)`, "is not found"},
}

// findsWhatIsBroken damages copies of the database of a run that ended well.
func (l *ledger) findsWhatIsBroken(t *testing.T) {
	content, err := os.ReadFile(l.database)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(l.database + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range damages {
		t.Run("found where "+d.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "entente.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path+"-wal", log, 0o600); err != nil {
				t.Fatal(err)
			}
			if damage(t, path, d.statement) == 0 {
				t.Fatal("nothing was damaged: the run does not have what this damages")
			}
			finds := l.finds(t, path, slices.Concat(rules, settled, found))
			if !slices.ContainsFunc(finds, func(f string) bool { return strings.Contains(f, d.said) }) {
				t.Errorf("found %q; want %q", finds, d.said)
			}
		})
	}
}

// damage runs the statements, and says how many rows they changed.
func damage(t *testing.T, path, statements string) (rows int64) {
	t.Helper()
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		rows = 0
		for statement := range strings.SplitSeq(statements, ";") {
			n, err := tx.Change(t.Context(), statement)
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
