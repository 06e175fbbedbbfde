// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// What is given back of a form that was sent without a session.
const (
	mostGivenBack   = 128 << 10 // bytes
	mostFieldsGiven = 200
)

// signedOut answers a form of one of our own pages that came without a session by
// a page on which what was typed still stands. It says the same whatever the form
// was for, and reports false where there is nothing to give back.
func (m *Mux) signedOut(w http.ResponseWriter, r *http.Request, kind fault.Kind) bool {
	if kind != fault.Unauthenticated || r.Method != http.MethodPost || !wantsPage(r) || !ofOurOwn(r) {
		return false
	}
	form, ok := typed(r)
	if !ok {
		return false
	}
	form.Action, form.SignIn = OwnPath(r.URL.RequestURI(), "/home"), "/signin?next="+url.QueryEscape(m.comeBack(r))
	nav, err := m.nav(r, access.Actor{})
	if err != nil {
		return false
	}
	page := ui.Page{Title: words.Say(r.Context(), "error.title.unauthenticated")}
	err = send(w, r, http.StatusUnauthorized, ui.Frame(page, nav), ui.SignedOut(form))
	if err != nil && !errors.Is(err, errGone) {
		m.Log.ErrorContext(r.Context(), "error page failed", "err", err)
		return false
	}
	return true
}

// ofOurOwn reports whether the browser says that one of our own pages sent r. The
// mux refuses those of other sites; of those that say nothing, nothing is repeated.
func ofOurOwn(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Host != "" && origin.Host == r.Host
}

// typed reads what was typed into the form of r. A form with a secret or a file in
// it, a large one, and one in which nothing was written, are not given back.
func typed(r *http.Request) (form ui.SentForm, ok bool) {
	if r.PostForm == nil && (r.ContentLength < 0 || r.ContentLength > mostGivenBack) {
		return form, false
	}
	err := r.ParseMultipartForm(mostGivenBack)
	if err != nil && !errors.Is(err, http.ErrNotMultipart) || r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		return form, false
	}
	size, fields := 0, 0
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			size, fields = size+len(name)+len(value), fields+1
			given := ui.SentField{Name: name, Value: value}
			if written(value) {
				form.Written = append(form.Written, given)
			} else {
				form.Carried = append(form.Carried, given)
			}
		}
		if secret(name) {
			return form, false
		}
	}
	return form, len(form.Written) > 0 && size <= mostGivenBack && fields <= mostFieldsGiven
}

// secret reports whether a field of that name holds what is never shown again.
func secret(name string) bool {
	return slices.ContainsFunc([]string{"password", "code", "secret", "token"}, func(word string) bool {
		return strings.Contains(strings.ToLower(name), word)
	})
}

// written reports whether a value was typed as text, rather than chosen or carried
// along: it has more than one word, or is in no code's letters.
func written(value string) bool {
	return strings.ContainsFunc(strings.TrimSpace(value), func(r rune) bool { return unicode.IsSpace(r) || r > unicode.MaxASCII })
}
