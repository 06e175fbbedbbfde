// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/sqldb"
)

// Cards returns who the members of those ids are to others: for names beside
// posts and changes. A member who left keeps their name; an id of nobody is
// absent from the result.
func Cards(ctx context.Context, tx *sqldb.Tx, ids []access.MemberID) (map[access.MemberID]access.Card, error) {
	cards := map[access.MemberID]access.Card{}
	for _, id := range ids {
		if _, known := cards[id]; known || id == "" {
			continue
		}
		c := access.Card{Member: id}
		err := tx.All(ctx, `
			SELECT m.handle, m.name, m.post, o.org_id, o.name, o.kind, o.country
			FROM member_member m JOIN member_organisation o ON o.org_id = m.org_id WHERE m.member_id = $1`,
			[]any{id}, func(scan func(...any) error) error {
				err := scan(&c.Handle, &c.Name, &c.Post, &c.Org, &c.OrgName, &c.OrgKind, &c.Country)
				cards[id] = c
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// OrgCards returns who the organisations of those ids are; Member and Handle of
// the cards are empty.
func OrgCards(ctx context.Context, tx *sqldb.Tx, ids []access.OrgID) (map[access.OrgID]access.Card, error) {
	cards := map[access.OrgID]access.Card{}
	for _, id := range ids {
		if _, known := cards[id]; known || id == "" {
			continue
		}
		c := access.Card{Org: id}
		err := tx.All(ctx, `SELECT name, kind, country FROM member_organisation WHERE org_id = $1`,
			[]any{id}, func(scan func(...any) error) error {
				err := scan(&c.OrgName, &c.OrgKind, &c.Country)
				cards[id] = c
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// ByHandle returns those of the handles that belong to people who may enter the
// grant's workspace. Others are absent: a mention tells nobody who exists.
func ByHandle(ctx context.Context, tx *sqldb.Tx, g access.Grant, handles []string) (map[string]access.Card, error) {
	found := map[string]access.Card{}
	for _, handle := range handles {
		err := tx.All(ctx, peopleQuery(` AND m.handle = $2`, 1),
			[]any{g.Workspace(), strings.ToLower(handle)}, func(scan func(...any) error) error {
				c, err := scanCard(scan)
				found[c.Handle] = c
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Holder returns who has that handle, wherever they are or were; the zero Card where
// nobody has. For the name beside what they wrote: whoever calls it shows it to
// those alone who may read that.
func Holder(ctx context.Context, tx *sqldb.Tx, handle string) (c access.Card, err error) {
	err = tx.All(ctx, `
		SELECT m.member_id, m.handle, m.name, m.post, o.org_id, o.name, o.kind, o.country
		FROM member_member m JOIN member_organisation o ON o.org_id = m.org_id WHERE m.handle = $1`,
		[]any{strings.ToLower(handle)}, func(scan func(...any) error) (err error) {
			c, err = scanCard(scan)
			return err
		})
	return c, err
}

// People lists those who may enter the grant's workspace, by handle, at most
// limit of them whose handle comes after that one.
func People(ctx context.Context, tx *sqldb.Tx, g access.Grant, after string, limit int) (people []access.Card, err error) {
	err = tx.All(ctx, peopleQuery(` AND m.handle > $2`, limit), []any{g.Workspace(), after},
		func(scan func(...any) error) error {
			c, err := scanCard(scan)
			people = append(people, c)
			return err
		})
	return people, err
}

// PeopleCalled lists at most limit of those who may enter the grant's workspace of
// whose name a word begins with text, or whose handle does, by handle. Text that
// begins with @ is a handle's.
func PeopleCalled(ctx context.Context, tx *sqldb.Tx, g access.Grant, text string, limit int) (people []access.Card, err error) {
	text, handle := strings.CutPrefix(strings.ToLower(text), "@")
	name := "% " + beginning.Replace(text) + "%"
	if handle {
		name = ""
	}
	err = tx.All(ctx, peopleQuery(` AND (m.handle LIKE $2 ESCAPE '\' OR ' ' || lower(m.name) LIKE $3 ESCAPE '\')`, limit),
		[]any{g.Workspace(), beginning.Replace(text) + "%", name}, func(scan func(...any) error) error {
			c, err := scanCard(scan)
			people = append(people, c)
			return err
		})
	return people, err
}

// beginning keeps what was typed from being a pattern.
var beginning = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// mostMembers is how many members of an operation a list shows.
const mostMembers = 2000

// Members lists the members of the grant's operation by handle, as its list of
// members shows them to each of them: whether one may enter at this moment it does
// not tell.
func Members(ctx context.Context, tx *sqldb.Tx, g access.Grant) (members []access.Card, err error) {
	err = tx.All(ctx, `
		SELECT m.member_id, m.handle, m.name, m.post, o.org_id, o.name, o.kind, o.country FROM workspace_membership s
		JOIN member_member m ON m.member_id = s.member_id JOIN member_organisation o ON o.org_id = m.org_id
		WHERE s.workspace_id = $1 AND s.state = 'accepted' ORDER BY m.handle LIMIT $2`,
		[]any{g.Workspace(), mostMembers}, func(scan func(...any) error) error {
			c, err := scanCard(scan)
			members = append(members, c)
			return err
		})
	return members, err
}

// peopleQuery lists the members of an operation or, in the Knowledge Exchange,
// all who are active. Its $1 is the workspace.
func peopleQuery(condition string, limit int) string {
	query := `
		SELECT m.member_id, m.handle, m.name, m.post, o.org_id, o.name, o.kind, o.country
		FROM member_member m JOIN member_organisation o ON o.org_id = m.org_id
		WHERE m.state = 'active' AND ($1 = '` + string(access.Exchange) + `' OR EXISTS (
			SELECT 1 FROM workspace_membership s
			WHERE s.workspace_id = $1 AND s.member_id = m.member_id AND s.state = 'accepted'))` + condition
	return query + ` ORDER BY m.handle LIMIT ` + strconv.Itoa(limit)
}

func scanCard(scan func(...any) error) (c access.Card, err error) {
	err = scan(&c.Member, &c.Handle, &c.Name, &c.Post, &c.Org, &c.OrgName, &c.OrgKind, &c.Country)
	return c, err
}
