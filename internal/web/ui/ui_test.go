// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"entente.example/internal/access"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

func in(tag words.Tag) context.Context {
	return words.With(context.Background(), words.Reader{Tag: tag})
}

// rendered parses what c renders, with children inside.
func rendered(t *testing.T, ctx context.Context, c, children templ.Component) *html.Node {
	t.Helper()
	if children != nil {
		ctx = templ.WithChildren(ctx, children)
	}
	var out strings.Builder
	if err := c.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// find lists the elements that want is true of.
func find(doc *html.Node, want func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && want(n) {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func class(name string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		for _, c := range strings.Fields(attr(n, "class")) {
			if c == name {
				return true
			}
		}
		return false
	}
}

func tag(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func member() ui.Nav {
	return ui.Nav{
		Member:      &ui.Me{Name: "Amélie Laurent", Org: "Sous-direction cyber", Country: "fr", Initials: "AL"},
		Exchange:    []ui.NavItem{{Label: "Trends", Href: "/exchange/c/1", Unread: 7, Key: "trends"}},
		Operations:  []ui.NavItem{{Label: "HARBOUR LIGHT", Href: "/w/1", Unread: 6}, {Label: "SILENT QUARRY", Href: "/w/2"}},
		Directorate: true, Desk: true, Inbox: 5, Demo: true, Path: "/exchange",
		Notices: []ui.Notice{{Kind: ui.Good, Text: "Saved."}},
	}
}

func inOperation() ui.Nav {
	nav := member()
	nav.Workspace = &ui.Workspace{ID: "1", Name: "HARBOUR LIGHT", Phase: "Active", Ceiling: access.AmberStrict, Role: "Analyst", Hits: 2, Unread: 6}
	return nav
}

// samples are pages that hold between them each component in each state.
func samples() map[string]struct{ frame, body templ.Component } {
	wide := ui.Page{Title: "Components", Place: ui.Operation, Section: "intel", Crumbs: []ui.Link{{Label: "Home", Href: "/home"}, {Label: "Here"}}, Follow: "w=1", Wide: true}
	return map[string]struct{ frame, body templ.Component }{
		"an operation with every component": {ui.Frame(wide, inOperation()), ui.Design("#")},
		"the Knowledge Exchange":            {ui.Frame(ui.Page{Title: "Trends", Place: ui.Exchange, Section: "trends"}, member()), templ.NopComponent},
		"the directorate":                   {ui.Frame(ui.Page{Title: "Requests", Place: ui.Directorate}, member()), templ.NopComponent},
		"the desk":                          {ui.Frame(ui.Page{Title: "Hits", Place: ui.Desk}, member()), templ.NopComponent},
		"a page outside":                    {ui.Frame(ui.Page{Title: "Sign in"}, ui.Nav{}), ui.Passkey(ui.PasskeySignin, "/b", "/f", "/home")},
		"an error":                          {ui.ErrorPage(ui.Page{}, member(), 404, "Nothing here", "There is nothing here.", "ab12"), nil},
		"a job":                             {ui.Frame(ui.Page{Title: "Import", Place: ui.Mine}, member()), ui.Job("/jobs/1", 10, 100)},
	}
}

func TestEveryPageHoldsInEveryLanguage(t *testing.T) {
	for name, sample := range samples() {
		for _, language := range words.Tags() {
			t.Run(fmt.Sprintf("%s, %s", name, language), func(t *testing.T) {
				doc := rendered(t, in(language), sample.frame, sample.body)
				checkNothingInline(t, doc)
				checkIDs(t, doc)
				checkNames(t, doc)
				checkIcons(t, doc)
				root := find(doc, tag("html"))[0]
				if dir := attr(root, "dir"); attr(root, "lang") != string(language) || (dir == "rtl") != (language == words.Arabic) {
					t.Errorf("lang %q, dir %q", attr(root, "lang"), dir)
				}
				if key := regexp.MustCompile(`\bui\.[a-z_.]+`).FindString(text(doc)); key != "" {
					t.Errorf("the key %q is shown instead of its words", key)
				}
			})
		}
	}
}

// The Content-Security-Policy allows nothing inline.
func checkNothingInline(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, n := range find(doc, func(*html.Node) bool { return true }) {
		if n.Data == "style" || n.Data == "script" && attr(n, "src") == "" {
			t.Errorf("<%s> inline", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
}

func checkIDs(t *testing.T, doc *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range find(doc, func(n *html.Node) bool { return attr(n, "id") != "" }) {
		if id := attr(n, "id"); ids[id] {
			t.Errorf("two elements have the id %q", id)
		} else {
			ids[id] = true
		}
	}
	for _, n := range find(doc, func(*html.Node) bool { return true }) {
		for _, name := range []string{"for", "aria-describedby", "popovertarget"} {
			for _, id := range strings.Fields(attr(n, name)) {
				if !ids[id] {
					t.Errorf("<%s %s=%q> leads nowhere", n.Data, name, id)
				}
			}
		}
	}
}

// Whatever one can use has a name that a screen reader says.
func checkNames(t *testing.T, doc *html.Node) {
	t.Helper()
	labelled := map[string]bool{}
	for _, n := range find(doc, tag("label")) {
		labelled[attr(n, "for")] = true
		for _, input := range find(n, tag("input")) {
			labelled[attr(input, "id")] = true
		}
	}
	for _, n := range find(doc, func(n *html.Node) bool { return n.Data == "a" || n.Data == "button" || n.Data == "summary" }) {
		if text(n) == "" {
			t.Errorf("<%s class=%q> has no words", n.Data, attr(n, "class"))
		}
	}
	for _, n := range find(doc, func(n *html.Node) bool { return n.Data == "input" || n.Data == "select" || n.Data == "textarea" }) {
		if kind := attr(n, "type"); kind != "hidden" && kind != "radio" && attr(n, "aria-label") == "" && !labelled[attr(n, "id")] {
			t.Errorf("<%s name=%q> has no label", n.Data, attr(n, "name"))
		}
	}
	for _, n := range find(doc, tag("img")) {
		if len(find(n.Parent, tag("span"))) == 0 || attr(n, "width") == "" {
			t.Errorf("the image %q stands without words or size", attr(n, "src"))
		}
	}
}

func checkIcons(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, n := range find(doc, class("icon")) {
		if n.FirstChild == nil || len(find(n, func(*html.Node) bool { return true })) == 0 {
			t.Errorf("an icon in <%s class=%q> has no drawing", n.Parent.Data, attr(n.Parent, "class"))
		}
	}
}

func TestTheMarkingBar(t *testing.T) {
	exchange := inOperation()
	exchange.Workspace.Exchange = true
	for name, c := range map[string]struct {
		place ui.Place
		nav   ui.Nav
		want  string
	}{
		"an operation bears name, ceiling and use":              {ui.Operation, inOperation(), "HARBOUR LIGHT TLP:AMBER+STRICT Police use only"},
		"whatever the place says, an operation's page bears it": {ui.Mine, inOperation(), "HARBOUR LIGHT TLP:AMBER+STRICT Police use only"},
		"the Knowledge Exchange has none":                       {ui.Exchange, exchange, ""},
		"the list of operations has none":                       {ui.Operation, member(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc := rendered(t, in(words.English), ui.Frame(ui.Page{Title: "T", Place: c.place}, c.nav), templ.NopComponent)
			got := ""
			for _, bar := range find(doc, class("marking")) {
				got += strings.TrimSpace(strings.Join([]string{text(find(bar, class("marking-name"))[0]), text(find(bar, class("marking-tlp"))[0]), text(find(bar, class("marking-use"))[0])}, " "))
			}
			if got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// undesigned are the components that Design has no place for, and why.
var undesigned = map[string]string{
	"Design": "it is the page itself", "Frame": "it stands around the page", "Counters": "it swaps the counters of the rail, which is there",
	"ErrorPage": "it is a page of its own", "SignedOut": "it is one, too",
	"Upload": "it watches a form that sends a file; its looks are FileField and Progress", "Job": "it would ask for a job that is not there; its look is Progress",
	"MineTabs": "it is Tabs, with their addresses",
}

// TestEachComponentIsInDesign so that who builds a page finds what there is.
func TestEachComponentIsInDesign(t *testing.T) {
	names, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	design, defined := "", map[string]bool{}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "design") {
			design += string(source)
		}
		for _, m := range regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`).FindAllSubmatch(source, -1) {
			defined[string(m[1])] = true
		}
	}
	if len(defined) < 50 {
		t.Fatalf("only %d components found", len(defined))
	}
	for name := range defined {
		shown := strings.Contains(design, "@"+name+"(")
		if _, excused := undesigned[name]; shown == excused {
			t.Errorf("%s is shown in Design: %t; excused: %t", name, shown, excused)
		}
	}
}

func TestNobodyIsShownNoRooms(t *testing.T) {
	nav := member()
	nav.Member = nil
	doc := rendered(t, in(words.English), ui.Frame(ui.Page{Title: "Trends", Place: ui.Exchange}, nav), templ.NopComponent)
	if got := find(doc, class("rail")); len(got) != 0 {
		t.Error("the rail is shown to nobody")
	}
	if got := attr(find(doc, tag("body"))[0], "data-place"); got != "outside" {
		t.Errorf("place %q", got)
	}
}

// What the stream refreshes must be found again on the page.
func TestCountersMatchTheRail(t *testing.T) {
	keys := func(doc *html.Node) map[string]string {
		found := map[string]string{}
		for _, n := range find(doc, func(n *html.Node) bool { return attr(n, "data-count") != "" }) {
			found[attr(n, "data-count")] = text(n)
		}
		return found
	}
	nav := inOperation()
	fragment := keys(rendered(t, in(words.French), ui.Counters(nav), nil))
	page := keys(rendered(t, in(words.French), ui.Frame(ui.Page{Title: "T", Place: ui.Operation}, nav), templ.NopComponent))
	for key, want := range page {
		if got, there := fragment[key]; key != "/home" && key != "/desk" && key != "/directorate" && (!there || got != want) {
			t.Errorf("%s: %q on the page, %q in the fragment (%v)", key, want, got, there)
		}
	}
	if page["/w/1/hits"] != "2 2 nouveaux" {
		t.Errorf("hits: %q", page["/w/1/hits"])
	}
}

func TestWhatIsTypedStaysText(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	field := ui.Field{Name: "q", Label: hostile, Value: hostile, Hint: hostile, Error: hostile}
	doc := rendered(t, in(words.English), ui.TextField(field), nil)
	checkNothingInline(t, doc)
	if got := attr(find(doc, tag("input"))[0], "value"); got != hostile {
		t.Errorf("value %q", got)
	}
	doc = rendered(t, in(words.English), ui.LinkButton(ui.Normal, "x", "javascript:alert(1)"), nil)
	if href := attr(find(doc, tag("a"))[0], "href"); strings.Contains(href, "javascript") {
		t.Errorf("href %q", href)
	}
	doc = rendered(t, in(words.English), ui.Country("../x"), nil)
	if len(find(doc, tag("img"))) != 0 {
		t.Error("a code that is none leads to an image")
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 41, 7, 0, time.UTC)
	ctx := words.With(context.Background(), words.Reader{Tag: words.English, Zone: time.FixedZone("", 3600)})
	n := find(rendered(t, ctx, ui.Time(at), nil), tag("time"))[0]
	if text(n) != "24 November 2026, 10:41" || attr(n, "title") != "2026-11-24 09:41:07 UTC" || attr(n, "datetime") != "2026-11-24T09:41:07Z" {
		t.Errorf("%q, %q, %q", text(n), attr(n, "title"), attr(n, "datetime"))
	}
	if got := find(rendered(t, ctx, ui.Time(time.Time{}), nil), tag("time")); len(got) != 0 {
		t.Error("no time is shown as one")
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Inès Carvalho":         "I\u200cC",
		"Jean-Luc d'Arc Moreau": "J\u200cM",
		"élodie":                "É",
		"منى الحداد":            "م\u200cا",
		"":                      "?",
		"42 !":                  "?",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// Every key in the templates is in every catalogue, and no key is idle.
func TestKeys(t *testing.T) {
	used := map[string]bool{}
	sources, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(sources, "page.go") {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(ui\.[a-z_.]+)"`).FindAllSubmatch(source, -1) {
			used[string(m[1])] = true
		}
	}
	for _, language := range words.Tags() {
		keys, err := words.Keys(language)
		if err != nil {
			t.Fatal(err)
		}
		for key := range used {
			if !keys[key] {
				t.Errorf("%s: %s is missing", language, key)
			}
		}
		for key := range keys {
			if strings.HasPrefix(key, "ui.") && !used[key] {
				t.Errorf("%s: %s has no use", language, key)
			}
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	ctx := templ.WithChildren(in(words.English), templ.NopComponent)
	frame := ui.Frame(ui.Page{Title: "Trends", Place: ui.Operation}, inOperation())
	for b.Loop() {
		var out strings.Builder
		if err := frame.Render(ctx, &out); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(out.Len()))
	}
}
