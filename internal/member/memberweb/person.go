// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// members is what their list shows.
type members struct {
	member.Roll
	now  time.Time
	next ui.Link
}

func (p *Pages) listMembers(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	roll, err := p.People.Find(r.Context(), actor, memberFilter(r), after(r))
	if err != nil {
		return err
	}
	v := members{roll, p.Now(), following(atMembers, roll.Next, memberQuery(roll.Filter))}
	return p.mux.Render(w, r, actor, room(r.Context(), "member.members.title", "members"), membersPage(v))
}

// file is what the page of a member shows.
type file struct {
	member.File
	now   time.Time
	said  said
	typed member.Endorsement

	keys    []Key
	wrong   said // what is wrong with corrected details
	details member.Details
}

func (p *Pages) showMember(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	f, err := p.file(r, actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, fileRoom(r.Context(), f), memberPage(f))
}

func (p *Pages) file(r *http.Request, actor access.Actor) (f file, err error) {
	f.now = p.Now()
	f.File, err = p.People.One(r.Context(), actor, access.MemberID(r.PathValue("member")))
	f.details = member.Details{Name: f.Name, Post: f.Post}
	if err == nil && p.Keys != nil {
		f.keys, err = p.Keys.Unconfirmed(r.Context(), actor, f.ID)
	}
	return f, err
}

func (p *Pages) confirmPasskey(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := access.MemberID(r.PathValue("member"))
	if err := p.Keys.Confirm(r.Context(), actor, id, r.PathValue("passkey")); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, memberPath(id), "member.said.vouched")
}

func fileRoom(ctx context.Context, f file) ui.Page {
	page := room(ctx, "member.members.title", "members", crumb(ctx, "member.members.title", atMembers))
	page.Title = f.Name
	return page
}

func (p *Pages) endorse(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := access.MemberID(r.PathValue("member"))
	e := member.Endorsement{Statement: r.PostFormValue("statement"), LastDay: dayOf(r, "last_day")}
	err := p.Vettings.Endorse(r.Context(), actor, id, e)
	if err == nil {
		return web.SeeOtherSaying(w, r, memberPath(id), "member.said.endorsed")
	}
	if !mendable(err) {
		return err
	}
	f, shown := p.file(r, actor)
	if shown != nil {
		return shown
	}
	f.said, f.typed = said{err}, e
	return p.mux.RenderInvalid(w, r, actor, fileRoom(r.Context(), f), memberPage(f))
}

func (p *Pages) correct(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := access.MemberID(r.PathValue("member"))
	d := member.Details{Name: r.PostFormValue("name"), Post: r.PostFormValue("post")}
	err := p.People.Correct(r.Context(), actor, id, d)
	switch {
	case err == nil:
		return web.SeeOtherSaying(w, r, memberPath(id), "member.said.corrected")
	case fault.KindOf(err) != fault.Invalid:
		return err
	}
	f, shown := p.file(r, actor)
	if shown != nil {
		return shown
	}
	f.wrong, f.details = said{err}, d
	return p.mux.RenderInvalid(w, r, actor, fileRoom(r.Context(), f), memberPage(f))
}

// onMember does act to the member of the path, and shows them again, saying so.
func (p *Pages) onMember(act func(context.Context, access.Actor, access.MemberID) error, saying string) web.Page {
	return func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		id := access.MemberID(r.PathValue("member"))
		if err := act(r.Context(), actor, id); err != nil {
			return err
		}
		return web.SeeOtherSaying(w, r, memberPath(id), saying)
	}
}

// tone is the kind of badge that a state has.
func tone(s member.State) ui.Kind {
	switch s {
	case member.Active:
		return ui.Good
	case member.Suspended:
		return ui.Bad
	}
	return ui.Plain
}

// standing says in a word where an account stands, whatever keeps it out.
func standing(ctx context.Context, m member.Member, now time.Time) (ui.Kind, string) {
	switch {
	case m.State != member.Active:
		return tone(m.State), words.Say(ctx, "member.state."+string(m.State))
	case m.Org.Suspended:
		return ui.Bad, words.Say(ctx, "member.state.org_suspended")
	case m.Org.CountrySuspended:
		return ui.Bad, words.Say(ctx, "member.state.country_suspended")
	case !m.InForce(now):
		return ui.Bad, words.Say(ctx, "member.state.ended")
	}
	return ui.Good, words.Say(ctx, "member.state.active")
}

// vetting says in a few words until when somebody is vetted.
func vetting(ctx context.Context, m member.Member, now time.Time) (ui.Kind, string) {
	end := words.Date(ctx, lastDay(ctx, m.VettedUntil))
	switch {
	case m.VettedUntil.IsZero():
		return ui.Plain, words.Say(ctx, "member.vetting.none")
	case !m.Vetted(now):
		return ui.Bad, words.Say(ctx, "member.vetting.ended", "date", end)
	case m.VettedUntil.Sub(now) < member.Soon:
		return ui.Warn, words.Say(ctx, "member.vetting.until", "date", end)
	}
	return ui.Good, words.Say(ctx, "member.vetting.until", "date", end)
}

// endLabel names what ending a vetting does: it refuses a case, or ends what is
// in force.
func endLabel(ctx context.Context, f file) string {
	if f.Open() {
		return words.Say(ctx, "member.vetting.refuse")
	}
	return words.Say(ctx, "member.vetting.end")
}
