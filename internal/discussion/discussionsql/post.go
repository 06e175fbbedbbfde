// SPDX-License-Identifier: Apache-2.0

package discussionsql

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

func (t tx) Posts(ctx context.Context, topic discussion.TopicID, from int64, limit int) (posts []discussion.Post, err error) {
	readable, args := t.readable(5)
	err = t.sql.All(ctx, `
		SELECT p.post_id, p.number, p.author_id, p.text, p.created_at, p.edits, p.edited_at
		FROM discussion_topic t
		JOIN discussion_post p ON p.workspace_id = t.workspace_id AND p.topic_id = t.topic_id
		WHERE t.workspace_id = $1 AND t.topic_id = $2 AND p.number >= $3 AND `+readable+`
		ORDER BY p.number LIMIT $4`,
		append([]any{t.grant.Workspace(), topic, from, limit}, args...), func(scan func(...any) error) error {
			p := discussion.Post{Topic: topic}
			var created, edited int64
			err := scan(&p.ID, &p.Number, &p.Author, &p.Text, &created, &p.Edits, &edited)
			p.CreatedAt, p.EditedAt = sqldb.Time(created), sqldb.Time(edited)
			posts = append(posts, p)
			return err
		})
	if err != nil || len(posts) == 0 {
		return nil, err
	}
	return posts, t.addMentions(ctx, topic, posts)
}

// addMentions completes posts, which follow each other by number.
func (t tx) addMentions(ctx context.Context, topic discussion.TopicID, posts []discussion.Post) error {
	first := posts[0].Number
	return t.sql.All(ctx, `
		SELECT number, member_id FROM discussion_mention
		WHERE workspace_id = $1 AND topic_id = $2 AND number BETWEEN $3 AND $4 ORDER BY number, member_id`,
		[]any{t.grant.Workspace(), topic, first, posts[len(posts)-1].Number}, func(scan func(...any) error) error {
			var number int64
			var member access.MemberID
			if err := scan(&number, &member); err != nil {
				return err
			}
			p := &posts[number-first]
			p.Mentions = append(p.Mentions, member)
			return nil
		})
}

func (t tx) Published(ctx context.Context, topic discussion.TopicID, id discussion.PostID) (number int64, err error) {
	err = t.sql.One(ctx, `
		SELECT number FROM discussion_post WHERE workspace_id = $1 AND post_id = $2 AND topic_id = $3 AND author_id = $4`,
		[]any{t.grant.Workspace(), id, topic, t.grant.Member()}, &number)
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	return number, err
}

func (t tx) Next(ctx context.Context, topic discussion.TopicID, at time.Time) (number int64, err error) {
	readable, args := gate.ReadableOne(t.grant, "t.handling_id", 5)
	err = t.sql.One(ctx, `
		UPDATE discussion_topic AS t SET last_number = last_number + 1, last_at = $3, last_by = $4
		WHERE t.workspace_id = $1 AND t.topic_id = $2 AND `+readable+` RETURNING last_number`,
		append([]any{t.grant.Workspace(), topic, at.UnixMicro(), t.grant.Member()}, args...), &number)
	return number, err
}

