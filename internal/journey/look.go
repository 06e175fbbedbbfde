// SPDX-License-Identifier: Apache-2.0

package journey

import (
	"context"
	"fmt"
	"strconv"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Look is how a person looks at pages: how wide their screen is, in CSS pixels,
// and whether it is dark.
type Look struct {
	Width, Height int64
	Dark          bool
	NoMotion      bool // the person asked their system for less of it
	NoScript      bool
	Language      string // what the browser asks for
}

// Looks changes how the person looks at pages, from the next one on.
func (p *Person) Looks(l Look) {
	p.t.Helper()
	p.look = l
	scheme, motion := "light", "no-preference"
	if l.Dark {
		scheme = "dark"
	}
	if l.NoMotion {
		motion = "reduce"
	}
	p.do("look", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
		}})
		if err == nil {
			_, err = cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.NoScript})
		}
		if err == nil && l.Language != "" {
			_, err = cdp.Call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": l.Language}})
		}
		return err
	}), chromedp.EmulateViewport(l.Width, l.Height))
}

// Prepares runs a script in each page from the next one on, before its own.
func (p *Person) Prepares(script string) {
	p.t.Helper()
	p.do("prepare pages", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, page.Enable, page.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	}))
}

// Narrows makes the window of the open page that wide.
func (p *Person) Narrows(width int64) {
	p.t.Helper()
	p.do("narrow", chromedp.EmulateViewport(width, 700))
}

// Holds puts a session's cookie into the person's browser, as a sign-in does.
func (p *Person) Holds(name, value string) {
	p.t.Helper()
	yes := true
	p.do("take a session", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{
			Name: name, Value: value, URL: p.base, Path: "/", Secure: &yes, HTTPOnly: &yes,
		})
		return err
	}))
}

// Forgets drops all cookies: the person is nobody.
func (p *Person) Forgets() {
	p.t.Helper()
	p.do("forget", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
}

// tallest is how much of a long page a picture shows, in CSS pixels.
const tallest = 4000

// Shoots returns a picture of the page, as PNG, in a window as tall as the page.
func (p *Person) Shoots() []byte {
	p.t.Helper()
	height, err := strconv.ParseInt(p.Tells("String(document.documentElement.scrollHeight)"), 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	p.do("see all of it", chromedp.EmulateViewport(p.look.Width, max(p.look.Height, min(height, tallest))))
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("%s: picture of %s: %v", p.Name, p.Path(), err)
	}
	p.do("look as before", chromedp.EmulateViewport(p.look.Width, p.look.Height))
	return image
}

// Tells runs a script in the page and returns the text that it ends in; a
// promise is waited for.
func (p *Person) Tells(script string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.Name, brief(script), err)
	}
	return text
}

// Presses types keys without a field, as shortcuts are.
func (p *Person) Presses(keys string) {
	p.t.Helper()
	p.do(fmt.Sprintf("press %q", keys), chromedp.KeyEvent(keys))
}

// PressesWithCtrl types one key while Ctrl is held.
func (p *Person) PressesWithCtrl(key string) {
	p.t.Helper()
	p.do(fmt.Sprintf("press Ctrl and %q", key), chromedp.KeyEvent(key, chromedp.KeyModifiers(kb.ModifierCtrl)))
}

func brief(script string) string {
	if len(script) > 120 {
		return script[:120] + " …"
	}
	return script
}
