// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"

	"entente.example/internal/sqldb"
)

// rule is what must hold at every moment, whatever was killed: its query finds
// what breaks it.
type rule struct {
	broken string // what is said of each find
	query  string // returns one text for each find
}

// entries are those of the journal, numbered or not yet.
const entries = `(SELECT entry_id, workspace_id, verb, object, about, count FROM audit_entry
	UNION ALL SELECT entry_id, workspace_id, verb, object, about, count FROM audit_queue) e`

// rules say that nothing is there by half.
var rules = []rule{
	{"the journal has a gap in its numbers", `
		SELECT 'entries: ' || COUNT(*) || ', last: ' || MAX(number) FROM audit_entry
		HAVING COUNT(*) > 0 AND (COUNT(*) <> MAX(number) OR MIN(number) <> 1 OR MAX(number) <> (SELECT number FROM audit_head WHERE one = 1))`},
	{"an entry stands in the journal and waits for its number too", `
		SELECT e.entry_id FROM audit_entry e JOIN audit_queue q ON q.entry_id = e.entry_id`},
	{"a follower is ahead of the journal", `
		SELECT name FROM follow_cursor WHERE number > (SELECT number FROM audit_head WHERE one = 1)`},

	{"a topic's posts are not numbered without a gap", `
		SELECT t.topic_id FROM discussion_topic t
		LEFT JOIN discussion_post p ON p.workspace_id = t.workspace_id AND p.topic_id = t.topic_id
		GROUP BY t.workspace_id, t.topic_id, t.last_number
		HAVING COUNT(p.number) <> t.last_number OR MAX(p.number) <> t.last_number OR MIN(p.number) <> 1 OR COUNT(p.number) = 0`},
	{"a post and the journal do not tell the same", `
		SELECT p.post_id FROM discussion_post p LEFT JOIN ` + entries + ` ON e.workspace_id = p.workspace_id AND e.verb = 'post.published'
			AND e.object = p.post_id AND e.about = p.topic_id AND e.count = p.number
		GROUP BY p.post_id HAVING COUNT(e.entry_id) <> 1
		UNION ALL
		SELECT e.object FROM ` + entries + ` LEFT JOIN discussion_post p ON p.workspace_id = e.workspace_id AND p.post_id = e.object
		WHERE e.verb = 'post.published' AND p.post_id IS NULL`},
	{"a topic and the journal do not tell the same", `
		SELECT t.topic_id FROM discussion_topic t LEFT JOIN ` + entries + ` ON e.workspace_id = t.workspace_id AND e.verb = 'topic.opened' AND e.object = t.topic_id
		GROUP BY t.topic_id HAVING COUNT(e.entry_id) <> 1
		UNION ALL
		SELECT e.object FROM ` + entries + ` LEFT JOIN discussion_topic t ON t.workspace_id = e.workspace_id AND t.topic_id = e.object
		WHERE e.verb = 'topic.opened' AND t.topic_id IS NULL`},
	{"a post's edits and its history do not tell the same", `
		SELECT p.post_id FROM discussion_post p LEFT JOIN discussion_version v ON v.workspace_id = p.workspace_id AND v.post_id = p.post_id
		GROUP BY p.workspace_id, p.post_id, p.edits HAVING COUNT(v.edits) <> p.edits`},
	{"a post's edits and the journal do not tell the same", `
		SELECT p.post_id FROM discussion_post p LEFT JOIN ` + entries + ` ON e.workspace_id = p.workspace_id AND e.verb = 'post.edited' AND e.object = p.post_id
		GROUP BY p.workspace_id, p.post_id, p.edits HAVING COUNT(e.entry_id) <> p.edits`},

	{"a batch and the journal do not tell the same of how far it is", `
		SELECT b.batch_id FROM intel_batch b LEFT JOIN ` + entries + ` ON e.workspace_id = b.workspace_id AND e.verb = 'import.applied' AND e.about = b.batch_id
		GROUP BY b.workspace_id, b.batch_id, b.state, b.done, b.total
		HAVING b.state IN ('applying', 'done') AND COALESCE(SUM(e.count), 0) <> b.done OR b.state = 'undoing' AND COALESCE(SUM(e.count), 0) <> b.total
			OR b.state = 'done' AND b.done <> b.total`},
	{"a batch holds other than what it says", `
		SELECT b.batch_id || ' is ' || b.state FROM intel_batch b LEFT JOIN intel_version v ON v.workspace_id = b.workspace_id AND v.batch_id = b.batch_id
		GROUP BY b.workspace_id, b.batch_id, b.state, b.done, b.total
		HAVING COUNT(v.object_id) <> ` + holds + ``},
	{"a batch's tally is not what it holds", `
		SELECT b.batch_id FROM intel_batch b LEFT JOIN intel_tally y ON y.workspace_id = b.workspace_id AND y.batch_id = b.batch_id
		GROUP BY b.workspace_id, b.batch_id, b.state, b.done, b.total HAVING COALESCE(SUM(y.objects), 0) <> ` + holds + ``},
	{"a batch's match keys are not those of what it brought", `
		SELECT b.batch_id || ' is ' || b.state FROM intel_batch b LEFT JOIN deconflict_key k ON k.workspace_id = b.workspace_id AND k.batch_id = b.batch_id
		GROUP BY b.workspace_id, b.batch_id, b.state, b.done, b.total
		HAVING COUNT(k.match_key) <> CASE b.state WHEN 'undoing' THEN b.total ELSE ` + holds + ` END`},
	{"a batch ended without a word in the journal, or twice", `
		SELECT b.batch_id || ' is ' || b.state FROM intel_batch b
		LEFT JOIN ` + entries + ` ON e.workspace_id = b.workspace_id AND e.object = b.batch_id AND (e.verb = 'import.ended' AND b.state = 'done' OR e.verb = 'import.undone' AND b.state = 'undone')
		GROUP BY b.batch_id, b.state HAVING b.state IN ('done', 'undone') AND COUNT(e.entry_id) <> 1`},
	{"a batch that is under way has no work waiting for it", `
		SELECT b.batch_id || ' is ' || b.state FROM intel_batch b WHERE b.state IN ('staged', 'checking', 'applying', 'undoing')
			AND NOT EXISTS (SELECT 1 FROM job_job j WHERE j.workspace_id = b.workspace_id AND j.payload = b.batch_id AND j.state = 'waiting')`},
	{"an object has no newest version, or one without its value", `
		SELECT o.object_id FROM intel_object o
		LEFT JOIN intel_version v ON v.workspace_id = o.workspace_id AND v.object_id = o.object_id AND v.version = o.head
		LEFT JOIN intel_value x ON x.workspace_id = o.workspace_id AND x.object_id = o.object_id
		WHERE v.object_id IS NULL OR x.object_id IS NULL`},
	{"a version or a value belongs to no object", `
		SELECT v.object_id FROM intel_version v LEFT JOIN intel_object o ON o.workspace_id = v.workspace_id AND o.object_id = v.object_id WHERE o.object_id IS NULL
		UNION ALL
		SELECT v.object_id FROM intel_value v LEFT JOIN intel_object o ON o.workspace_id = v.workspace_id AND o.object_id = v.object_id WHERE o.object_id IS NULL`},
	{"two operations hold one value and nobody was told", `
		SELECT a.object_id FROM deconflict_key a JOIN deconflict_key b ON b.match_key = a.match_key AND b.workspace_id > a.workspace_id
		LEFT JOIN deconflict_pair p ON p.match_key = a.match_key WHERE p.match_key IS NULL`},

	{"an invitation and the journal do not tell the same", `
		SELECT m.workspace_id FROM workspace_membership m WHERE m.state = 'offered' GROUP BY m.workspace_id
		HAVING COUNT(*) <> (SELECT COUNT(*) FROM ` + entries + ` WHERE e.workspace_id = m.workspace_id AND e.verb = 'membership.offered')`},
}

