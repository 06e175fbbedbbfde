// SPDX-License-Identifier: Apache-2.0

package discussionsql

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/fault"
	"entente.example/internal/gate"
	"entente.example/internal/sqldb"
)

func (t tx) Channels(ctx context.Context) (channels []discussion.Channel, err error) {
	err = t.sql.All(ctx, `
		SELECT channel_id, name FROM discussion_channel WHERE workspace_id = $1 ORDER BY name, channel_id LIMIT 200`,
		[]any{t.grant.Workspace()}, func(scan func(...any) error) error {
			var c discussion.Channel
			err := scan(&c.ID, &c.Name)
			channels = append(channels, c)
			return err
		})
	return channels, err
}

func (t tx) InsertChannel(ctx context.Context, c discussion.Channel, at time.Time) error {
	return t.sql.Exec(ctx, `
		INSERT INTO discussion_channel (workspace_id, channel_id, name, created_by, created_at) VALUES ($1, $2, $3, $4, $5)`,
		t.grant.Workspace(), c.ID, c.Name, t.grant.Member(), at.UnixMicro())
}

// selection is a query for topics that the actor may read, and its arguments.
type selection struct {
	text string
	args []any
}

// selectTopics begins a selection with what holds for each.
func (t tx) selectTopics() *selection { return t.selectWhich(t.readable(3)) }

func (t tx) selectWhich(readable string, args []any) *selection {
	return &selection{`
		SELECT t.topic_id, t.channel_id, t.title, t.tlp, t.restricted, t.opened_to, t.author_id, t.created_at,
		       t.last_number, t.last_at, t.last_by, t.pinned, t.locked, COALESCE(r.number, 0)
		FROM discussion_topic t
		LEFT JOIN discussion_read r ON r.workspace_id = t.workspace_id AND r.member_id = $2 AND r.topic_id = t.topic_id
		WHERE t.workspace_id = $1 AND ` + readable, append([]any{t.grant.Workspace(), t.grant.Member()}, args...)}
}

// and adds a condition; each ? in it stands for the next of args.
func (s *selection) and(condition string, args ...any) {
	for _, arg := range args {
		s.args = append(s.args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(s.args)), 1)
	}
	s.text += condition
}

func (t tx) Topics(ctx context.Context, f discussion.Filter, after discussion.Place, since time.Time, limit int) ([]discussion.Topic, error) {
	s := t.selectTopics()
	if f.Author != "" {
		s.and(" AND t.author_id = ?", f.Author)
	}
	if f.Unread {
		s.and(" AND t.last_at > ? AND t.last_number > COALESCE(r.number, 0)", since.UnixMicro())
	}
	if f.Channel != "" {
		s.and(" AND t.channel_id = ?", f.Channel)
		if after.Topic != "" {
			s.and(" AND (t.pinned, t.last_at, t.topic_id) < (?, ?, ?)", number(after.Pinned), after.LastAt.UnixMicro(), after.Topic)
		}
		s.and(" ORDER BY t.pinned DESC, t.last_at DESC, t.topic_id DESC LIMIT ?", limit)
	} else {
		if after.Topic != "" {
			s.and(" AND (t.last_at, t.topic_id) < (?, ?)", after.LastAt.UnixMicro(), after.Topic)
		}
		s.and(" ORDER BY t.last_at DESC, t.topic_id DESC LIMIT ?", limit)
	}
	return t.topics(ctx, s)
}

func (t tx) Pinned(ctx context.Context, channels []discussion.Channel, limit int) ([]discussion.Topic, error) {
	s := t.selectTopics()
	places := make([]any, 0, len(channels))
	for _, c := range channels { // with them an index leads to what is pinned, past all else
		places = append(places, c.ID)
	}
	s.and(" AND t.pinned = ? AND t.channel_id IN (?"+strings.Repeat(", ?", len(places)-1)+")", append([]any{number(true)}, places...)...)
	s.and(" ORDER BY t.last_at DESC, t.topic_id DESC LIMIT ?", limit)
	return t.topics(ctx, s)
}

