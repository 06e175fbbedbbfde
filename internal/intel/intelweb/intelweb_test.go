// SPDX-License-Identifier: Apache-2.0

package intelweb_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/blob/folder"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/intel/inteltest"
	"entente.example/internal/intel/intelweb"
	"entente.example/internal/job"
	"entente.example/internal/live"
	"entente.example/internal/observable"
	"entente.example/internal/sqldb"
	"entente.example/internal/sqldb/sqldbtest"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

type noMISP struct{}

func (noMISP) Sniff([]byte) bool { return false }

func (noMISP) Decode(io.ReadSeeker, func(intel.Converted) error) error { return nil }

type noWarnings struct{}

func (noWarnings) Match(observable.Value) (string, bool) { return "", false }

// house serves the pages, and does their background work in a real Runner; a
// session's token is its member's id.
type house struct {
	*testing.T
	world *gatetest.World
	mux   *web.Mux
	works func() *job.Runner // starts another Runner, until the test ends
}

func newHouse(t *testing.T) house {
	t.Helper()
	db := sqldbtest.Open(t)
	h := house{T: t, world: gatetest.New(t, db)}
	files, err := folder.New(filepath.Join(t.TempDir(), "files"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	queue := func(ctx context.Context, tx *sqldb.Tx, ws access.WorkspaceID, w intel.Work) error {
		return job.Enqueue(ctx, tx, job.Job{ID: w.ID, Kind: w.Kind, Workspace: ws, Payload: string(w.Batch), RunAt: w.At})
	}
	store := intelsql.New(h.world.Gate, intelsql.Hooks{Queue: queue})
	batches := intel.NewBatches(intel.Importing{
		Ledger: store.Ledger(), Files: files, MISP: noMISP{}, Warnings: noWarnings{}, Now: h.world.Now, NewID: h.world.NewID, Most: intel.MostObjects, Undecided: intel.MostUndecided,
	})
	h.works = func() *job.Runner { return start(t, db, h.world, batches) }
	h.mux = web.New(web.Options{
		Resume: func(_ context.Context, token string) (web.Signed, error) {
			return web.Signed{Actor: gatetest.As(token), Language: "en"}, nil
		},
		Navigate: func(_ context.Context, a access.Actor, _ access.WorkspaceID) (ui.Nav, error) {
			return ui.Nav{Member: &ui.Me{Name: string(a.Member)}}, nil
		},
		Hub: &live.Hub{}, Log: slog.New(slog.DiscardHandler), NewID: h.world.NewID, Now: h.world.Now, After: time.After,
	})
	intelweb.New(batches, intel.NewObjects(store.Shelf(), h.world.Now, h.world.NewID), intel.NewHandlings(store.Handlings(), h.world.Now, h.world.NewID), intel.NewSavedFilters(store.Saved(), h.world.Now)).Mount(h.mux)
	return h
}

// start lets a new Runner do what is queued.
func start(t *testing.T, db *sqldb.DB, world *gatetest.World, batches *intel.Batches) *job.Runner {
	jobs := job.New(db, slog.New(slog.DiscardHandler), world.Now, job.Settings{Name: world.NewID(), Rest: 5 * time.Millisecond})
	for kind, work := range map[string]func(context.Context, intel.Place) error{
		intel.CheckWork: batches.Check, intel.ApplyWork: batches.Apply, intel.UndoWork: batches.TakeBack,
	} {
		jobs.Handle(kind, job.Kind{Work: func(ctx context.Context, j job.Job) error {
			return work(ctx, intel.Place{Workspace: j.Workspace, Batch: intel.BatchID(j.Payload)})
		}})
	}
	jobs.Start(t.Context())
	t.Cleanup(jobs.Stop)
	return jobs
}

func (h house) send(member string, r *http.Request) *httptest.ResponseRecorder {
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: member})
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return w
}

func (h house) get(member, path string) *httptest.ResponseRecorder {
	return h.send(member, httptest.NewRequest(http.MethodGet, path, nil))
}

func (h house) post(member, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.send(member, r)
}

