// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/member"
	"entente.example/internal/page"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Pages serves the pages about who takes part. Origin is what browsers call this
// server: the links of invitations begin with it.
type Pages struct {
	Organisations *member.Organisations
	People        *member.People
	Invitations   *member.Invitations
	Officers      *member.Officers
	Vettings      *member.Vettings
	Keys          Keys
	Origin        string
	Now           func() time.Time

	mux *web.Mux
}

// Keys are the passkeys of members that nobody has confirmed yet.
type Keys interface {
	// Unconfirmed lists those of a member, for who may confirm them; for others none.
	Unconfirmed(ctx context.Context, actor access.Actor, of access.MemberID) ([]Key, error)
	// Confirm says that one is its owner's.
	Confirm(ctx context.Context, actor access.Actor, of access.MemberID, key string) error
}

// Key is a passkey as its page shows it.
type Key struct {
	ID, Name string
	AddedAt  time.Time
}

// Mount adds the pages to mux.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /directorate", p.showQueue)

	mux.Handle("GET /directorate/organisations", p.listOrganisations)
	mux.Handle("GET /directorate/organisations/new", p.newOrganisation)
	mux.Handle("POST /directorate/organisations", p.addOrganisation)
	mux.Handle("GET /directorate/organisations/{org}", p.showOrganisation)
	mux.Handle("POST /directorate/organisations/{org}/suspend", p.onOrganisation(p.Organisations.Suspend, "member.said.org_suspended"))
	mux.Handle("POST /directorate/organisations/{org}/restore", p.onOrganisation(p.Organisations.Restore, "member.said.org_restored"))
	mux.Handle("POST /directorate/organisations/{org}/agreements", p.recordAgreement)
	mux.Handle("POST /directorate/organisations/{org}/agreements/{agreement}/end", p.endAgreement)
	mux.Handle("GET /directorate/countries/suspend", p.confirmCountry)
	mux.Handle("POST /directorate/countries/suspend", p.onCountry(p.Organisations.SuspendCountry, "member.said.country_suspended"))
	mux.Handle("POST /directorate/countries/restore", p.onCountry(p.Organisations.RestoreCountry, "member.said.country_restored"))

	mux.Handle("GET /directorate/members", p.listMembers)
	mux.Handle("GET /directorate/members/{member}", p.showMember)
	mux.Handle("POST /directorate/members/{member}/details", p.correct)
	mux.Handle("POST /directorate/members/{member}/suspend", p.onMember(p.People.Suspend, "member.said.suspended"))
	mux.Handle("POST /directorate/members/{member}/restore", p.onMember(p.People.Restore, "member.said.restored"))
	mux.Handle("POST /directorate/members/{member}/release", p.onMember(p.People.Release, "member.said.released"))
	mux.Handle("POST /directorate/members/{member}/vetting", p.endorse)
	mux.Handle("POST /directorate/members/{member}/vetting/approve", p.onMember(p.Vettings.Approve, "member.said.approved"))
	mux.Handle("POST /directorate/members/{member}/vetting/end", p.onMember(p.Vettings.End, "member.said.vetting_ended"))
	mux.Handle("POST /directorate/members/{member}/officer", p.onMember(p.Officers.Confirm, "member.said.officer"))

	mux.Handle("POST /directorate/members/{member}/passkeys/{passkey}/confirm", p.confirmPasskey)

	mux.Handle("GET /directorate/invitations", p.listInvitations)
	mux.Handle("GET /directorate/invitations/new", p.newInvitation)
	mux.Handle("POST /directorate/invitations", p.invite)
	mux.Handle("POST /directorate/invitations/{invitation}/confirm", p.onInvitation(p.Invitations.Confirm, "member.said.confirmed"))
	mux.Handle("POST /directorate/invitations/{invitation}/withdraw", p.onInvitation(p.Invitations.Withdraw, "member.said.withdrawn"))

	mux.Handle("GET /invitation/{token}", p.showLink)
	mux.Handle("POST /invitation/{token}", p.accept)

	mux.Handle("GET /me/settings", p.showSettings)
	mux.Handle("POST /me/settings", p.changeSettings)
	mux.Handle("GET /me/profile", p.showProfile)
	mux.Handle("POST /me/profile", p.changeProfile)
	mux.Handle("POST /settings/language", p.chooseLanguage)
	mux.Handle("POST /settings/theme", p.chooseTheme)
}

// The paths of the rooms.
const (
	atQueue         = "/directorate"
	atOrganisations = "/directorate/organisations"
	atMembers       = "/directorate/members"
	atInvitations   = "/directorate/invitations"
	atSettings      = "/me/settings"
	atProfile       = "/me/profile"
)

func orgPath(id access.OrgID) string       { return atOrganisations + "/" + url.PathEscape(string(id)) }
func memberPath(id access.MemberID) string { return atMembers + "/" + url.PathEscape(string(id)) }
func invitationPath(id string) string      { return atInvitations + "/" + url.PathEscape(id) }

// room is a page of the Directorate's.
func room(ctx context.Context, titleKey, section string, trail ...ui.Link) ui.Page {
	return ui.Page{Title: words.Say(ctx, titleKey), Place: ui.Directorate, Section: section, Crumbs: trail, Wide: true}
}

// crumb is the trail of a page below a list.
func crumb(ctx context.Context, titleKey, path string) ui.Link {
	return ui.Link{Label: words.Say(ctx, titleKey), Href: path}
}

// following links to the next page of a list, with what else the list was asked.
func following(path string, next page.Cursor, query url.Values) ui.Link {
	if next == "" {
		return ui.Link{}
	}
	query.Set("after", string(next))
	return ui.Link{Href: path + "?" + query.Encode()}
}

func after(r *http.Request) page.Cursor { return page.Cursor(r.FormValue("after")) }

// mendable reports whether err can be mended by typing something else.
func mendable(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict:
		return true
	case fault.Forbidden:
		return fault.Of(err).Field != ""
	}
	return false
}

// said is err on the fields of a form, and above it.
type said struct{ err error }

// on gives f what err says of it.
func (s said) on(ctx context.Context, f ui.Field) ui.Field {
	f.Error = web.FieldError(ctx, s.err, f.Name)
	return f
}

// summary is what stands above the form.
func (s said) summary(ctx context.Context) []ui.FieldError { return web.Problems(ctx, s.err) }

// dayOf reads what a date field gives; the zero time is none.
func dayOf(r *http.Request, name string) time.Time {
	day, err := time.Parse(time.DateOnly, r.PostFormValue(name))
	if err != nil {
		return time.Time{}
	}
	return day
}

// calendar shifts a day that begins at midnight UTC to noon in the reader's zone,
// so that they read the same date.
func calendar(ctx context.Context, day time.Time) time.Time {
	if day.IsZero() {
		return day
	}
	y, m, d := day.UTC().Date()
	return time.Date(y, m, d, 12, 0, 0, 0, words.Of(ctx).Zone)
}

// lastDay is the day that ends with the moment end.
func lastDay(ctx context.Context, end time.Time) time.Time {
	if end.IsZero() {
		return end
	}
	return calendar(ctx, end.Add(-time.Microsecond))
}

// daysTo is how many days there are to the last day before the moment end; today
// counts as one.
func daysTo(end, now time.Time) int {
	return max(1, int(end.Sub(now)/(24*time.Hour)))
}

// nameOf is how a page calls a person: by name, or as the console where nobody
// is named.
func nameOf(ctx context.Context, names member.Names, id access.MemberID) string {
	if card, ok := names[id]; ok {
		return card.Name
	}
	return words.Say(ctx, "member.console")
}
