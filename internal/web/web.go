// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/live"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// Page answers a request in the actor's name, or says why it cannot.
type Page func(w http.ResponseWriter, r *http.Request, actor access.Actor) error

// Signed is who a session belongs to, and how they read.
type Signed struct {
	Actor    access.Actor
	Language string
	Zone     string
	Theme    string
	KeysOff  bool      // no shortcuts of a single key
	IdleEnd  time.Time // when the session ends unless it is used before
	LastEnd  time.Time // when it ends however much it is used
}

// Options is what the pages ask of the rest of the house.
type Options struct {
	// Resume returns who holds the session of that token; it fails with
	// access.ErrNobody where there is none, or no longer.
	Resume func(ctx context.Context, token string) (Signed, error)
	// Check is Resume without a trace: a page that is only open keeps no session
	// alive.
	Check func(ctx context.Context, token string) (Signed, error)
	// Navigate returns what the frame shows of the reader; workspace is empty
	// outside one.
	Navigate func(ctx context.Context, actor access.Actor, workspace access.WorkspaceID) (ui.Nav, error)
	// Watch asks whether the actor may follow what a page shows. The Grant says what they may hear of, and until when.
	Watch func(ctx context.Context, actor access.Actor, page Followed) (access.Grant, error)

	// Visit lets all that is read with the context that it returns be read in one
	// snapshot, until end is called.
	Visit func(ctx context.Context) (visiting context.Context, end func())

	Hub   *live.Hub
	Log   *slog.Logger
	NewID func() string
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
	Demo  bool

	Secure  bool                        // browsers come by https: they are told to come no other way
	Seen    func(context.Context, Note) // is told of each request; may be nil
	Closing <-chan struct{}             // closed when open pages shall ask another node; may be nil
}

// Mux mounts pages. It finds out who asks, and it is the one place that turns
// errors into pages.
type Mux struct {
	Options
	http    *http.ServeMux
	guard   http.Handler // refuses requests that another site forged
	routes  []string
	zones   sync.Map // name → *time.Location
	streams sync.Map // access.MemberID → *atomic.Int64

	open       atomic.Int64 // streams of all
	departures atomic.Int64 // streams that were sent elsewhere
}

// New returns a Mux without pages but for its own: the stream, the counts.
func New(o Options) *Mux {
	m := &Mux{Options: o, http: http.NewServeMux()}
	m.guard = http.NewCrossOriginProtection().Handler(m.http)
	m.handleNow(atStream, m.stream)
	m.Handle("GET /session", m.session)
	m.Handle("GET /nav", m.counts)
	m.Handle("/", m.nowhere)
	return m
}

// formLimit is the size of a request's body, but for uploads.
const formLimit = 1 << 20

// Handle mounts page at pattern, with a body of at most a megabyte.
func (m *Mux) Handle(pattern string, page Page) { m.HandleLarge(pattern, formLimit, page) }

// HandleLarge mounts page at pattern with a body of at most limit bytes.
func (m *Mux) HandleLarge(pattern string, limit int64, page Page) {
	m.routes = append(m.routes, pattern)
	m.http.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		w, r, leave := m.visit(w, r)
		defer leave()
		m.answer(w, r, pattern, page)
	})
}

// handleNow mounts a page that goes on: each time it asks, it is answered by what
// is so then, and never by the snapshot in which its reader was recognised.
func (m *Mux) handleNow(pattern string, page Page) {
	m.routes = append(m.routes, pattern)
	m.http.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, formLimit)
		m.answer(w, r, pattern, page)
	})
}

// answer finds out who asks, and gives them the page, or an error as a page.
func (m *Mux) answer(w http.ResponseWriter, r *http.Request, pattern string, page Page) {
	signed, err := m.signed(r)
	r = r.WithContext(words.With(r.Context(), m.reader(r, signed)))
	r = r.WithContext(context.WithValue(r.Context(), signedKey{}, signed))
	if err == nil {
		noteOf(r.Context()).Member = signed.Actor.Member
		err = page(w, r, signed.Actor)
	}
	if err != nil {
		m.fail(w, r, signed.Actor, pattern, err)
	}
}

// HandleFiles mounts files that are the same for all: styles, scripts, fonts.
func (m *Mux) HandleFiles(pattern string, files http.Handler) {
	m.routes = append(m.routes, pattern)
	m.http.Handle(pattern, files)
}

// Routes lists the patterns mounted, for the access matrix.
func (m *Mux) Routes() []string { return m.routes }

// ServeHTTP answers a request after what holds for all of them.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	Headers(w.Header(), m.Secure)
	m.noted(w, r, m.guard)
}

