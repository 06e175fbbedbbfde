// SPDX-License-Identifier: Apache-2.0

package deconflictweb

import (
	"net/http"
	"net/url"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/deconflict"
	"entente.example/internal/page"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Pages serves the pages of deconfliction.
type Pages struct {
	hits *deconflict.Hits
	desk *deconflict.Desk
	mux  *web.Mux
}

// New returns the pages over hits and desk.
func New(hits *deconflict.Hits, desk *deconflict.Desk) *Pages { return &Pages{hits: hits, desk: desk} }

// Mount adds the pages to mux.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /w/{workspace}/hits", p.showHits)
	mux.Handle("POST /w/{workspace}/hits/seen", p.markSeen)
	mux.Handle("GET /desk", p.showDesk)
	mux.Handle("POST /desk/{pair}", p.notePair)
}

func (p *Pages) showHits(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	workspace := web.Workspace(r)
	hits, next, err := p.hits.In(r.Context(), actor, workspace, page.Cursor(r.FormValue("after")))
	if err != nil {
		return err
	}
	at := web.WorkspacePath(workspace)
	list := hitList{Path: at + "/hits", Import: at + "/import", Here: following(at+"/hits", page.Cursor(r.FormValue("after"))).Href, Next: following(at+"/hits", next)}
	for _, h := range hits {
		list.Hits = append(list.Hits, viewHit(at, h))
		if !h.Seen && list.Last == "" {
			list.Last = h.ID
		}
	}
	frame := ui.Page{Title: words.Say(r.Context(), "deconflict.hits.title"), Place: ui.Operation, Section: "hits"}
	return p.mux.Render(w, r, actor, frame, hitsPage(list))
}

func (p *Pages) markSeen(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	workspace := web.Workspace(r)
	var err error
	if last := r.PostFormValue("last"); last != "" {
		err = p.hits.MarkAllSeen(r.Context(), actor, workspace, last)
	} else {
		err = p.hits.MarkSeen(r.Context(), actor, workspace, r.PostFormValue("hit"))
	}
	if err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, web.OwnPath(r.PostFormValue("next"), web.WorkspacePath(workspace)+"/hits"), "deconflict.said.seen")
}

// atDesk is the desk's own path, where its open pile lies.
const atDesk = "/desk"

func pilePath(pile deconflict.Pile) string {
	if pile == deconflict.OpenPile {
		return atDesk
	}
	return atDesk + "?pile=" + string(pile)
}

func pileOf(r *http.Request) deconflict.Pile {
	if deconflict.Pile(r.FormValue("pile")) == deconflict.ClosedPile {
		return deconflict.ClosedPile
	}
	return deconflict.OpenPile
}

func (p *Pages) showDesk(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	view := deskView{Pile: pileOf(r)}
	pairs, next, err := p.desk.Pairs(r.Context(), actor, view.Pile, page.Cursor(r.FormValue("after")))
	if err != nil {
		return err
	}
	view.Pairs, view.Next = pairs, following(pilePath(view.Pile), next)
	frame := ui.Page{Title: words.Say(r.Context(), "deconflict.desk.title"), Place: ui.Desk, Section: "desk", Wide: true}
	return p.mux.Render(w, r, actor, frame, deskPage(view))
}

func (p *Pages) notePair(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	act := deconflict.Act{Pair: r.PathValue("pair"), Outcome: deconflict.Outcome(r.PostFormValue("outcome")), Note: r.PostFormValue("note")}
	if err := p.desk.Note(r.Context(), actor, act); err != nil {
		return err
	}
	if act.Outcome == deconflict.Reopened {
		return web.SeeOtherSaying(w, r, pilePath(deconflict.ClosedPile), "deconflict.said.noted")
	}
	return web.SeeOtherSaying(w, r, atDesk, "deconflict.said.noted")
}

func following(path string, next page.Cursor) ui.Link {
	if next == "" {
		return ui.Link{}
	}
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	return ui.Link{Href: path + join + "after=" + url.QueryEscape(string(next))}
}
