// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
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
	asks, ok := asksFor(r)
	if !ok {
		return p.noneChosen(w, r)
	}
	bundle, err := p.objects.Export(r.Context(), actor, web.Workspace(r), asks)
	if err != nil {
		return err
	}
	return sendFile(w, "application/stix+json;version=2.1", "export.stix.json", func(out io.Writer) error {
		return bundle.WriteTo(r.Context(), out)
	})
}

// sheet sends the list as comma-separated values, with its marking in the name of
// the file and in its first line.
func (p *Pages) sheet(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	asks, ok := asksFor(r)
	if !ok {
		return p.noneChosen(w, r)
	}
	ctx := r.Context()
	sheet, err := p.objects.Sheet(ctx, actor, web.Workspace(r), asks)
	if err != nil {
		return err
	}
	marking := "TLP:" + sheet.Highest().String()
	head := intel.SheetHead{
		Marking:  words.Plain(ctx, "intelweb.sheet.marking", "marking", marking, "count", int(sheet.Objects)),
		Withheld: words.Say(ctx, "intelweb.sheet.withheld"), Yes: words.Say(ctx, "intelweb.sheet.yes"),
		Type: func(kind string) string { return ui.TypeName(ctx, kind) },
	}
	for _, key := range sheetColumns {
		head.Columns = append(head.Columns, words.Say(ctx, key))
	}
	name := strings.NewReplacer(":", "-", "+", "-").Replace(marking) + "-intelligence.csv"
	return sendFile(w, "text/csv; charset=utf-8", name, func(out io.Writer) error { return sheet.WriteTo(ctx, out, head) })
}

// sheetColumns head the columns of intel.Sheet, in its order.
var sheetColumns = []string{
	"intelweb.column.name", "intelweb.column.type", "intelweb.column.marking", "intelweb.sheet.pap", "intelweb.sheet.court",
	"intelweb.column.source", "intelweb.column.added", "intelweb.sheet.created", "intelweb.sheet.modified", "intelweb.revoked", "intelweb.sheet.stix",
}

// asksFor reads what is to be taken out: what the list was narrowed to, or what
// was picked from it; not ok where nothing was.
func asksFor(r *http.Request) (q intel.Question, ok bool) {
	ids, picking := chosen(r)
	if picking {
		return intel.Question{Filter: intel.Filter{Only: ids}}, len(ids) > 0
	}
	return question(r), true
}

func (p *Pages) noneChosen(w http.ResponseWriter, r *http.Request) error {
	return web.SeeOtherSaying(w, r, web.WorkspacePath(web.Workspace(r))+"/intel", "intelweb.said.not_chosen")
}

// sendFile sends what write writes as a file of that name.
func sendFile(w http.ResponseWriter, kind, name string, write func(io.Writer) error) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	out := &begun{Writer: w}
	err := write(out)
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