// Headers sets what a browser must know of every answer (OWASP ASVS 5.0, 3.4);
// secure says that it came by https.
func Headers(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "+
		"img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
	h.Set("Cache-Control", "no-store")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// SessionCookie carries the token of a session.
const SessionCookie = "__Host-entente"

// The cookies by which a browser keeps what was chosen in the frame.
const (
	LanguageCookie = "entente-language"
	ThemeCookie    = "entente-theme"
)

// Token returns the session token that r carries, or "".
func Token(r *http.Request) string {
	c, err := r.Cookie(SessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// signed finds out who asks: nobody, where no session holds.
func (m *Mux) signed(r *http.Request) (Signed, error) {
	token := Token(r)
	if token == "" {
		return Signed{}, nil
	}
	resume := m.Resume
	if r.Header.Get(unasked) != "" || r.Pattern == atStream {
		resume = m.Check
	}
	signed, err := resume(r.Context(), token)
	if fault.KindOf(err) == fault.Unauthenticated {
		return Signed{}, nil
	}
	return signed, err
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func (m *Mux) reader(r *http.Request, s Signed) words.Reader {
	zone := m.zone(s.Zone)
	return words.Reader{
		Tag:  words.Match(s.Language, cookie(r, LanguageCookie), r.Header.Get("Accept-Language")),
		Zone: zone,
		Year: m.Now().In(zone).Year(),
	}
}

// zone reads the rules of a time zone once: they are files. Without a known name
// it is UTC.
func (m *Mux) zone(name string) *time.Location {
	if known, ok := m.zones.Load(name); ok {
		zone, _ := known.(*time.Location)
		return zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	m.zones.Store(name, zone)
	return zone
}

// atStream is the pattern of the stream, which a page opens again by itself.
const atStream = "GET /live"

// unasked is the header of what an open page asks for by itself, because it was
// told of news: that keeps no session alive.
const unasked = "Entente-Unasked"

type signedKey struct{}

// signedOf returns whose session the request bears; nobody's where it bears none.
func signedOf(ctx context.Context) Signed {
	signed, _ := ctx.Value(signedKey{}).(Signed)
	return signed
}

func theme(r *http.Request, s Signed) string {
	for _, wish := range []string{s.Theme, cookie(r, ThemeCookie)} {
		if wish == "light" || wish == "dark" {
			return wish
		}
	}
	return ""
}

// Workspace returns the workspace that the request's path names: the Knowledge
// Exchange where it names none.
func Workspace(r *http.Request) access.WorkspaceID {
	if id := r.PathValue("workspace"); id != "" {
		return access.WorkspaceID(id)
	}
	return access.Exchange
}

// WorkspacePath returns the path below which a workspace's pages lie.
func WorkspacePath(id access.WorkspaceID) string {
	if id == access.Exchange {
		return "/exchange"
	}
	return "/w/" + url.PathEscape(string(id))
}

// PersonPath returns the path of a person's page within a workspace.
func PersonPath(id access.WorkspaceID, handle string) string {
	return WorkspacePath(id) + "/people/" + url.PathEscape(handle)
}

// FieldError returns what err says of one field of a form, or "".
func FieldError(ctx context.Context, err error, field string) string {
	for _, e := range fault.Each(err) {
		if e.Field == field {
			return words.Fault(ctx, e)
		}
	}
	return ""
}

// Problems returns what the summary above a form says of err: all that is wrong.
func Problems(ctx context.Context, err error) (list []ui.FieldError) {
	for _, e := range fault.Each(err) {
		list = append(list, ui.FieldError{Field: e.Field, Text: words.Fault(ctx, e)})
	}
	return list
}

// Render sends a page in its frame, whole or not at all.
func (m *Mux) Render(w http.ResponseWriter, r *http.Request, actor access.Actor, page ui.Page, body templ.Component) error {
	return m.render(w, r, actor, http.StatusOK, page, body)
}

// RenderInvalid sends a form again, with what was typed and what is wrong with it.
func (m *Mux) RenderInvalid(w http.ResponseWriter, r *http.Request, actor access.Actor, page ui.Page, body templ.Component) error {
	return m.render(w, r, actor, http.StatusUnprocessableEntity, page, body)
}

func (m *Mux) render(w http.ResponseWriter, r *http.Request, actor access.Actor, status int, page ui.Page, body templ.Component) error {
	nav, err := m.nav(r, actor)
	if err != nil {
		return err
	}
	if page.Follow == "" && actor.Kind == access.Person {
		page.Follow = "w=" + url.QueryEscape(r.PathValue("workspace")) // each open page goes dark when its reader may no longer read
	}
	nav.Notices = append(nav.Notices, notices(w, r)...)
	return send(w, r, status, ui.Frame(page, nav), body)
}

// nav asks for the frame's contents. A workspace that the reader may not enter
// is left out of it: the page itself says what there is to say.
func (m *Mux) nav(r *http.Request, actor access.Actor) (ui.Nav, error) {
	var nav ui.Nav
	if actor.Kind == access.Person {
		workspace := access.WorkspaceID(r.PathValue("workspace"))
		var err error
		if nav, err = m.Navigate(r.Context(), actor, workspace); err != nil {
			return ui.Nav{}, err
		}
	}
	nav.Demo = m.Demo
	nav.Path, nav.Back = r.URL.Path, m.comeBack(r)
	signed := signedOf(r.Context())
	nav.Theme, nav.KeysOff, nav.Left = theme(r, signed), signed.KeysOff, m.left(signed)
	return nav, nil
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// send renders frame around body into a buffer first: an error never follows
// half a page.
func send(w http.ResponseWriter, r *http.Request, status int, frame, body templ.Component) error {
	buf, _ := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	ctx := r.Context()
	if frame != nil {
		ctx = templ.WithChildren(ctx, body)
	} else {
		frame = body
	}
	if err := frame.Render(ctx, buf); err != nil {
		return err
	}
	return respond(w, r, status, "text/html; charset=utf-8", buf.Bytes())
}

// Fragment sends a part of a page, without a frame.
func Fragment(w http.ResponseWriter, r *http.Request, body templ.Component) error {
	return send(w, r, http.StatusOK, nil, body)
}

// JSON sends v to one of the page's own scripts.
func JSON(w http.ResponseWriter, v any) error { return jsonStatus(w, http.StatusOK, v) }

// jsonStatus sends v with a status.
func jsonStatus(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(text)
	return gone(err)
}

// gone drops the error of a reader who is no longer there.
func gone(err error) error {
	if err != nil {
		return errGone
	}
	return nil
}

var errGone = errors.New("the reader is gone")
