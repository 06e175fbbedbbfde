// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"context"
	"net/http"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/web"
	"entente.example/internal/workspace"
)

// purgeView is what a manager of an archive sees of its end.
type purgeView struct {
	At    string // where its forms are sent
	By    string // who asked for it; empty where nobody has
	Mine  bool   // the reader did
	Asked time.Time
}

func (p *Pages) purge(ctx context.Context, actor access.Actor, id access.WorkspaceID, members []workspace.Membership) (purgeView, error) {
	view := purgeView{At: path(id) + "/purge"}
	waiting, err := p.purges.Waiting(ctx, actor, id)
	if fault.KindOf(err) == fault.NotFound {
		return view, nil
	}
	view.By, view.Mine, view.Asked = string(waiting.AskedBy), waiting.AskedBy == actor.Member, waiting.AskedAt
	for _, m := range members {
		if m.Member == waiting.AskedBy {
			view.By = m.Card.Name
		}
	}
	return view, err
}

func (p *Pages) askPurge(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.purges.Ask(r.Context(), actor, web.Workspace(r)); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, path(web.Workspace(r)), "workspace.said.purge_asked")
}

func (p *Pages) withdrawPurge(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.purges.Withdraw(r.Context(), actor, web.Workspace(r)); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, path(web.Workspace(r)), "workspace.said.purge_withdrawn")
}

// confirmPurge leads away: the operation is no longer there.
func (p *Pages) confirmPurge(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.purges.Confirm(r.Context(), actor, web.Workspace(r)); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, "/operations", "workspace.said.purged")
}
