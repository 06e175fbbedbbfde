// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"net/http"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
	"entente.example/internal/workspace"
)

// mineView is a member's operations, and those they are invited into.
type mineView struct {
	Offers     []offerView
	Operations []operationRow
	Archived   []operationRow
	MayOpen    bool
}

// offerView is an invitation that waits for an answer.
type offerView struct {
	Name, Purpose, LegalBasis string
	Accept, Decline           string // where the answers go
	Role                      string
	TLP                       access.TLP
	By                        access.Card
	At, Until                 time.Time
	Exports                   bool
}

// operationRow is an operation in the list.
type operationRow struct {
	Href, Name, State, Role string
	Archived, ReviewDue     bool
	TLP                     access.TLP
	Review                  time.Time
	Unread, Hits            int
}

func (p *Pages) mine(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ctx := r.Context()
	mine, err := p.workspaces.Mine(ctx, actor)
	if err != nil {
		return err
	}
	offers, err := p.memberships.Offers(ctx, actor)
	if err != nil {
		return err
	}
	counts := map[access.WorkspaceID]Count{}
	if p.around.Counts != nil {
		if counts, err = p.around.Counts(ctx, actor); err != nil {
			return err
		}
	}
	view := mineView{}
	if view.MayOpen, err = p.workspaces.MayOpen(ctx, actor); err != nil {
		return err
	}
	for _, o := range offers {
		at := "/operations/" + string(o.Workspace.ID)
		view.Offers = append(view.Offers, offerView{
			Name: o.Workspace.Profile.Name, Purpose: o.Workspace.Profile.Purpose, LegalBasis: o.Workspace.Profile.LegalBasis,
			Accept: at + "/accept", Decline: at + "/decline", Role: roleName(ctx, o.Terms.Role), TLP: o.Workspace.Profile.Ceiling,
			By: o.By, At: o.At, Until: o.Terms.Until, Exports: o.Terms.ExportUntil.After(p.now()),
		})
	}
	for _, h := range workspace.InOrder(mine) {
		_, due := h.Due(p.now())
		row := operationRow{
			Href: path(h.ID), Name: h.Name, State: stateName(ctx, h.State), Role: roleName(ctx, h.Role), TLP: h.Ceiling,
			Archived: h.State == access.Archived, ReviewDue: due, Review: h.ReviewAt, Unread: counts[h.ID].Unread, Hits: counts[h.ID].Hits,
		}
		if row.Archived {
			view.Archived = append(view.Archived, row)
		} else {
			view.Operations = append(view.Operations, row)
		}
	}
	page := ui.Page{Title: words.Say(ctx, "workspace.operations"), Place: ui.Operation, Section: "operations", Wide: true}
	return p.mux.Render(w, r, actor, page, minePage(view))
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id := web.Workspace(r)
	if err := p.memberships.Accept(r.Context(), actor, id); err != nil {
		return err
	}
	return web.SeeOther(w, r, path(id))
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.memberships.Decline(r.Context(), actor, web.Workspace(r)); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, "/operations", "workspace.said.declined")
}