func (t tx) Answered(ctx context.Context, since time.Time, limit int) ([]discussion.Topic, error) {
	s := t.selectTopics()
	s.and(` AND t.last_at > ? AND t.last_by <> $2
		AND t.topic_id IN (SELECT p.topic_id FROM discussion_post p WHERE p.workspace_id = $1 AND p.author_id = $2)
		ORDER BY t.last_at DESC, t.topic_id DESC LIMIT ?`, since.UnixMicro(), limit)
	return t.topics(ctx, s)
}

// number writes a mark that is part of an order: integers compare alike on both
// engines.
func number(mark bool) int {
	if mark {
		return 1
	}
	return 0
}

func (t tx) Topic(ctx context.Context, id discussion.TopicID) (discussion.Topic, error) {
	s := t.selectWhich(gate.ReadableOne(t.grant, "t.handling_id", 3))
	s.and(" AND t.topic_id = ?", id)
	found, err := t.topics(ctx, s)
	if err != nil {
		return discussion.Topic{}, err
	}
	if len(found) == 0 {
		return discussion.Topic{}, access.ErrHidden
	}
	return found[0], nil
}

// HandlingOf returns how a topic of the grant's workspace is handled, for the
// journal's followers.
func HandlingOf(ctx context.Context, tx *sqldb.Tx, g access.Grant, id discussion.TopicID) (handling gate.HandlingID, err error) {
	err = tx.One(ctx, `SELECT handling_id FROM discussion_topic WHERE workspace_id = $1 AND topic_id = $2`,
		[]any{g.Workspace(), id}, &handling)
	return handling, err
}

func (t tx) topics(ctx context.Context, s *selection) (topics []discussion.Topic, err error) {
	err = t.sql.All(ctx, s.text, s.args, func(scan func(...any) error) error {
		var topic discussion.Topic
		var opened string
		var created, last, pinned int64
		err := scan(&topic.ID, &topic.Channel, &topic.Title, &topic.Audience.TLP, &topic.Audience.Restricted, &opened,
			&topic.Author, &created, &topic.Last, &last, &topic.LastBy, &pinned, &topic.Locked, &topic.Read)
		topic.CreatedAt, topic.LastAt, topic.Pinned = sqldb.Time(created), sqldb.Time(last), pinned > 0
		topic.Audience.Orgs = unspaced(opened)
		topics = append(topics, topic)
		return err
	})
	return topics, err
}

