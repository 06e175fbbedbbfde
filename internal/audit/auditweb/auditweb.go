// SPDX-License-Identifier: Apache-2.0

package auditweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/fault"
	"entente.example/internal/page"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Around is what the pages ask of other rooms.
type Around struct {
	// Places returns the names of the workspaces that the actor may see.
	Places func(ctx context.Context, actor access.Actor) (map[access.WorkspaceID]string, error)
	// People returns who members are, as the actor may see them.
	People func(ctx context.Context, actor access.Actor, ids []access.MemberID) (map[access.MemberID]access.Card, error)
	// Called returns the member of that handle. It fails with fault.NotFound.
	Called func(ctx context.Context, actor access.Actor, handle string) (access.MemberID, error)
}

// Pages serves the journal.
type Pages struct {
	journal *audit.Journal
	around  Around
	key     string // verifier key of the log

	mux *web.Mux
}

// New returns the pages over the service; key is the verifier key of the log.
func New(journal *audit.Journal, key string, around Around) *Pages {
	return &Pages{journal: journal, around: around, key: key}
}

// Mount adds the pages to mux.
func (p *Pages) Mount(mux *web.Mux) {
	p.mux = mux
	mux.Handle("GET /log/checkpoint", p.checkpoint)
	mux.Handle("GET /log/key", p.verifierKey)
	mux.Handle("GET /log/tile/{tile...}", p.tile)

	mux.Handle("GET /me/entries", p.mine)
	mux.Handle("GET /me/entries/{entry}", p.entry)
	mux.Handle("GET /me/entries/{entry}/proof", p.proof)

	mux.Handle("GET /w/{workspace}/journal", p.workspace)

	mux.Handle("GET /directorate/audit", p.platform)
	mux.Handle("POST /directorate/audit/check", p.check)
}

// The paths of the pages.
const (
	atMine     = "/me/entries"
	atPlatform = "/directorate/audit"
)

func entryPath(number int64) string { return atMine + "/" + strconv.FormatInt(number, 10) }

func after(r *http.Request) page.Cursor { return page.Cursor(r.FormValue("after")) }

func following(path string, next page.Cursor, query url.Values) ui.Link {
	if next == "" {
		return ui.Link{}
	}
	query.Set("after", string(next))
	return ui.Link{Href: path + "?" + query.Encode()}
}

// shown is a list with the names in it.
type shown struct {
	audit.List
	places map[access.WorkspaceID]string
	people map[access.MemberID]access.Card
	next   ui.Link
	who    bool // the lines say who acted
	proofs bool // the lines lead to their proofs
	files  bool // the reader knows of all members: names lead to their files
}

func (p *Pages) named(ctx context.Context, actor access.Actor, list audit.List) (s shown, err error) {
	s.List = list
	if s.places, err = p.around.Places(ctx, actor); err != nil {
		return s, err
	}
	var ids []access.MemberID
	for _, line := range list.Lines {
		ids = append(ids, access.MemberID(line.Actor), line.Concerns)
	}
	s.people, err = p.around.People(ctx, actor, ids)
	return s, err
}

func (p *Pages) mine(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	list, err := p.journal.Mine(r.Context(), actor, after(r))
	if err != nil {
		return err
	}
	s, err := p.named(r.Context(), actor, list)
	if err != nil {
		return err
	}
	s.next, s.proofs = following(atMine, list.Next, url.Values{}), true
	return p.mux.Render(w, r, actor, mineRoom(r.Context(), "audit.mine.title"), minePage(s))
}

func mineRoom(ctx context.Context, titleKey string, trail ...ui.Link) ui.Page {
	return ui.Page{Title: words.Say(ctx, titleKey), Place: ui.Mine, Section: "entries", Crumbs: trail, Wide: true}
}

func (p *Pages) proven(r *http.Request, actor access.Actor) (audit.Proven, error) {
	number, err := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	if err != nil {
		return audit.Proven{}, access.ErrHidden
	}
	return p.journal.Prove(r.Context(), actor, number)
}

func (p *Pages) entry(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	e, err := p.proven(r, actor)
	if err != nil {
		return err
	}
	text, err := e.Proof()
	if err != nil {
		return err
	}
	opening, err := e.MarshalLine()
	if err != nil {
		return err
	}
	s, err := p.named(r.Context(), actor, audit.List{Lines: []audit.Line{e.Line}})
	if err != nil {
		return err
	}
	room := mineRoom(r.Context(), "audit.entry.title", ui.Link{Label: words.Say(r.Context(), "audit.mine.title"), Href: atMine})
	return p.mux.Render(w, r, actor, room, entryPage(s, e, proofText{opening: string(opening), file: string(text), key: p.key}))
}

