// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"entente.example/internal/access"
	"entente.example/internal/web"
	"entente.example/internal/web/ui"
)

// lasting is a house in which ann's session has been idle for a while; used counts
// what put its end off.
func lasting(idle, last time.Duration) (h *house, used *int) {
	h, used = newHouse(), new(int)
	now := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	h.Now = func() time.Time { return now }
	end := now.Add(idle)
	signed := func() web.Signed {
		return web.Signed{Actor: access.Actor{Kind: access.Person, Member: "ann"}, Language: "en", IdleEnd: end, LastEnd: now.Add(last)}
	}
	h.Check = func(context.Context, string) (web.Signed, error) { return signed(), nil }
	h.Resume = func(context.Context, string) (web.Signed, error) {
		*used++
		end = now.Add(30 * time.Minute)
		return signed(), nil
	}
	h.Handle("GET /x", func(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
		return h.Render(w, r, actor, ui.Page{Title: "X"}, templ.NopComponent)
	})
	return h, used
}

func TestAPageIsToldWhenItsSessionEnds(t *testing.T) {
	for _, test := range []struct {
		name       string
		idle, last time.Duration
		asks       []string
		want       string
	}{
		{"by itself it puts nothing off", 90 * time.Second, time.Hour, []string{"Entente-Unasked", "yes"}, `{"left":90,"last":false,"text":"You will be signed out at 10:01`},
		{"asked by a person it does", 90 * time.Second, time.Hour, nil, `{"left":1800,"last":false,"text":"You will be signed out at 10:30`},
		{"not past the last end", 90 * time.Second, 5 * time.Minute, nil, `{"left":300,"last":true,"text":"You will be signed out at 10:05: a session lasts twelve hours`},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, _ := lasting(test.idle, test.last)
			w := h.get("/session", append(test.asks, "Cookie", signedIn)...)
			if got := w.Body.String(); w.Code != http.StatusOK || !strings.HasPrefix(got, test.want) {
				t.Errorf("%d: %s; want %s", w.Code, got, test.want)
			}
		})
	}
	h, _ := lasting(90*time.Second, time.Hour)
	if page := h.get("/x", "Cookie", signedIn).Body.String(); !strings.Contains(page, `data-session-left="1800"`) {
		t.Error("the page does not say how long its session lasts")
	}
	if w := h.get("/session", "Accept", "application/json"); w.Code != http.StatusUnauthorized && w.Code != http.StatusSeeOther {
		t.Errorf("nobody is told %d %s", w.Code, w.Body)
	}
}

func TestWhatAPageAsksByItselfKeepsNoSessionAlive(t *testing.T) {
	h, used := lasting(time.Minute, time.Hour)
	h.get("/nav?path=/x", "Cookie", signedIn, "Entente-Unasked", "yes")
	h.get("/x", "Cookie", signedIn, "Entente-Unasked", "yes")
	next(t, listen(t, h, "w=", signedIn))
	if *used != 0 {
		t.Errorf("the session's end was put off %d times", *used)
	}
	if h.get("/x", "Cookie", signedIn); *used != 1 {
		t.Error("a page that was asked for does not put it off")
	}
}
