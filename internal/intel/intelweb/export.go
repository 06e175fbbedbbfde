// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"io"
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
	out := &begun{Writer: w}
	err = bundle.WriteTo(r.Context(), out)
	if err != nil && out.any {
		panic(http.ErrAbortHandler) // the browser must see that the file broke off, and no page can follow it
	}
	return err
}

// begun notes whether anything was written.
type begun struct {
	io.Writer
	any bool
}

func (b *begun) Write(p []byte) (int, error) {
	b.any = b.any || len(p) > 0
	return b.Writer.Write(p)
}
