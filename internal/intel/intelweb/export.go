// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"net/http"
	"net/url"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/web"
)

// exportView says what an export would take out.
type exportView struct {
	intel.Measure
	At    string
	Query url.Values
}

func (p *Pages) exportForm(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	measure, _, err := p.objects.Measure(r.Context(), actor, ws, question(r))
	if err != nil {
		return err
	}
	view := exportView{Measure: measure, At: web.WorkspacePath(ws), Query: asked(r)}
	return p.mux.Render(w, r, actor, frame(r.Context(), "intelweb.export.title", "intel"), exportPage(view))
}

func (p *Pages) export(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	bundle, err := p.objects.Export(r.Context(), actor, web.Workspace(r), question(r))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/stix+json;version=2.1")
	w.Header().Set("Content-Disposition", `attachment; filename="export.stix.json"`)
	return bundle.WriteTo(r.Context(), w)
}
