// SPDX-License-Identifier: Apache-2.0

package words

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"golang.org/x/text/language"

	"entente.example/internal/fault"
)

//go:embed catalogue/*.json
var catalogue embed.FS

// Tag is the language of a reader.
type Tag string

// The languages of the house, as at INTERPOL.
const (
	English Tag = "en"
	French  Tag = "fr"
	Spanish Tag = "es"
	Arabic  Tag = "ar"
)

// Tags lists the languages in the order in which they are offered.
func Tags() []Tag { return []Tag{English, French, Spanish, Arabic} }

// Name returns the language's own name.
func (t Tag) Name() string {
	return map[Tag]string{English: "English", French: "Français", Spanish: "Español", Arabic: "العربية"}[t]
}

// Reader is who reads: a language, a time zone and the year that it is there.
type Reader struct {
	Tag  Tag
	Zone *time.Location // nil: UTC
	Year int            // short dates leave it out; 0: none
}

type readerKey struct{}

// With returns ctx for a page that reader reads.
func With(ctx context.Context, reader Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, reader)
}

// Of returns the reader of the page, an English one in UTC where none is set.
func Of(ctx context.Context) Reader {
	r, _ := ctx.Value(readerKey{}).(Reader)
	if r.Tag == "" {
		r.Tag = English
	}
	if r.Zone == nil {
		r.Zone = time.UTC
	}
	return r
}

// Lang returns the language of the page, for the lang attribute.
func Lang(ctx context.Context) string { return string(Of(ctx).Tag) }

// Dir returns the direction of the page, for the dir attribute.
func Dir(ctx context.Context) string {
	if Of(ctx).Tag == Arabic {
		return "rtl"
	}
	return "ltr"
}

var (
	matcher  = language.NewMatcher([]language.Tag{language.English, language.French, language.Spanish, language.Arabic})
	messages = mustLoad()
)

// Match returns the best language for a list of wishes, the strongest first:
// the member's setting, a cookie, an Accept-Language header. Empty ones are
// passed over.
func Match(wishes ...string) Tag {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, i, confidence := matcher.Match(tags...); confidence > language.No {
			return Tags()[i]
		}
	}
	return English
}

// Say returns the message of that key for the page's reader. The arguments are
// pairs of name and value; "count" chooses the plural form. An argument whose
// direction is not the text's stands in an isolate: see Plain. A key without a
// message is shown as it stands: a test holds that there is none.
func Say(ctx context.Context, key string, pairs ...any) string {
	return messages[Of(ctx).Tag].say(ctx, key, pairs)
}

// SayOr is Say for a name that may or may not be one of ours, such as a type that
// a file brought: a key without a message is answered by otherwise.
func SayOr(ctx context.Context, key, otherwise string) string {
	if text := Say(ctx, key); text != key {
		return text
	}
	return otherwise
}

// Fault returns the message of err for the page's reader. What was not
// classified says no more than that something went wrong.
func Fault(ctx context.Context, err error) string {
	e := fault.Of(err)
	pairs := make([]any, 0, 2*len(e.Args))
	for name, value := range e.Args {
		pairs = append(pairs, name, value)
	}
	return Say(ctx, e.Key, pairs...)
}

// Keys returns the keys of a language's catalogues, for the tests of the house.
func Keys(tag Tag) (map[string]bool, error) {
	keys := map[string]bool{}
	names, err := fs.Glob(catalogue, "catalogue/*."+string(tag)+".json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := catalogue.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var messages map[string]any
		if err := json.Unmarshal(text, &messages); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		room, _, _ := strings.Cut(path.Base(name), ".")
		for key := range messages {
			if !strings.HasPrefix(key, room+".") {
				return nil, fmt.Errorf("%s: key %q does not begin with %q", name, key, room+".")
			}
			keys[key] = true
		}
	}
	return keys, nil
}