func (t tx) InsertTopic(ctx context.Context, topic discussion.Topic, h access.Handling) error {
	handling, err := gate.SaveHandling(ctx, t.sql, t.grant, h)
	if err != nil {
		return err
	}
	n, err := t.sql.Change(ctx, `
		INSERT INTO discussion_topic (workspace_id, topic_id, channel_id, title, handling_id, tlp, restricted, opened_to,
			author_id, created_at, last_number, last_at, last_by, pinned, locked)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
		t.grant.Workspace(), topic.ID, topic.Channel, topic.Title, handling, h.TLP, h.Restricted, spaced(topic.Audience.Orgs),
		topic.Author, sqldb.Micros(topic.CreatedAt), topic.Last, sqldb.Micros(topic.LastAt), topic.LastBy, number(topic.Pinned), topic.Locked)
	return unlessTaken(n, err)
}

// spaced writes organisations into one column, and unspaced reads them.
func spaced(orgs []access.OrgID) string {
	names := make([]string, 0, len(orgs))
	for _, org := range orgs {
		names = append(names, string(org))
	}
	return strings.Join(names, " ")
}

func unspaced(text string) (orgs []access.OrgID) {
	for _, org := range strings.Fields(text) {
		orgs = append(orgs, access.OrgID(org))
	}
	return orgs
}

// unlessTaken is the answer to an insert that changed n rows.
func unlessTaken(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "error.conflict")
	}
	return err
}

func (t tx) SetMarks(ctx context.Context, topic discussion.Topic) error {
	return t.sql.Exec(ctx, `UPDATE discussion_topic SET pinned = $3, locked = $4 WHERE workspace_id = $1 AND topic_id = $2`,
		t.grant.Workspace(), topic.ID, number(topic.Pinned), topic.Locked)
}

func (t tx) Unread(ctx context.Context, since time.Time) (map[discussion.ChannelID]discussion.News, error) {
	unread := map[discussion.ChannelID]discussion.News{}
	readable, args := t.readable(4)
	err := t.sql.All(ctx, `
		SELECT t.channel_id, COUNT(*), MAX(t.last_at)
		FROM discussion_topic t
		LEFT JOIN discussion_read r ON r.workspace_id = t.workspace_id AND r.member_id = $2 AND r.topic_id = t.topic_id
		WHERE t.workspace_id = $1 AND t.last_at > $3 AND t.last_number > COALESCE(r.number, 0) AND `+readable+`
		GROUP BY t.channel_id`,
		append([]any{t.grant.Workspace(), t.grant.Member(), since.UnixMicro()}, args...), func(scan func(...any) error) error {
			var id discussion.ChannelID
			var n int
			var last int64
			err := scan(&id, &n, &last)
			unread[id] = discussion.News{Topics: n, Newest: sqldb.Time(last)}
			return err
		})
	return unread, err
}

func (t tx) MarkAllRead(ctx context.Context, channel discussion.ChannelID, since time.Time) error {
	readable, args := t.readable(5)
	return t.sql.Exec(ctx, `
		INSERT INTO discussion_read (workspace_id, member_id, topic_id, number)
		SELECT t.workspace_id, m.member_id, t.topic_id, t.last_number
		FROM discussion_topic t
		CROSS JOIN (SELECT CAST($2 AS text) AS member_id) m
		LEFT JOIN discussion_read r ON r.workspace_id = t.workspace_id AND r.member_id = m.member_id AND r.topic_id = t.topic_id
		WHERE t.workspace_id = $1 AND t.last_at > $3 AND ($4 = '' OR t.channel_id = $4)
		      AND t.last_number > COALESCE(r.number, 0) AND `+readable+`
		ON CONFLICT (workspace_id, member_id, topic_id) DO UPDATE SET number = excluded.number`,
		append([]any{t.grant.Workspace(), t.grant.Member(), since.UnixMicro(), channel}, args...)...)
}

func (t tx) People(ctx context.Context, ids []access.MemberID) (map[access.MemberID]access.Card, error) {
	return gate.Cards(ctx, t.sql, ids)
}

func (t tx) Named(ctx context.Context, handles []string) (map[string]access.Card, error) {
	return gate.ByHandle(ctx, t.sql, t.grant, handles)
}

func (t tx) Author(ctx context.Context, handle string) (access.Card, error) {
	who, err := gate.Holder(ctx, t.sql, handle)
	if err != nil {
		return access.Card{}, err
	}
	readable, args := t.readable(3)
	wrote := false
	err = t.sql.All(ctx, `
		SELECT 1 FROM discussion_post p
		JOIN discussion_topic t ON t.workspace_id = p.workspace_id AND t.topic_id = p.topic_id
		WHERE p.workspace_id = $1 AND p.author_id = $2 AND `+readable+` LIMIT 1`,
		append([]any{t.grant.Workspace(), who.Member}, args...), func(func(...any) error) error {
			wrote = true
			return nil
		})
	if err == nil && !wrote {
		err = access.ErrHidden
	}
	return who, err
}

func (t tx) Orgs(ctx context.Context) ([]access.Card, error) {
	if t.grant.Workspace() == access.Exchange {
		return nil, nil
	}
	const chunk = 1000
	byID := map[access.OrgID]access.Card{}
	for after := ""; ; {
		people, err := gate.People(ctx, t.sql, t.grant, after, chunk)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			byID[p.Org] = access.Card{Org: p.Org, OrgName: p.OrgName, OrgKind: p.OrgKind, Country: p.Country}
		}
		if len(people) < chunk {
			break
		}
		after = people[chunk-1].Handle
	}
	orgs := make([]access.Card, 0, len(byID))
	for _, org := range byID {
		orgs = append(orgs, org)
	}
	slices.SortFunc(orgs, func(a, b access.Card) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.OrgName, b.OrgName), cmp.Compare(a.Org, b.Org))
	})
	return orgs, nil
}