// upload sends the import form with a file, or with pasted text.
func (h house) upload(member, file, text string) *httptest.ResponseRecorder {
	h.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	name := "file.json"
	if file == "" {
		name = "" // as a browser sends a file that nobody chose
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		h.Fatal(err)
	}
	if _, err := io.WriteString(part, file); err != nil {
		h.Fatal(err)
	}
	if err := form.WriteField("text", text); err != nil {
		h.Fatal(err)
	}
	if err := form.Close(); err != nil {
		h.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/w/tyche/import", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return h.send(member, r)
}

// until asks a page until it holds the text.
func (h house) until(member, path, text string) string {
	h.Helper()
	var page string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if page = h.get(member, path).Body.String(); strings.Contains(page, text) {
			return page
		}
	}
	h.Fatalf("GET %s never says %q: %s", path, text, page)
	return ""
}

func (h house) holds(w *httptest.ResponseRecorder, status int, wanted ...string) {
	h.Helper()
	if w.Code != status {
		h.Errorf("status %d; want %d: %s", w.Code, status, w.Body)
	}
	for _, text := range wanted {
		if !strings.Contains(w.Body.String(), text) {
			h.Errorf("%q is missing in %s", text, w.Body)
		}
	}
}

func TestAFileComesInByTheFormAndOutByTheExport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.works()
	file := inteltest.LookAlike(300)
	sent := h.upload("ann", file, "")
	h.holds(sent, http.StatusSeeOther)
	batch := sent.Header().Get("Location")
	preview := h.until("ann", batch, "Waits for a decision")
	for _, text := range []string{`data-verdict="new" data-count="300"`, "By type", "Attack pattern", "Accept 300 objects"} {
		if !strings.Contains(preview, text) {
			t.Errorf("%q is missing in the preview", text)
		}
	}
	choice := url.Values{"decision": {"accept"}, "tlp": {"CLEAR"}, "pap": {"0"}, "court": {"0"}}
	h.holds(h.post("ann", batch+"/decision", choice), http.StatusSeeOther)
	h.until("ann", batch, "Imported")
	h.holds(h.get("ann", batch+"/progress"), http.StatusOK, `"done":300,"total":300,"state":"done"`)
	h.holds(h.post("ann", batch+"/decision", choice), http.StatusUnprocessableEntity, "Somebody has decided")

	h.holds(h.get("bob", "/w/tyche/intel"), http.StatusOK, "Technique 299 é", "Example Threat Library", "TLP:CLEAR")
	found := h.get("bob", "/w/tyche/intel?q=host-11[.]example")
	h.holds(found, http.StatusOK, "Indicator 11")
	_, rest, _ := strings.Cut(found.Body.String(), `href="/w/tyche/objects/`)
	id, _, _ := strings.Cut(rest, `"`)
	entity := h.get("bob", "/w/tyche/objects/"+id)
	h.holds(entity, http.StatusOK, "host-11[.]example", "file.json", "Member ann", "Organisation pol-fr")
	if _, properties, _ := strings.Cut(entity.Body.String(), "What it is"); strings.Contains(strings.Split(properties, "<details")[0], "host-11.example") {
		t.Error("the properties show a value that is not defanged")
	}

	h.holds(h.get("ann", "/w/tyche/export"), http.StatusOK, "300 objects")
	out := h.post("ann", "/w/tyche/export?type=indicator", nil)
	if objects := inteltest.Split(t, out.Body); len(objects) != 59 {
		t.Errorf("%d objects; want the 59 indicators", len(objects))
	}
	sheet := h.post("ann", "/w/tyche/intel/csv?type=indicator&sort=name", nil)
	if name := sheet.Header().Get("Content-Disposition"); !strings.Contains(name, "TLP-CLEAR-intelligence.csv") {
		t.Errorf("the sheet is called %s", name)
	}
	if body := sheet.Body.String(); !strings.HasPrefix(body, "\uFEFFTLP:CLEAR · police use only · 59 objects\r\n") || strings.Count(body, "\r\n") != 61 {
		t.Errorf("the sheet begins %.80q", body)
	}
	one := url.Values{"chosen": {"yes"}, "object": {id}}
	if objects := inteltest.Split(t, h.post("ann", "/w/tyche/export", one).Body); len(objects) != 1 {
		t.Errorf("%d objects; want the one that was picked", len(objects))
	}
	for _, path := range []string{"/w/tyche/export", "/w/tyche/intel/csv"} {
		h.holds(h.post("ann", path, url.Values{"chosen": {"yes"}}), http.StatusSeeOther) // none picked is not all
	}
	h.holds(h.post("ann", "/w/tyche/intel/saved", url.Values{"name": {"Ours"}, "type": {"indicator"}}), http.StatusSeeOther)
	h.holds(h.get("ann", "/w/tyche/intel"), http.StatusOK, "Ours", "/w/tyche/intel?type=indicator")
	h.holds(h.post("ann", "/w/tyche/intel/saved", url.Values{"name": {""}, "type": {"indicator"}}), http.StatusUnprocessableEntity)
	h.holds(h.post("ann", "/w/tyche/intel/saved/drop", url.Values{"name": {"Ours"}}), http.StatusSeeOther)
	h.holds(h.get("ann", "/w/tyche/intel?sort=name"), http.StatusOK, `aria-sort="ascending"`)
	h.holds(h.post("ann", batch+"/undo", nil), http.StatusSeeOther)
	h.until("ann", batch, "Undone")
	h.holds(h.get("bob", "/w/tyche/intel"), http.StatusOK, "Nothing has been imported yet")
}

