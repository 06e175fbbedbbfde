// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to show what a step waits for.
const patience = time.Minute

// Browser is one Chromium, in which several people have a profile each.
type Browser struct {
	ctx  context.Context //nolint:containedctx // chromedp keeps its browser in the context
	base string
}

// Open starts Chromium for pages below base. Without a Chromium on the machine the
// test fails, unless ENTENTE_TEST_WITHOUT names chromium.
func Open(t testing.TB, base string) *Browser {
	t.Helper()
	if strings.Contains(","+os.Getenv("ENTENTE_TEST_WITHOUT")+",", ",chromium,") {
		t.Skip("ENTENTE_TEST_WITHOUT names chromium")
	}
	path := chromium()
	if path == "" {
		t.Fatal("no Chromium on this machine: install it, or name it in ENTENTE_TEST_WITHOUT to go without")
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true))
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return &Browser{ctx, base}
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Person is somebody at a browser of their own, with a security key that
// verifies them.
type Person struct {
	Name string
	t    testing.TB
	ctx  context.Context //nolint:containedctx // chromedp keeps its tab in the context
	base string
	look Look
}

// Person opens a profile of its own, with nothing in it.
func (b *Browser) Person(t testing.TB, name string) *Person {
	t.Helper()
	if err := chromedp.Do(b.ctx); err != nil { // the browser itself must run before a profile is made in it
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // a tab lives as long as the context that opened it
		t.Fatal(err)
	}
	p := &Person{Name: name, t: t, ctx: ctx, base: b.base}
	p.do("get a security key", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
			},
		})
		return err
	}))
	return p
}

func (p *Person) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.Name, what, err, p.shoot())
	}
}

// shoot keeps a picture of what the person sees, and says where.
func (p *Person) shoot() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(80))
	if err != nil {
		return "no picture: " + err.Error()
	}
	name := filepath.Join(os.TempDir(), fmt.Sprintf("entente-%s.jpg", p.Name))
	if err := os.WriteFile(name, image, 0o600); err != nil {
		return "no picture: " + err.Error()
	}
	return "see " + name
}

// Goes opens a path.
func (p *Person) Goes(path string) {
	p.t.Helper()
	p.do("open "+path, chromedp.Navigate(p.base+path))
}

// Clicks presses what the selector names, once it is there.
func (p *Person) Clicks(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.Click(selector))
}

// Writes types text into a field.
func (p *Person) Writes(selector, text string) {
	p.t.Helper()
	p.do("write into "+selector, chromedp.SendKeys(selector, text))
}

// Uploads gives a file to a field.
func (p *Person) Uploads(selector, file string) {
	p.t.Helper()
	p.do("upload into "+selector, chromedp.SetUploadFiles(selector, []string{file}))
}

// Sees waits until the page shows text.
func (p *Person) Sees(text string) {
	p.t.Helper()
	p.waits("see "+text, func(page string) bool { return strings.Contains(page, text) })
}

// SeesNothingOf fails if the page as it is, its source included, has text in it.
func (p *Person) SeesNothingOf(text string) {
	p.t.Helper()
	html := p.evaluates("document.documentElement.outerHTML")
	if strings.Contains(strings.ToLower(html), strings.ToLower(text)) {
		p.t.Fatalf("%s sees %q on %s\n%s", p.Name, text, p.Path(), p.shoot())
	}
}

// Arrives waits until the page's path begins so.
func (p *Person) Arrives(path string) {
	p.t.Helper()
	p.moves(func(at string) bool { return strings.HasPrefix(at, path) }, "want "+path)
}

// moves waits until the page is where ok says. A page that is being replaced is
// nowhere for a moment.
func (p *Person) moves(ok func(path string) bool, want string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if at, err := chromedp.Run(ctx, chromedp.Evaluate[string](wherePage)); err == nil && ok(at) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.t.Fatalf("%s is at %s; %s\n%s", p.Name, p.Path(), want, p.shoot())
}

const wherePage = "location.pathname + location.search"

// Path returns the path and query of the page.
func (p *Person) Path() string {
	p.t.Helper()
	return p.evaluates(wherePage)
}

// Attribute returns an attribute of the first element that the selector names.
func (p *Person) Attribute(selector, name string) string {
	p.t.Helper()
	return p.evaluates(fmt.Sprintf("document.querySelector(%q)?.getAttribute(%q) ?? ''", selector, name))
}

func (p *Person) evaluates(script string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.Name, script, err)
	}
	return text
}

// waits asks again until the page's text satisfies ok. A page that is being
// replaced has no text for a moment.
func (p *Person) waits(what string, ok func(string) bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	page := ""
	for ctx.Err() == nil {
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body?.innerText ?? ''"))
		if err == nil && ok(text) {
			return
		}
		page = text
		time.Sleep(15 * time.Millisecond)
	}
	p.t.Fatalf("%s waits in vain to %s on %s\n%s\n%s", p.Name, what, p.Path(), page, p.shoot())
}

// Replaces types text into a field in place of what stands there.
func (p *Person) Replaces(selector, text string) {
	p.t.Helper()
	p.evaluates(fmt.Sprintf("document.querySelector(%q).value = ''", selector))
	p.Writes(selector, text)
}

// Posts sends the form of the page that goes to that address.
func (p *Person) Posts(action string) {
	p.t.Helper()
	from := p.Path()
	p.evaluates(fmt.Sprintf("(document.querySelector('form[action=%q]').submit(), '')", action))
	p.Leaves(from)
}

// Leaves waits until the page is no longer at a path that ends so.
func (p *Person) Leaves(path string) {
	p.t.Helper()
	p.moves(func(at string) bool { return !strings.HasSuffix(at, path) }, "want to leave it")
}

// SeesElement waits until the page has an element that the selector names.
func (p *Person) SeesElement(selector string) {
	p.t.Helper()
	script := fmt.Sprintf("document.querySelector(%q) ? 'yes' : 'no'", selector)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for ctx.Err() == nil {
		if found, err := chromedp.Run(ctx, chromedp.Evaluate[string](script)); err == nil && found == "yes" {
			return
		}
		time.Sleep(15 * time.Millisecond)
	}
	p.t.Fatalf("%s sees no %s on %s\n%s", p.Name, selector, p.Path(), p.shoot())
}
