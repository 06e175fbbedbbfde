// SPDX-License-Identifier: Apache-2.0

package intelweb

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/text/language"

	"entente.example/internal/access"
	"entente.example/internal/intel"
	"entente.example/internal/web"
	"entente.example/internal/web/assets"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// pictureBars is how many kinds of object a chart names.
const pictureBars = 12

// pictureView is what the picture of an operation shows.
type pictureView struct {
	intel.Picture
	At string
}

func (p *Pages) picture(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	ws := web.Workspace(r)
	picture, err := p.objects.Picture(r.Context(), actor, ws)
	if err != nil {
		return err
	}
	head := frame(r.Context(), "intelweb.picture.title", "picture")
	head.Script, head.Charts = "map.js", true
	return p.mux.Render(w, r, actor, head, picturePage(pictureView{picture, web.WorkspacePath(ws)}))
}

func (v pictureView) kinds(ctx context.Context) (bars []ui.Bar) {
	for _, f := range v.Facets.Types {
		if f.Value == "relationship" || len(bars) == pictureBars { // links are not what is linked
			continue
		}
		bars = append(bars, ui.Bar{Label: ui.TypeName(ctx, f.Value), Href: v.At + "/intel?type=" + url.QueryEscape(f.Value), Value: f.Objects, Kind: ui.KindOf(f.Value)})
	}
	return bars
}

func (v pictureView) sources() (bars []ui.Bar) {
	for _, f := range v.Facets.Sources[:min(len(v.Facets.Sources), pictureBars)] {
		bars = append(bars, ui.Bar{Label: f.Value, Href: v.At + "/intel?source=" + url.QueryEscape(f.Value), Value: f.Objects, Kind: "identity"})
	}
	return bars
}

func (v pictureView) days(ctx context.Context) (points []ui.Point) {
	for _, d := range v.Days {
		points = append(points, ui.Point{Label: words.Date(ctx, d.Day), Value: d.Objects})
	}
	return points
}

// mostUsed is the figure that the deepest colour of the matrix stands for.
func (v pictureView) mostUsed() (n int64) {
	for _, tactic := range v.Tactics {
		for _, technique := range tactic.Techniques {
			n = max(n, technique.Uses)
		}
	}
	return n
}

// mostPointed is the figure that the deepest colour of the map stands for.
func (v pictureView) mostPointed() int64 {
	if len(v.Places) == 0 {
		return 0
	}
	return v.Places[0].Uses
}

// world is where the map finds the outlines of countries.
func world() string { return assets.URL("world.json") }

// m49 is the number that the map knows a country by (UN M49).
func m49(country access.Country) string {
	region, err := language.ParseRegion(string(country))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%03d", region.M49())
}

// tactic is the name of an ATT&CK tactic as it is read: those that the matrix
// has are translated, others are shown as they came.
func tactic(ctx context.Context, t intel.Tactic) string {
	if !t.Known() {
		return t.Name
	}
	return words.Say(ctx, "intelweb.tactic."+t.Name)
}
