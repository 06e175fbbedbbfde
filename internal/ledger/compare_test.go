// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"fmt"

	"entente.example/internal/sqldb"
)

// said is a post as the database has it.
type said struct {
	id, text string
	edits    int
}

// spot names a post within a topic.
type spot struct {
	workspace, topic string
	number           int64
}

// state is what the database has of all that the ledger notes.
type state struct {
	posts    map[spot]said
	numbers  map[string]spot   // of posts, by id
	batches  map[string]string // their states
	sessions map[string]bool
	members  map[[2]string]string // workspace and member: the membership's state
}

// read takes all of it in one transaction.
func read(ctx context.Context, tx *sqldb.Tx) (s state, err error) {
	s = state{map[spot]said{}, map[string]spot{}, map[string]string{}, map[string]bool{}, map[[2]string]string{}}
	for _, part := range []struct {
		query string
		row   func(scan func(...any) error) error
	}{
		{`SELECT workspace_id, topic_id, number, post_id, text, edits FROM discussion_post`, func(scan func(...any) error) error {
			var at spot
			var p said
			err := scan(&at.workspace, &at.topic, &at.number, &p.id, &p.text, &p.edits)
			s.posts[at], s.numbers[p.id] = p, at
			return err
		}},
		{`SELECT batch_id, state FROM intel_batch`, func(scan func(...any) error) error {
			var id, now string
			err := scan(&id, &now)
			s.batches[id] = now
			return err
		}},
		{`SELECT session_id FROM signin_session`, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			s.sessions[id] = true
			return err
		}},
		{`SELECT workspace_id, member_id, state FROM workspace_membership`, func(scan func(...any) error) error {
			var workspace, member, now string
			err := scan(&workspace, &member, &now)
			s.members[[2]string{workspace, member}] = now
			return err
		}},
	} {
		if err := tx.All(ctx, part.query, nil, part.row); err != nil {
			return s, err
		}
	}
	return s, nil
}

// compare holds the database against the notes, and returns what differs: what
// was acknowledged and is not there as it was, and what is there that nobody
// asked for.
func compare(s state, all []note) (finds []string) {
	miss := func(format string, args ...any) { finds = append(finds, fmt.Sprintf(format, args...)) }
	asked := map[spot]map[string]bool{} // texts that each post may have
	ids, decided := map[string]bool{}, map[string][]note{}
	edited := map[spot]int{} // how often at least
	for _, n := range all {
		at := spot{n.Workspace, n.Topic, n.Number}
		switch n.Act {
		case opensTopic, replies:
			if n.Act == opensTopic {
				at.number = 1
			} else {
				ids[n.Post] = true
				if at.number == 0 { // not answered yet: it may be anywhere in the topic
					at = s.numbers[n.Post]
				}
			}
			allow(asked, at, n.Text)
			if n.Acked && s.posts[at].id == "" || n.Acked && n.Act == replies && s.posts[at].id != n.Post {
				miss("an acknowledged post is lost: %v", at)
			}
		case edits:
			allow(asked, at, n.Text)
			if n.Acked {
				edited[at] = max(edited[at], n.Edits)
			}
		case stages, accepts, refuses, undoes:
			decided[n.Batch] = append(decided[n.Batch], n)
		case signsOut:
			if n.Acked && s.sessions[n.Session] {
				miss("a session that was ended is there: %s", n.Session)
			}
		case invites:
			if n.Acked && s.members[[2]string{n.Workspace, n.Member}] != "offered" {
				miss("an acknowledged invitation is lost: %s", n.Member)
			}
		}
	}
	for at, p := range s.posts {
		switch {
		case at.number > 1 && !ids[p.id]:
			miss("a post is there that nobody wrote: %v", at)
		case !asked[at][p.text]:
			miss("a post says what nobody wrote: %v", at)
		case p.edits < edited[at]:
			miss("an acknowledged edit is lost: %v", at)
		}
	}
	return append(append(finds, latest(s, all)...), outcomes(s, decided)...)
}

func allow(asked map[spot]map[string]bool, at spot, text string) {
	if asked[at] == nil {
		asked[at] = map[string]bool{}
	}
	asked[at][text] = true
}

// latest holds each post to its newest acknowledged text, unless an edit was
// asked for after it whose answer was lost.
func latest(s state, all []note) (finds []string) {
	type version struct {
		text  string
		edits int
	}
	newest := map[spot]version{}
	for _, n := range all {
		if at := (spot{n.Workspace, n.Topic, n.Number}); n.Acked && (n.Act == opensTopic || n.Act == replies || n.Act == edits && n.Edits >= newest[at].edits) {
			newest[at] = version{n.Text, n.Edits}
		}
	}
	for at, v := range newest {
		if p := s.posts[at]; p.edits == v.edits && p.text != v.text {
			finds = append(finds, fmt.Sprintf("a post does not say what was acknowledged: %v", at))
		}
	}
	return finds
}

// outcomes holds batches to what was decided of them.
func outcomes(s state, decided map[string][]note) (finds []string) {
	for id, about := range decided {
		if id == "" {
			continue // its staging was not answered
		}
		fit := map[string]bool{"staged": true, "checking": true, "ready": true}
		for _, n := range about {
			could := map[act][]string{accepts: {"applying", "done"}, refuses: {"refused"}, undoes: {"undoing", "undone"}}[n.Act]
			if n.Acked && n.Act != stages {
				clear(fit) // what it was before, it can no longer be
			}
			for _, state := range could {
				fit[state] = true
			}
		}
		if !fit[s.batches[id]] {
			finds = append(finds, fmt.Sprintf("an acknowledged decision is lost: batch %s is %q", id, s.batches[id]))
		}
	}
	return finds
}
