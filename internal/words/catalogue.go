// SPDX-License-Identifier: Apache-2.0

package words

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// form is one plural form of a message: texts, and the names of what stands
// between them. There is one text more than names.
type form struct{ texts, names []string }

// entry is what a key stands for; a message without plurals has "other" alone.
type entry map[string]form

// catalog holds the messages of a language, by key.
type catalog map[string]entry

// mustLoad reads the catalogues once. A test reads them too, so that none that
// cannot be read is shipped.
func mustLoad() map[Tag]catalog {
	all := map[Tag]catalog{}
	for _, tag := range Tags() {
		all[tag] = catalog{}
		names, err := fs.Glob(catalogue, "catalogue/*."+string(tag)+".json")
		for _, name := range names {
			if err == nil {
				err = all[tag].read(tag, name)
			}
		}
		if err != nil {
			panic(err)
		}
	}
	return all
}

func (c catalog) read(tag Tag, name string) error {
	text, err := catalogue.ReadFile(name)
	if err != nil {
		return err
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(typesetAll(tag, text), &raw); err != nil {
		return fmt.Errorf("%s: %w", path.Base(name), err)
	}
	for key, value := range raw {
		plural := map[string]string{"other": ""}
		var only string
		if json.Unmarshal(value, &only) == nil {
			plural["other"] = only
		} else if err := json.Unmarshal(value, &plural); err != nil {
			return fmt.Errorf("%s: %s: %w", path.Base(name), key, err)
		}
		m := entry{}
		for category, text := range plural {
			m[category] = parse(text)
		}
		c[key] = m
	}
	return nil
}

// parse cuts a text at what stands in {{.name}}.
func parse(text string) (f form) {
	for {
		before, rest, found := strings.Cut(text, "{{.")
		name, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			f.texts = append(f.texts, text)
			return f
		}
		f.texts, f.names, text = append(f.texts, before), append(f.names, name), after
	}
}

// say says the message of key with its arguments in pairs of name and value.
func (c catalog) say(ctx context.Context, key string, pairs []any) string {
	m, ok := c[key]
	if !ok {
		return key
	}
	f := m["other"]
	if len(m) > 1 {
		if n, ok := whole(argument(pairs, "count")); ok {
			if exact, ok := m[category(Of(ctx).Tag, n)]; ok {
				f = exact
			}
		}
	}
	if len(f.names) == 0 {
		return f.texts[0]
	}
	var b strings.Builder
	for i, name := range f.names {
		b.WriteString(f.texts[i])
		b.WriteString(isolated(Of(ctx).Tag, shown(ctx, argument(pairs, name))))
	}
	b.WriteString(f.texts[len(f.names)])
	return b.String()
}

// argument returns the value of that name, nil where there is none.
func argument(pairs []any, name string) any {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return nil
}

func whole(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

// shown writes a value; numbers the reader's way.
func shown(ctx context.Context, value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	if n, ok := whole(value); ok {
		return Number(ctx, n)
	}
	return fmt.Sprint(value)
}

// category returns the plural form that a language uses for a whole number.
// https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
func category(tag Tag, n int64) string {
	if n < 0 {
		n = -n
	}
	const million = 1_000_000
	switch {
	case tag == Arabic:
		return arabic(n)
	case n == 1, n == 0 && tag == French:
		return "one"
	case n != 0 && n%million == 0 && tag != English:
		return "many"
	}
	return "other"
}

func arabic(n int64) string {
	switch rest := n % 100; {
	case n == 0:
		return "zero"
	case n == 1:
		return "one"
	case n == 2:
		return "two"
	case rest >= 3 && rest <= 10:
		return "few"
	case rest >= 11:
		return "many"
	}
	return "other"
}