// proofText is a proof as the page shows it.
type proofText struct {
	opening string // JSON
	file    string // tlog-proof; empty while there is none
	key     string
}

func (p *Pages) proof(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	e, err := p.proven(r, actor)
	if err != nil {
		return err
	}
	text, err := e.Proof()
	if err != nil {
		return err
	}
	if text == nil {
		return access.ErrHidden
	}
	w.Header().Set("Content-Disposition", `attachment; filename="entente-`+strconv.FormatInt(e.Number, 10)+`.tlog-proof"`)
	return plain(w, "text/plain; charset=utf-8", text)
}

func (p *Pages) workspace(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	id, f := web.Workspace(r), filterOf(r)
	narrow, err := p.narrow(r.Context(), actor, f)
	if err != nil {
		return err
	}
	list, err := p.journal.Workspace(r.Context(), actor, id, narrow, after(r))
	if err != nil {
		return err
	}
	s, err := p.named(r.Context(), actor, list)
	if err != nil {
		return err
	}
	at := web.WorkspacePath(id) + "/journal"
	s.next, s.who = following(at, list.Next, f.query()), true
	room := ui.Page{Title: words.Say(r.Context(), "audit.workspace.title"), Place: ui.Operation, Section: "audit", Wide: true}
	return p.mux.Render(w, r, actor, room, workspacePage(s, f, at))
}

// filter is what a list of entries was asked for.
type filter struct {
	actor, verb, since, till string
}

func filterOf(r *http.Request) filter {
	return filter{strings.TrimSpace(r.FormValue("actor")), r.FormValue("verb"), r.FormValue("since"), r.FormValue("till")}
}

// theConsole is what the filter calls the administrator's console: a member of
// that handle is asked for with an @.
const theConsole = "console"

// narrow finds the member whom the filter calls by handle. A handle of nobody is
// that of none who acted.
func (p *Pages) narrow(ctx context.Context, actor access.Actor, f filter) (audit.Narrow, error) {
	day := func(text string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, text, words.Of(ctx).Zone)
		if err != nil {
			return time.Time{}
		}
		return t.UTC()
	}
	n := audit.Narrow{Actor: f.actor, Verb: audit.Verb(f.verb), Since: day(f.since), Till: day(f.till)}
	if !n.Till.IsZero() {
		n.Till = n.Till.AddDate(0, 0, 1)
	}
	if f.actor == "" || f.actor == theConsole {
		return n, nil
	}
	handle := strings.ToLower(strings.TrimPrefix(f.actor, "@"))
	id, err := p.around.Called(ctx, actor, handle)
	if n.Actor = string(id); fault.KindOf(err) == fault.NotFound {
		n.Actor, err = "@"+handle, nil
	}
	return n, err
}

func (f filter) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"actor": f.actor, "verb": f.verb, "since": f.since, "till": f.till} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func (p *Pages) platform(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	f := filterOf(r)
	narrow, err := p.narrow(r.Context(), actor, f)
	if err != nil {
		return err
	}
	list, check, err := p.journal.Platform(r.Context(), actor, narrow, after(r))
	if err != nil {
		return err
	}
	s, err := p.named(r.Context(), actor, list)
	if err != nil {
		return err
	}
	s.next, s.who, s.files = following(atPlatform, list.Next, f.query()), true, true
	room := ui.Page{Title: words.Say(r.Context(), "audit.platform.title"), Place: ui.Directorate, Section: "audit", Wide: true}
	return p.mux.Render(w, r, actor, room, platformPage(s, f, check))
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if err := p.journal.Verify(r.Context(), actor); err != nil {
		return err
	}
	return web.SeeOtherSaying(w, r, atPlatform, "audit.said.check")
}

func (p *Pages) checkpoint(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	c, err := p.journal.Checkpoint(r.Context(), actor)
	if err != nil {
		return err
	}
	return plain(w, "text/plain; charset=utf-8", c.Note)
}

// verifierKey is public knowledge, but the page is a member's like the others. It
// is there before the first checkpoint.
func (p *Pages) verifierKey(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	if _, err := p.journal.Checkpoint(r.Context(), actor); err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return plain(w, "text/plain; charset=utf-8", []byte(p.key+"\n"))
}

func (p *Pages) tile(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	level, n, wide, err := merkle.ParsePath("tile/" + r.PathValue("tile"))
	if err != nil {
		level, n, wide = 0, 0, merkle.Width+1 // asked all the same, and never so wide
	}
	hashes, err := p.journal.Tile(r.Context(), actor, level, n, wide)
	if err != nil {
		return err
	}
	if level == merkle.Entries {
		hashes = merkle.Bundle(hashes)
	}
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	return plain(w, "application/octet-stream", hashes)
}

func plain(w http.ResponseWriter, kind string, text []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, err := w.Write(text)
	return err
}