func (t tx) InsertPost(ctx context.Context, p discussion.Post) error {
	n, err := t.sql.Change(ctx, `
		INSERT INTO discussion_post (workspace_id, topic_id, number, post_id, author_id, text, created_at, edits, edited_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		t.grant.Workspace(), p.Topic, p.Number, p.ID, p.Author, p.Text, sqldb.Micros(p.CreatedAt), p.Edits, sqldb.Micros(p.EditedAt))
	if err := unlessTaken(n, err); err != nil {
		return err
	}
	return t.insertMentions(ctx, p)
}

func (t tx) insertMentions(ctx context.Context, p discussion.Post) error {
	if len(p.Mentions) == 0 {
		return nil
	}
	rows := make([][]any, 0, len(p.Mentions))
	for _, member := range p.Mentions {
		rows = append(rows, []any{t.grant.Workspace(), p.Topic, p.Number, member})
	}
	return t.sql.Insert(ctx, "discussion_mention", []string{"workspace_id", "topic_id", "number", "member_id"}, rows)
}

func (t tx) RewritePost(ctx context.Context, p discussion.Post) error {
	n, err := t.sql.Change(ctx, `
		INSERT INTO discussion_version (workspace_id, post_id, edits, text, written_at)
		SELECT workspace_id, post_id, edits, text, CASE WHEN edits = 0 THEN created_at ELSE edited_at END
		FROM discussion_post WHERE workspace_id = $1 AND post_id = $2 AND edits = $3`,
		t.grant.Workspace(), p.ID, p.Edits-1)
	if err := unlessTaken(n, err); err != nil {
		return err
	}
	err = t.sql.Exec(ctx, `
		UPDATE discussion_post SET text = $3, edits = $4, edited_at = $5 WHERE workspace_id = $1 AND post_id = $2`,
		t.grant.Workspace(), p.ID, p.Text, p.Edits, sqldb.Micros(p.EditedAt))
	if err != nil {
		return err
	}
	err = t.sql.Exec(ctx, `DELETE FROM discussion_mention WHERE workspace_id = $1 AND topic_id = $2 AND number = $3`,
		t.grant.Workspace(), p.Topic, p.Number)
	if err != nil {
		return err
	}
	return t.insertMentions(ctx, p)
}

func (t tx) Versions(ctx context.Context, id discussion.PostID) (versions []discussion.Version, err error) {
	readable, args := t.readable(3)
	err = t.sql.All(ctx, `
		SELECT v.text, v.written_at
		FROM discussion_version v
		JOIN discussion_post p ON p.workspace_id = v.workspace_id AND p.post_id = v.post_id
		JOIN discussion_topic t ON t.workspace_id = p.workspace_id AND t.topic_id = p.topic_id
		WHERE v.workspace_id = $1 AND v.post_id = $2 AND `+readable+` ORDER BY v.edits LIMIT 1000`,
		append([]any{t.grant.Workspace(), id}, args...), func(scan func(...any) error) error {
			var v discussion.Version
			var written int64
			err := scan(&v.Text, &written)
			v.WrittenAt = sqldb.Time(written)
			versions = append(versions, v)
			return err
		})
	return versions, err
}

func (t tx) MarkRead(ctx context.Context, topic discussion.TopicID, number int64) error {
	return t.sql.Exec(ctx, `
		INSERT INTO discussion_read (workspace_id, member_id, topic_id, number) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, member_id, topic_id) DO UPDATE SET number = excluded.number
		WHERE discussion_read.number < excluded.number`,
		t.grant.Workspace(), t.grant.Member(), topic, number)
}

func (t tx) Mentions(ctx context.Context, limit int) (mentions []discussion.Mention, err error) {
	var authors []access.MemberID
	readable, args := t.readable(4)
	err = t.sql.All(ctx, `
		SELECT t.topic_id, t.title, m.number, p.created_at, p.author_id, COALESCE(r.number, 0) >= m.number
		FROM discussion_mention m
		JOIN discussion_topic t ON t.workspace_id = m.workspace_id AND t.topic_id = m.topic_id
		JOIN discussion_post p ON p.workspace_id = m.workspace_id AND p.topic_id = m.topic_id AND p.number = m.number
		LEFT JOIN discussion_read r ON r.workspace_id = m.workspace_id AND r.member_id = m.member_id AND r.topic_id = m.topic_id
		WHERE m.workspace_id = $1 AND m.member_id = $2 AND `+readable+`
		ORDER BY p.created_at DESC, p.post_id DESC LIMIT $3`,
		append([]any{t.grant.Workspace(), t.grant.Member(), limit}, args...), func(scan func(...any) error) error {
			m := discussion.Mention{Workspace: t.grant.Workspace()}
			var created int64
			err := scan(&m.Topic, &m.Title, &m.Number, &created, &m.By.Member, &m.Seen)
			m.At = sqldb.Time(created)
			authors = append(authors, m.By.Member)
			mentions = append(mentions, m)
			return err
		})
	if err != nil {
		return nil, err
	}
	cards, err := gate.Cards(ctx, t.sql, authors)
	for i := range mentions {
		mentions[i].By = cards[mentions[i].By.Member]
	}
	return mentions, err
}

// Text reads a post for a follower of the journal, which sees all. It fails with
// fault.NotFound where there is none.
func (Store) Text(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, id discussion.PostID) (discussion.Text, error) {
	text := discussion.Text{Workspace: workspace}
	var created int64
	err := tx.One(ctx, `
		SELECT t.topic_id, t.title, t.handling_id, p.number, p.text, p.created_at
		FROM discussion_post p
		JOIN discussion_topic t ON t.workspace_id = p.workspace_id AND t.topic_id = p.topic_id
		WHERE p.workspace_id = $1 AND p.post_id = $2`, []any{workspace, id},
		&text.Topic, &text.Title, &text.Handling, &text.Number, &text.Text, &created)
	text.At = sqldb.Time(created)
	return text, err
}
