// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"entente.example/internal/access"
	"entente.example/internal/intel"
)

// hosts is a bundle of n hosts: four hundred hubs in a ring, and the others around them.
func hosts(n int) string {
	id := func(kind string, i int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, i) }
	const moment = "2026-01-02T03:04:05.000Z"
	const hubs = 400
	var objects []string
	link := func(i, from, to int) {
		objects = append(objects, fmt.Sprintf(`{"type":"relationship","spec_version":"2.1","id":%q,"created":%q,"modified":%q,"relationship_type":"related-to","source_ref":%q,"target_ref":%q}`,
			id("relationship", i), moment, moment, id("infrastructure", from), id("infrastructure", to)))
	}
	for i := range n {
		objects = append(objects, fmt.Sprintf(`{"type":"infrastructure","spec_version":"2.1","id":%q,"created":%q,"modified":%q,"name":"Host %d"}`,
			id("infrastructure", i), moment, moment, i))
		switch {
		case i == 0:
		case i < hubs:
			link(2*i, i, 0)
			link(2*i+1, i, i-1)
		default:
			link(2*i, i, i%hubs)
		}
	}
	return `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-00000000fffe","objects":[` + strings.Join(objects, ",") + `]}`
}

// frames measures how long the browser takes from one frame to the next, while
// the graph is laid out.
const frames = `(async () => {
	const gaps = []; let last = performance.now(); const end = last + 4000
	while (last < end && !document.querySelector('entente-graph[data-settled]')) {
		const now = await new Promise(requestAnimationFrame); gaps.push(now - last); last = now
	}
	gaps.sort((a, b) => a - b)
	return JSON.stringify({frames: gaps.length, median: Math.round(gaps[gaps.length >> 1]), p95: Math.round(gaps[Math.floor(gaps.length * 0.95)])})
})()`

// TestAGraphOfTwoThousandIsDrawnAndListed opens the largest graph that is drawn;
// how smooth it was is told.
func TestAGraphOfTwoThousandIsDrawnAndListed(t *testing.T) {
	th := newTheatre(t)
	kestrel := access.WorkspaceID(th.text(t, `SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`))
	camille := th.as(t, "camille")
	id, err := th.Batches.Stage(t.Context(), camille, kestrel, intel.Upload{Name: "hosts.json", Content: strings.NewReader(hosts(2_500))})
	if err != nil {
		t.Fatal(err)
	}
	place := intel.Place{Workspace: kestrel, Batch: id}
	th.reaches(t, camille, place, intel.Ready)
	if err := th.Batches.Accept(t.Context(), camille, place, intel.Decision{TLP: access.Green}); err != nil {
		t.Fatal(err)
	}
	th.reaches(t, camille, place, intel.Done)
	object := th.text(t, `SELECT object_id FROM intel_object WHERE name = 'Host 0'`)
	th.enter(t, "ines")
	th.Goes("/w/" + string(kestrel) + "/objects/" + object + "/graph?steps=3")
	th.SeesElement("entente-graph.drawn canvas")
	t.Log(th.Tells(frames))
	if n := coloured(t, th.Shoots(), color.RGBA{0x1a, 0x63, 0xb3, 0xff}); n < 1_000 {
		t.Errorf("%d pixels in the colour of hosts; the drawing is empty", n)
	}
	th.SeesElement("entente-graph[data-settled]")
	listed := 0
	for page := 0; page < 10; page++ {
		th.SeesElement(".graph-list tbody tr")
		listed += th.counts(t, ".graph-list tbody tr")
		if th.counts(t, ".graph-list [rel=next]") == 0 {
			break
		}
		th.Tells("document.documentElement.dataset.before = 'yes'")
		th.Clicks(".graph-list [rel=next]")
		th.SeesElement("html:not([data-before])")
	}
	if listed != 2_000 {
		t.Errorf("the list ends after %d objects; 2,000 are drawn", listed)
	}
}

func (th *theatre) counts(t *testing.T, selector string) int {
	t.Helper()
	n, err := strconv.Atoi(th.Tells(fmt.Sprintf("String(document.querySelectorAll(%q).length)", selector)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAGraphIsSearchedAndSwitched finds a node by its name, opens it, and switches a
// kind off.
func TestAGraphIsSearchedAndSwitched(t *testing.T) {
	th := newTheatre(t)
	kestrel := "/w/" + th.text(t, `SELECT workspace_id FROM workspace_workspace WHERE name = 'KESTREL'`)
	loader := kestrel + "/objects/" + th.text(t, `SELECT object_id FROM intel_object WHERE name = 'Kestrel loader'`)
	sparrow := kestrel + "/objects/" + th.text(t, `SELECT object_id FROM intel_object WHERE name = 'Sparrow stealer'`)
	th.enter(t, "ines")
	th.Goes(loader + "/graph")
	th.SeesElement("entente-graph[data-settled]")
	th.Clicks("[data-find]")
	th.Presses("sparrow")
	th.SeesElement("[data-found]:not(:empty)")
	th.SeesElement("[data-panel][hidden]")
	th.Presses(kb.Enter)
	th.SeesElement("[data-panel]:not([hidden])")
	if name := th.Tells("document.querySelector('[data-panel-name]').textContent"); name != "Sparrow stealer" {
		t.Errorf("%q is chosen", name)
	}
	before := coloured(t, th.Shoots(), color.RGBA{0x1a, 0x63, 0xb3, 0xff})
	th.Clicks("[data-kind=value]")
	th.SeesElement("[data-kind=value][aria-pressed=false]")
	th.Clicks("[data-find]")
	th.Presses(kb.Escape)
	th.SeesElement("[data-panel][hidden]")
	th.Tells("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(''))))")
	if after := coloured(t, th.Shoots(), color.RGBA{0x1a, 0x63, 0xb3, 0xff}); after >= before {
		t.Errorf("%d pixels have the colour of values before they are switched off, %d after", before, after)
	}
	th.Clicks("[data-find]")
	th.Presses(kb.Enter)
	th.SeesElement("[data-panel]:not([hidden])")
	th.Clicks("[data-panel] a")
	th.Arrives(sparrow)
}

// coloured counts the pixels of a picture that have about that colour.
func coloured(t *testing.T, picture []byte, want color.RGBA) (n int) {
	t.Helper()
	image, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	near := func(a uint32, b uint8) bool { return max(a>>8, uint32(b))-min(a>>8, uint32(b)) < 8 }
	for y := range image.Bounds().Dy() {
		for x := range image.Bounds().Dx() {
			if r, g, b, _ := image.At(x, y).RGBA(); near(r, want.R) && near(g, want.G) && near(b, want.B) {
				n++
			}
		}
	}
	return n
}

// reaches waits until an import is in that state.
func (th *theatre) reaches(t *testing.T, actor access.Actor, place intel.Place, state intel.State) {
	t.Helper()
	for range 600 {
		view, err := th.Batches.Batch(t.Context(), actor, place.Workspace, place.Batch)
		if err != nil {
			t.Fatal(err)
		}
		if view.State == state {
			return
		}
		if err := th.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the import does not become %s", state)
}
