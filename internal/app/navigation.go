// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/discussion/discussionweb"
	"entente.example/internal/fault"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
	"entente.example/internal/workspace"
)

// navigate gathers what the frame shows of the reader: their places, with what
// is new in each. A workspace that they may not enter is left out.
func (a *App) navigate(ctx context.Context, actor access.Actor, at access.WorkspaceID) (nav ui.Nav, err error) {
	f, err := a.frame(ctx, actor)
	if err != nil {
		return nav, err
	}
	me, counts, hits, mine := f.me, f.counts, f.hits, f.mine
	nav.Member, nav.Inbox = &me, f.inbox
	nav.Exchange = discussionweb.NavItems(ctx, access.Exchange, counts)
	for _, item := range nav.Exchange {
		nav.ExchangeNew += item.Unread
	}
	for _, head := range workspace.InOrder(mine) {
		unread := unreadIn(counts, head.ID)
		nav.OperationsNew += unread + hits[head.ID]
		list := &nav.Operations
		if head.State == access.Archived {
			list = &nav.Archived
		}
		*list = append(*list, ui.NavItem{
			Label: head.Name, Href: web.WorkspacePath(head.ID), Unread: unread + hits[head.ID], Key: string(head.ID),
		})
		if head.ID == at {
			nav.Workspace = place(ctx, head, unread, hits[head.ID])
		}
	}
	if err := a.platform(ctx, actor, &nav); err != nil {
		return nav, err
	}
	if nav.Desk { // asked anew: the frame may be older
		nav.DeskOpen = f.desk
	}
	return nav, nil
}

// platform says which rooms of the platform the reader has.
func (a *App) platform(ctx context.Context, actor access.Actor, nav *ui.Nav) (err error) {
	if nav.Directorate, err = a.may(ctx, actor, access.Admit); err != nil {
		return err
	}
	if nav.Desk, err = a.may(ctx, actor, access.Desk); err != nil {
		return err
	}
	officer, err := a.may(ctx, actor, access.Direct)
	if err != nil {
		return err
	}
	if nav.Directorate {
		for _, room := range []struct{ key, href string }{
			{"directorate", "/directorate"}, {"organisations", "/directorate/organisations"},
			{"members", "/directorate/members"}, {"invitations", "/directorate/invitations"},
		} {
			nav.Rooms = append(nav.Rooms, ui.NavItem{Label: words.Say(ctx, "app.room."+room.key), Href: room.href, Key: room.key})
		}
	}
	if officer {
		nav.Rooms = append(nav.Rooms, ui.NavItem{Label: words.Say(ctx, "audit.platform.title"), Href: "/directorate/audit", Key: "audit"})
	}
	return nil
}

func (a *App) may(ctx context.Context, actor access.Actor, action access.Action) (bool, error) {
	_, err := a.gate.Check(ctx, access.Ask{Actor: actor, Place: access.Platform(), Action: action})
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Forbidden:
		return false, nil
	}
	return err == nil, err
}

func place(ctx context.Context, head workspace.Head, unread, hits int) *ui.Workspace {
	return &ui.Workspace{
		ID: string(head.ID), Name: head.Name, Journal: head.Role == access.Manager, Ceiling: head.Ceiling, Unread: unread, Hits: hits,
		Phase: words.Say(ctx, "workspace.state."+string(head.State)),
		Role:  words.Say(ctx, roleKeys[head.Role]),
	}
}

var roleKeys = map[access.Role]string{
	access.NoRole: "workspace.role.reader", access.Reader: "workspace.role.reader",
	access.Analyst: "workspace.role.analyst", access.Manager: "workspace.role.manager",
}

func unreadIn(counts []discussion.Count, id access.WorkspaceID) (n int) {
	for _, c := range counts {
		if c.Workspace == id {
			n += c.Channel.Unread
		}
	}
	return n
}

// initials returns the first letters of the first and the last name.
func initials(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' })
	if len(parts) == 0 {
		return ""
	}
	first := func(word string) string {
		r, _ := utf8.DecodeRuneInString(word)
		return string(unicode.ToUpper(r))
	}
	if len(parts) == 1 {
		return first(parts[0])
	}
	return first(parts[0]) + first(parts[len(parts)-1])
}
