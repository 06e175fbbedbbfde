// SPDX-License-Identifier: Apache-2.0

package signinweb

import (
	"context"
	"net/http"
	"net/url"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/signin"
	"entente.example/internal/web"
)

// newcomer is who has come by a link, with its token.
type newcomer struct {
	signin.Account
	token string
}

func (n newcomer) passkeyPath() string  { return linkPath(n.token) + "/passkey" }
func (n newcomer) passwordPath() string { return linkPath(n.token) + "/password" }

func linkPath(token string) string { return "/invitation/" + url.PathEscape(token) }

// errLink is the one answer to a link that does not lead to a first means.
var errLink error = fault.New(fault.NotFound, "signin.link.ended")

// newcomer returns who has come by the link of the request, while they have no
// means of signing in yet.
func (p *Pages) newcomer(r *http.Request) (newcomer, error) {
	if err := p.Limits.Ask(client(r)); err != nil {
		return newcomer{}, err
	}
	token := r.PathValue("token")
	member, err := p.Newcomers.Newcomer(r.Context(), token)
	if err != nil {
		return newcomer{}, ended(err)
	}
	account, err := p.Sessions.First(r.Context(), member)
	return newcomer{account, token}, ended(err)
}

// ended makes of any link that is not there, or no longer, the one answer.
func ended(err error) error {
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return errLink
	}
	return err
}

func (p *Pages) showFirstPasskey(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	n, err := p.newcomer(r)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, outside(r.Context(), "signin.first.title"), firstPasskeyPage(n))
}

func (p *Pages) beginFirstPasskey(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	n, err := p.newcomer(r)
	if err != nil {
		return err
	}
	name, err := nameOf(w, r)
	if err != nil {
		return err
	}
	options, err := p.Passkeys.BeginEnrol(r.Context(), n.Member, name)
	if err != nil {
		return ended(err)
	}
	return web.JSON(w, options)
}

func (p *Pages) finishFirstPasskey(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	n, err := p.newcomer(r)
	if err != nil {
		return err
	}
	said, err := answer(w, r)
	if err != nil {
		return err
	}
	started, err := p.Passkeys.FinishEnrol(r.Context(), n.Member, said, agent(r))
	if err != nil {
		return ended(err)
	}
	let(w, started.Token)
	return goOn(w, atDone)
}

func (p *Pages) showFirstPassword(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	n, err := p.newcomer(r)
	if err != nil {
		return err
	}
	begun, err := p.Passwords.PrepareFirst(r.Context(), n.Member)
	if err != nil {
		return ended(err)
	}
	return p.mux.Render(w, r, actor, outside(r.Context(), "signin.setup.title"), firstPasswordPage(n.setUp(begun)))
}

func (n newcomer) setUp(begun signin.SetUp) setUp {
	return setUp{SetUp: begun, action: n.passwordPath(), away: n.passkeyPath()}
}

func (p *Pages) setFirstPassword(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	n, err := p.newcomer(r)
	if err != nil {
		return err
	}
	typed := newPassword(r)
	started, err := p.Passwords.SetFirst(r.Context(), n.Member, typed, agent(r))
	if err == nil {
		let(w, started.Token)
		return web.SeeOther(w, r, atDone)
	}
	if !again(err) {
		return ended(err)
	}
	begun, shown := p.firstSetUp(r.Context(), n.Member, typed.SetUp)
	if shown != nil {
		return ended(shown)
	}
	v := n.setUp(begun)
	v.said = said{err}
	return p.mux.RenderInvalid(w, r, actor, outside(r.Context(), "signin.setup.title"), firstPasswordPage(v))
}

// firstSetUp shows the set-up of that id again or, where it is over, another.
func (p *Pages) firstSetUp(ctx context.Context, member access.MemberID, id string) (signin.SetUp, error) {
	begun, err := p.Passwords.Again(ctx, member, id)
	if over(err) {
		return p.Passwords.PrepareFirst(ctx, member)
	}
	return begun, err
}

// showDone is the end of the way in.
func (p *Pages) showDone(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	means, err := p.Sessions.Means(r.Context(), actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, outside(r.Context(), "signin.done.title"), donePage(len(means.Passkeys) > 0))
}