// holds is how many objects a batch must hold by what it says of itself: the
// files of the ledger are of new objects alone.
const holds = `CASE b.state WHEN 'applying' THEN b.done WHEN 'done' THEN b.done WHEN 'undoing' THEN b.total - b.done ELSE 0 END`

// settled are the rules for when nothing is under way any more.
var settled = []rule{
	{"a follower is behind", `SELECT name FROM follow_cursor WHERE number < (SELECT number FROM audit_head WHERE one = 1)`},
	{"an entry waits for its number", `SELECT entry_id FROM audit_queue`},
	{"a batch is under way", `SELECT batch_id FROM intel_batch WHERE state IN ('staged', 'checking', 'applying', 'undoing')`},
}

// found are rules of the search index, once the followers have caught up and no
// batch is under way.
var found = []rule{
	{"a post is not found", `
		SELECT p.post_id FROM discussion_post p LEFT JOIN search_doc d ON d.workspace_id = p.workspace_id AND d.ref_id = p.post_id WHERE d.ref_id IS NULL`},
	{"an object is not found", `
		SELECT o.object_id FROM intel_object o LEFT JOIN search_doc d ON d.workspace_id = o.workspace_id AND d.ref_id = o.object_id WHERE d.ref_id IS NULL`},
	{"what is no longer there is still found", `
		SELECT d.ref_id FROM search_doc d LEFT JOIN intel_object o ON o.workspace_id = d.workspace_id AND o.object_id = d.ref_id
		LEFT JOIN discussion_post p ON p.workspace_id = d.workspace_id AND p.post_id = d.ref_id WHERE o.object_id IS NULL AND p.post_id IS NULL`},
}

// breaks returns what breaks one of the rules. It may run while the server
// works.
func breaks(ctx context.Context, tx *sqldb.Tx, of []rule) (finds []string, err error) {
	for _, r := range of {
		err := tx.All(ctx, r.query+` LIMIT 5`, nil, func(scan func(...any) error) error {
			var which string
			err := scan(&which)
			finds = append(finds, r.broken+": "+which)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.broken, err)
		}
	}
	return finds, nil
}
