// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/intel"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// importView is the form for a file, or for pasted text.
type importView struct {
	At    string
	Text  string
	Error error
	Past  []intel.BatchView
}

func (p *Pages) importForm(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	view := importView{At: web.WorkspacePath(web.Workspace(r))}
	var err error
	if view.Past, err = p.batches.History(r.Context(), actor, web.Workspace(r), "", 5); err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, frame(r.Context(), "intelweb.import.title", "import"), importPage(view))
}

func (p *Pages) upload(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	id, text, err := p.receive(r, actor, ws)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.TooLarge {
		view := importView{At: web.WorkspacePath(ws), Text: text, Error: err}
		return p.mux.RenderInvalid(w, r, actor, frame(r.Context(), "intelweb.import.title", "import"), importPage(view))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, web.WorkspacePath(ws)+"/imports/"+string(id))
}

// receive streams the file of the form, or its pasted text, into a batch.
func (p *Pages) receive(r *http.Request, actor access.Actor, ws access.WorkspaceID) (id intel.BatchID, text string, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		_, err := p.batches.Batch(r.Context(), actor, ws, "") // who may not be here learns no more
		if fault.KindOf(err) == fault.NotFound || fault.KindOf(err) == fault.Unauthenticated {
			if _, e := p.batches.History(r.Context(), actor, ws, "", 1); e != nil {
				return "", "", e
			}
		}
		return "", "", fault.New(fault.Invalid, "intelweb.import.nothing").On("file")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", "", fault.New(fault.Invalid, "intelweb.import.nothing").On("file")
		}
		if err != nil {
			return "", "", tooLarge(err)
		}
		if id, text, err = p.part(r.Context(), actor, ws, part); id != "" || err != nil {
			return id, text, tooLarge(err)
		}
	}
}

// maxPasted is how much text is pasted at once; what is longer comes as a file.
const maxPasted = 1 << 20

// part stages one part of the form, unless it is empty or something else.
func (p *Pages) part(ctx context.Context, actor access.Actor, ws access.WorkspaceID, part *multipart.Part) (id intel.BatchID, text string, err error) {
	switch {
	case part.FormName() == "file" && part.FileName() != "":
		id, err = p.batches.Stage(ctx, actor, ws, intel.Upload{Name: part.FileName(), Content: part})
	case part.FormName() == "text":
		pasted, err := io.ReadAll(io.LimitReader(part, maxPasted+1))
		if len(pasted) > maxPasted {
			return "", "", fault.New(fault.TooLarge, "intel.text.large").On("text").With("limit", "1 MB")
		}
		if text = string(pasted); err != nil || strings.TrimSpace(text) == "" {
			return "", "", err
		}
		id, err = p.batches.Stage(ctx, actor, ws, intel.Upload{Name: words.Say(ctx, "intelweb.import.pasted"), Content: strings.NewReader(text)})
		return id, text, err
	}
	return id, text, err
}

// tooLarge names the limit that a body was over.
func tooLarge(err error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.Wrap(fault.TooLarge, "intelweb.import.too_large", err).On("file").With("limit", "128 MB")
	}
	return err
}

func (p *Pages) history(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	views, err := p.batches.History(r.Context(), actor, ws, intel.BatchID(r.FormValue("before")), listed)
	if err != nil {
		return err
	}
	at, next := web.WorkspacePath(ws), ui.Link{}
	if len(views) == listed {
		next.Href = at + "/imports?before=" + string(views[listed-1].ID)
	}
	return p.mux.Render(w, r, actor, frame(r.Context(), "intelweb.history.title", "import"), historyPage(at, views, next))
}

// batchView is a batch with the findings that are to be looked at.
type batchView struct {
	intel.BatchView
	At       string
	Findings []intel.Finding
	Only     string // the verdict that alone is shown
	Next     ui.Link
	Error    error
	Decision intel.Decision
	Open     access.Readers // who will read what comes in,
	Own      access.Readers // and where it is restricted
}

// personPath leads to the page of who has that handle, in the workspace at at.
func personPath(at, handle string) string { return at + "/people/" + url.PathEscape(handle) }

// findingsTitle says which findings are listed.
func (v batchView) findingsTitle(ctx context.Context) string {
	if v.Only == "" {
		return words.Say(ctx, "intelweb.findings.title")
	}
	return words.Say(ctx, "intelweb.verdict."+v.Only)
}

// troubles leads back from one verdict to what is worth a look.
func (v batchView) troubles(ctx context.Context) ui.Link {
	if v.Only == "" {
		return ui.Link{}
	}
	return ui.Link{Label: words.Say(ctx, "intelweb.findings.all"), Href: v.path()}
}

func (v batchView) path() string { return v.At + "/imports/" + string(v.ID) }

func place(r *http.Request) intel.Place {
	return intel.Place{Workspace: web.Workspace(r), Batch: intel.BatchID(r.PathValue("batch"))}
}

// troubling are the verdicts that a preview lists unless asked for one.
func troubling() []intel.Verdict {
	return []intel.Verdict{intel.Warned, intel.Collides, intel.AboveCeiling, intel.Malformed, intel.LeftOut}
}

