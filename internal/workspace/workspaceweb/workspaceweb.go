// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
	"entente.example/internal/workspace"
)

// Count is what waits for a member in one operation.
type Count struct{ Unread, Hits int }

// Panel is what another room has to tell on an operation's overview. Its words
// are in the reader's language.
type Panel struct {
	Title string
	More  ui.Link
	Empty string // what to say when there are no lines
	Lines []Line
}

// Line is one thing in a Panel.
type Line struct {
	Title, Href, Note string
	At                time.Time
	Unread            int
}

// Around is what other rooms tell on these pages. A nil function tells nothing.
type Around struct {
	Counts func(ctx context.Context, actor access.Actor) (map[access.WorkspaceID]Count, error)
	Latest func(ctx context.Context, actor access.Actor, id access.WorkspaceID) ([]Panel, error)
	// Figures are what stands in the operation's rooms, as far as the actor sees.
	Figures func(ctx context.Context, actor access.Actor, id access.WorkspaceID) ([]ui.Figure, error)
}

// Pages serves the pages of operations.
type Pages struct {
	workspaces  *workspace.Workspaces
	memberships *workspace.Memberships
	purges      *workspace.Purges
	around      Around
	now         func() time.Time
	mux         *web.Mux
}

// New returns the pages over workspaces, memberships and purges.
func New(workspaces *workspace.Workspaces, memberships *workspace.Memberships, purges *workspace.Purges, around Around, now func() time.Time) *Pages {
	return &Pages{workspaces: workspaces, memberships: memberships, purges: purges, around: around, now: now}
}

// Mount adds the pages to mux.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /operations", p.mine)
	mux.Handle("GET /operations/new", p.newOperation)
	mux.Handle("POST /operations", p.open)
	mux.Handle("POST /operations/{workspace}/accept", p.accept)
	mux.Handle("POST /operations/{workspace}/decline", p.decline)
	mux.Handle("GET /w/{workspace}", p.overview)
	mux.Handle("GET /w/{workspace}/settings", p.settings)
	mux.Handle("POST /w/{workspace}/settings", p.change)
	mux.Handle("POST /w/{workspace}/state", p.move)
	mux.Handle("POST /w/{workspace}/purge", p.askPurge)
	mux.Handle("POST /w/{workspace}/purge/confirm", p.confirmPurge)
	mux.Handle("POST /w/{workspace}/purge/withdraw", p.withdrawPurge)
	mux.Handle("GET /w/{workspace}/members", p.members)
	mux.Handle("POST /w/{workspace}/members", p.invite)
	mux.Handle("POST /w/{workspace}/members/{member}", p.changeTerms)
	mux.Handle("POST /w/{workspace}/members/{member}/end", p.end)
	mux.Handle("POST /w/{workspace}/leave", p.leave)
}

func path(id access.WorkspaceID) string { return "/w/" + url.PathEscape(string(id)) }

func memberOf(r *http.Request) access.MemberID { return access.MemberID(r.PathValue("member")) }

// roleName returns what a role is called.
func roleName(ctx context.Context, role access.Role) string {
	keys := map[access.Role]string{
		access.Reader: "workspace.role.reader", access.Analyst: "workspace.role.analyst", access.Manager: "workspace.role.manager",
	}
	if key, ok := keys[role]; ok {
		return words.Say(ctx, key)
	}
	return ""
}

// stateName returns what a state of an operation's life is called.
func stateName(ctx context.Context, s access.WorkspaceState) string {
	return words.Say(ctx, "workspace.state."+string(s))
}

// mendable reports whether a form is shown again with what was wrong.
func mendable(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany:
		return true
	default:
		return false
	}
}

// errNotManager is the answer to who may know of an operation and does not run it.
var errNotManager error = fault.New(fault.Forbidden, "access.role")

// endOf reads the day of a form as the end of it in the reader's zone; none is
// the zero time.
func endOf(ctx context.Context, day, field string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	start, err := time.ParseInLocation(time.DateOnly, day, words.Of(ctx).Zone)
	if err != nil {
		return time.Time{}, fault.Wrap(fault.Invalid, "workspace.date.unfit", err).On(field)
	}
	return start.AddDate(0, 0, 1).Add(-time.Second).UTC(), nil
}

// dayOf writes a time for a date field.
func dayOf(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(words.Of(ctx).Zone).Format(time.DateOnly)
}
