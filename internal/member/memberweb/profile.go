// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"entente.example/internal/access"
	"entente.example/internal/markup"
	"entente.example/internal/member"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// profile is what its form shows.
type profile struct {
	me   member.Member
	own  member.Profile
	said said
}

func (p *Pages) showProfile(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	me, own, err := p.People.OwnProfile(r.Context(), actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, profileRoom(r.Context()), profilePage(profile{me: me, own: own}))
}

func profileRoom(ctx context.Context) ui.Page {
	return ui.Page{Title: words.Say(ctx, "ui.nav.profile"), Place: ui.Mine, Section: "profile"}
}

func (p *Pages) changeProfile(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	own := member.Profile{About: r.PostFormValue("about"), Askable: r.PostFormValue("askable") == "yes", Hours: r.PostFormValue("hours")}
	own.Languages, own.Fields = r.PostForm["languages"], r.PostForm["fields"]
	err := p.People.ChangeProfile(r.Context(), actor, own)
	switch {
	case err == nil:
		return web.SeeOtherSaying(w, r, atProfile, "member.said.profile")
	case !mendable(err):
		return err
	}
	me, _, shown := p.People.OwnProfile(r.Context(), actor)
	if shown != nil {
		return shown
	}
	return p.mux.RenderInvalid(w, r, actor, profileRoom(r.Context()), profilePage(profile{me, own, said{err}}))
}

// ProfileOf is what the page of a person, in a workspace, shows of what they say
// of themselves.
func (p *Pages) ProfileOf(ctx context.Context, actor access.Actor, in access.WorkspaceID, handle string) (templ.Component, error) {
	said, err := p.People.ProfileOf(ctx, actor, in, handle)
	if err != nil || said.Empty() {
		return templ.NopComponent, err
	}
	return profileCard(said, markup.Render(said.About, nil)), nil
}

// personPath leads to how others read a member's profile.
func personPath(m member.Member) string {
	return web.WorkspacePath(access.Exchange) + "/people/" + m.Handle
}

// spokenOptions offers the languages, by name in the reader's.
func spokenOptions(ctx context.Context) (options []ui.Option) {
	for _, code := range member.Spoken() {
		options = append(options, ui.Option{Value: code, Label: words.Say(ctx, "member.speaks."+code)})
	}
	order := collate.New(language.Make(words.Lang(ctx)))
	slices.SortFunc(options, func(a, b ui.Option) int { return order.CompareString(a.Label, b.Label) })
	return options
}

func fieldOptions(ctx context.Context) (options []ui.Option) {
	for _, field := range member.Expertise() {
		options = append(options, ui.Option{Value: field, Label: words.Say(ctx, "member.field."+field)})
	}
	return options
}

// chosen keeps the labels of those options that are chosen.
func chosen(options []ui.Option, values []string) (labels []string) {
	for _, o := range options {
		if slices.Contains(values, o.Value) {
			labels = append(labels, o.Label)
		}
	}
	return labels
}