func (p *Pages) batch(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	view, err := p.view(r, actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, p.batchFrame(r.Context(), view), batchPage(view))
}

func (p *Pages) batchFrame(ctx context.Context, view batchView) ui.Page {
	head := frame(ctx, "intelweb.history.title", "import", ui.Link{Label: words.Say(ctx, "intelweb.history.title"), Href: view.At + "/imports"})
	head.Title = view.File
	return head
}

func (p *Pages) view(r *http.Request, actor access.Actor) (view batchView, err error) {
	at := place(r)
	view = batchView{At: web.WorkspacePath(at.Workspace), Only: r.FormValue("verdict")}
	if view.BatchView, err = p.batches.Batch(r.Context(), actor, at.Workspace, at.Batch); err != nil {
		return view, err
	}
	view.Decision = intel.Decision{TLP: min(access.AmberStrict, view.Ceiling), PAP: access.PAPAmber, Court: access.H2}
	if !view.MayInspect || view.State.Running() {
		return view, nil
	}
	if view.State == intel.Ready && view.MayDecide {
		if err := p.readers(r.Context(), actor, at.Workspace, &view); err != nil {
			return view, err
		}
	}
	of := troubling()
	if view.Only != "" {
		of = []intel.Verdict{intel.Verdict(view.Only)}
	}
	from, err := strconv.ParseInt("0"+r.FormValue("from"), 10, 64)
	if err != nil {
		return view, fault.Wrap(fault.Invalid, "error.cursor", err).On("from")
	}
	view.Findings, err = p.batches.Findings(r.Context(), actor, at, of, from, listed+1)
	if len(view.Findings) > listed {
		view.Next.Href = view.path() + "?verdict=" + view.Only + "&from=" + strconv.FormatInt(view.Findings[listed].Ordinal, 10)
		view.Findings = view.Findings[:listed]
	}
	return view, err
}

// readers counts who will read what comes in.
func (p *Pages) readers(ctx context.Context, actor access.Actor, ws access.WorkspaceID, view *batchView) (err error) {
	if view.Open, err = p.handled.Expected(ctx, actor, ws, intel.Decision{}); err != nil {
		return err
	}
	view.Own, err = p.handled.Expected(ctx, actor, ws, intel.Decision{Restricted: true})
	return err
}

// progressed is what the page's progress bar asks for.
type progressed struct {
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	State string `json:"state"`
	Label string `json:"label"`
}

func (p *Pages) progress(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	at := place(r)
	view, err := p.batches.Batch(r.Context(), actor, at.Workspace, at.Batch)
	if err != nil {
		return err
	}
	now := progressed{view.Done, view.Total, string(view.State), words.Say(r.Context(), stateKey(view.State))}
	if view.State.Running() {
		now.State = "running"
	}
	return web.JSON(w, now)
}

func stateKey(s intel.State) string { return "intelweb.state." + string(s) }

func (p *Pages) decide(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	at := place(r)
	decision, err := decision(r)
	switch {
	case r.PostFormValue("decision") == "refuse":
		err = p.batches.Refuse(r.Context(), actor, at)
	case err == nil:
		err = p.batches.Accept(r.Context(), actor, at, decision)
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.Conflict) {
		view, failed := p.view(r, actor)
		if failed != nil {
			return failed
		}
		view.Error, view.Decision = err, decision
		return p.mux.RenderInvalid(w, r, actor, p.batchFrame(r.Context(), view), batchPage(view))
	}
	if err != nil {
		return err
	}
	saying := "intelweb.said.accepted"
	if r.PostFormValue("decision") == "refuse" {
		saying = "intelweb.said.refused"
	}
	return web.SeeOtherSaying(w, r, web.WorkspacePath(at.Workspace)+"/imports/"+string(at.Batch), saying)
}

// decision reads the handling that the form chose.
func decision(r *http.Request) (d intel.Decision, err error) {
	tlp, ok := access.ParseTLP(r.PostFormValue("tlp"))
	pap, noPAP := strconv.ParseUint("0"+r.PostFormValue("pap"), 10, 8)
	court, noCourt := strconv.ParseUint("0"+r.PostFormValue("court"), 10, 8)
	unknown := func(field, key string) *fault.Error { return fault.New(fault.Invalid, key).On(field) }
	return intel.Decision{
			TLP: tlp, PAP: access.PAP(pap), Court: access.Court(court),
			Restricted: r.PostFormValue("restricted") != "", DoNotDisrupt: r.PostFormValue("do_not_disrupt") != "",
		}, fault.All(
			fault.If(!ok, unknown("tlp", "intelweb.decision.tlp")),
			fault.If(noPAP != nil || pap > uint64(access.PAPRed), unknown("pap", "intelweb.decision.pap")),
			fault.If(noCourt != nil || court > uint64(access.H3), unknown("court", "intelweb.decision.court")),
		)
}

func (p *Pages) undo(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	at := place(r)
	if err := p.batches.Undo(r.Context(), actor, at); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, web.WorkspacePath(at.Workspace)+"/imports/"+string(at.Batch), "intelweb.said.undone")
}
