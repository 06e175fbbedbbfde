// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a part of a text; Match says that it is what was asked for.
type Span struct {
	Text  string
	Match bool
}

// Mark returns the whole of text, in spans.
func (a Analyser) Mark(text string, m Match) []Span {
	return spans(text, 0, len(text), a.places(text, m))
}

const (
	before  = 60  // bytes of a text shown before what was asked for
	excerpt = 240 // bytes shown in all
)

// Excerpt returns the part of text around what was asked for, in spans; its
// beginning where that is not in it.
func (a Analyser) Excerpt(text string, m Match) []Span {
	text = strings.Join(strings.Fields(text), " ")
	places := a.places(text, m)
	from := 0
	if len(places) > 0 && places[0].start > before {
		from = wordAt(text, places[0].start-before)
	}
	to := len(text)
	if len(text)-from > excerpt {
		to = from + len(strings.TrimRightFunc(text[from:wordAt(text, from+excerpt)], unicode.IsSpace))
	}
	list := spans(text, from, to, places)
	if from > 0 {
		list = append([]Span{{Text: "…"}}, list...)
	}
	if to < len(text) {
		list = append(list, Span{Text: "…"})
	}
	return list
}

// wordAt returns where the word begins that goes on at i, unless that is far
// back: then the character.
func wordAt(text string, i int) int {
	const far = 30
	for i > 0 && !utf8.RuneStart(text[i]) { // a text that is no UTF-8 may hold no beginning
		i--
	}
	if space := strings.LastIndexByte(text[:i], ' '); space >= 0 && i-space < far {
		return space + 1
	}
	return i
}

type place struct{ start, end int }

// places returns where text holds what m asks for, in order, without overlaps.
func (a Analyser) places(text string, m Match) (list []place) {
	for _, t := range a.Tokens(text) {
		if m.takes(t.Text) {
			list = append(list, place{t.Start, t.End})
		}
	}
	slices.SortFunc(list, func(a, b place) int { return a.start - b.start })
	merged := list[:0]
	for _, p := range list {
		if n := len(merged); n > 0 && p.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, p.end)
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

// spans cuts text[from:to] at places.
func spans(text string, from, to int, places []place) (list []Span) {
	add := func(end int, match bool) {
		if end > from {
			list = append(list, Span{text[from:end], match})
			from = end
		}
	}
	for _, p := range places {
		add(min(p.start, to), false)
		if p.end > from {
			add(min(p.end, to), true)
		}
	}
	add(to, false)
	return list
}