func TestANewRunnerFinishesWhatAStoppedOneBegan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.works()
	batch := h.upload("ann", inteltest.LookAlike(6_000), "").Header().Get("Location")
	h.until("ann", batch, "Waits for a decision")
	h.post("ann", batch+"/decision", url.Values{"decision": {"accept"}, "tlp": {"CLEAR"}})
	for strings.Contains(h.get("ann", batch+"/progress").Body.String(), `"done":0,`) {
		time.Sleep(time.Millisecond)
	}
	first.Stop()
	h.holds(h.get("ann", batch+"/progress"), http.StatusOK, `"state":"running"`)
	h.holds(h.get("bob", "/w/tyche/intel"), http.StatusOK, "Nothing has been imported yet")
	h.works()
	h.until("ann", batch, "Imported")
	h.holds(h.get("ann", "/w/tyche/export"), http.StatusOK, "6,000 objects")
}

func TestPastedTextIsReadForItsValues(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.works()
	sent := h.upload("ann", "", "seen: hxxp://evil[.]example/gate and 198.51.100[.]7")
	h.holds(sent, http.StatusSeeOther)
	h.until("ann", sent.Header().Get("Location"), "Accept 2 objects")
	h.holds(h.upload("ann", "", strings.Repeat("evil[.]example ", 100_000)), http.StatusUnprocessableEntity, "longer than 1 MB")
}

func TestAnUploadThatCannotBeTakenSaysWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.holds(h.upload("ann", "", "  "), http.StatusUnprocessableEntity, "Choose a file, or paste some text.")
	huge := httptest.NewRequest(http.MethodPost, "/w/tyche/import", io.MultiReader(
		strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n"),
		io.LimitReader(spaces{}, 200<<20)))
	huge.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	h.holds(h.send("ann", huge), http.StatusUnprocessableEntity, "128 MB")
	gone := httptest.NewRequest(http.MethodPost, "/w/tyche/import", strings.NewReader(
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{\"type\":\"bundle\","))
	gone.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	h.holds(h.send("ann", gone), http.StatusUnprocessableEntity, "The upload broke off")
	h.holds(h.get("ann", "/w/tyche/imports"), http.StatusOK, "No imports yet")
}

// spaces is a file without end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAStrangerLearnsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent := h.upload("ann", inteltest.LookAlike(10), "")
	batch := sent.Header().Get("Location")
	for _, path := range []string{"/w/tyche/intel", "/w/tyche/import", "/w/tyche/imports", batch, batch + "/progress", "/w/tyche/export", "/w/tyche/objects/x"} {
		there, absent := h.get("eve", path), h.get("eve", strings.Replace(path, "tyche", "nowhere", 1))
		if there.Code != http.StatusNotFound || absent.Code != http.StatusNotFound {
			t.Errorf("%s: %d there, %d where nothing is; want not found", path, there.Code, absent.Code)
		}
	}
	h.holds(h.upload("eve", inteltest.LookAlike(10), ""), http.StatusNotFound)
	h.holds(h.get("bob", batch), http.StatusNotFound) // before its decision it is its organisation's
	h.holds(h.get("ann", batch), http.StatusOK, "Stop and take back")
	h.holds(h.post("ann", batch+"/decision", url.Values{"decision": {"refuse"}}), http.StatusSeeOther)
	h.holds(h.get("ann", batch), http.StatusOK, "Refused")
}

