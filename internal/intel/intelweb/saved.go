// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"net/http"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/web"
	"entente.example/internal/words"
)

// save keeps what the list is narrowed to under a name.
func (p *Pages) save(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws, query := web.Workspace(r), asked(r).Encode()
	err := p.saved.Save(r.Context(), actor, ws, intel.Saved{Name: r.PostFormValue("name"), Query: query})
	if err != nil && fault.KindOf(err) == fault.Invalid {
		view, shown := p.viewList(r, actor)
		if shown != nil {
			return shown
		}
		view.Name.Value, view.Name.Error = r.PostFormValue("name"), words.Fault(r.Context(), err)
		return p.mux.RenderInvalid(w, r, actor, frame(r.Context(), "intelweb.list.title", "intel"), listPage(view))
	}
	if err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, web.WorkspacePath(ws)+"/intel?"+query, "intelweb.said.filter_kept")
}

func (p *Pages) drop(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	if err := p.saved.Drop(r.Context(), actor, ws, r.PostFormValue("name")); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, web.WorkspacePath(ws)+"/intel", "intelweb.said.filter_dropped")
}

// isShown reports whether the list is narrowed as s is.
func (v listView) isShown(s intel.Saved) bool { return v.Query.Encode() == s.Query }

// mayBeKept reports whether the list is narrowed, in a way that is not kept yet.
func (v listView) mayBeKept() bool {
	for _, s := range v.Saved {
		if v.isShown(s) {
			return false
		}
	}
	return len(v.Query) > 0
}

// href is where a saved filter leads.
func (v listView) href(s intel.Saved) string {
	return v.At + "/intel?" + s.Query
}