func TestAnExportThatBreaksOffIsSeenToBreakOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.works()
	batch := h.upload("ann", inteltest.LookAlike(1_200), "").Header().Get("Location")
	h.until("ann", batch, "Waits for a decision")
	h.post("ann", batch+"/decision", url.Values{"decision": {"accept"}, "tlp": {"CLEAR"}})
	h.until("ann", batch, "Imported")
	r := httptest.NewRequest(http.MethodPost, "/w/tyche/export", nil)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "ann"})
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the connection is not broken off")
		}
	}()
	h.mux.ServeHTTP(&suspending{ResponseRecorder: httptest.NewRecorder(), h: h}, r)
}

// suspending is a browser whose reader is suspended when the first bytes come.
type suspending struct {
	*httptest.ResponseRecorder
	h    house
	done bool
}

func (s *suspending) Write(p []byte) (int, error) {
	if !s.done {
		s.done = true
		s.h.world.Exec(s.h, `UPDATE member_member SET state = 'suspended' WHERE member_id = 'ann'`)
	}
	return s.ResponseRecorder.Write(p)
}

// TestManySourcesMakeNoLongPage holds the list to a size that readers of a thin
// line can bear, whatever one of them has imported.
func TestManySourcesMakeNoLongPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.works()
	batch := h.upload("ann", inteltest.LookAlike(20), "").Header().Get("Location")
	h.until("ann", batch, "Waits for a decision")
	h.post("ann", batch+"/decision", url.Values{"decision": {"accept"}, "tlp": {"CLEAR"}})
	h.until("ann", batch, "Imported")
	h.world.Exec(t, `
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000),
			one AS (SELECT workspace_id, batch_id, handling_id FROM intel_tally LIMIT 1)
		INSERT INTO intel_tally (workspace_id, batch_id, type, handling_id, source, objects)
		SELECT one.workspace_id, one.batch_id, 'x-type-' || n.i, one.handling_id, 'Source ' || n.i, 1 FROM n, one`)
	page := h.get("bob", "/w/tyche/intel?source=Source+9999").Body.String()
	if len(page) > 200<<10 {
		t.Errorf("the list of an operation with 10,000 sources has %d bytes", len(page))
	}
	for _, text := range []string{"Source 9999", "and 9,9"} {
		if !strings.Contains(page, text) {
			t.Errorf("%q is missing", text)
		}
	}
}

func TestGraphAndPicture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.works()
	batch := h.upload("ann", inteltest.LookAlike(50), "").Header().Get("Location")
	h.until("ann", batch, "Waits for a decision")
	h.post("ann", batch+"/decision", url.Values{"decision": {"accept"}, "tlp": {"CLEAR"}})
	h.until("ann", batch, "Imported")
	list := h.get("bob", "/w/tyche/intel?q=Technique+9").Body.String()
	_, rest, found := strings.Cut(list, "/w/tyche/objects/")
	if !found {
		t.Fatal("the list shows no object")
	}
	object := "/w/tyche/objects/" + rest[:strings.IndexByte(rest, '"')]
	if page := h.get("bob", object+"/graph"); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "Technique 8 é") {
		t.Errorf("%d: the graph's list does not show the neighbour", page.Code)
	}
	data := h.get("bob", object+"/graph/data?steps=1")
	if !strings.Contains(data.Body.String(), `"ties":[[0,1,"uses"]]`) || strings.Contains(data.Body.String(), "--") {
		t.Errorf("data = %s; want one tie, and no STIX id", data.Body)
	}
	for _, path := range []string{object + "/graph", object + "/graph/data", "/w/tyche/picture"} {
		if got := h.get("eve", path).Code; got != http.StatusNotFound {
			t.Errorf("%s answers a stranger %d", path, got)
		}
	}
	if page := h.get("bob", "/w/tyche/picture").Body.String(); !strings.Contains(page, "attack-pattern") {
		t.Error("the picture names no kind of object")
	}
}
