// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Match is what a query asks of a document: all terms, or one of the values.
type Match struct {
	Terms []Term
	Whole []string // tokens of values that the whole query may be
	Value bool     // it is one, by its looks: no space, and more than a word
}

// Term is a word or a value that must be there.
type Term struct {
	Text   string // as of a Token
	Prefix bool   // it may go on
}

const (
	longestQuery = 200 // characters; the rest is not read
	mostTerms    = 16
)

// Match reads a query. The last term may be unfinished.
func (a Analyser) Match(query string) Match {
	query = firstRunes(strings.TrimSpace(query), longestQuery)
	var m Match
	at := 0
	for _, v := range a.values.Find(query) {
		m.addWords(query[at:v.Start])
		m.addValue(v.Text)
		at = v.End
	}
	m.addWords(query[at:])
	m.Terms = m.Terms[:min(len(m.Terms), mostTerms)]
	if len(m.Terms) == 0 {
		return Match{}
	}
	m.Terms[len(m.Terms)-1].Prefix = true
	for _, value := range a.values.Read(query) {
		if token := whole(value); !slices.Contains(m.Whole, token) {
			m.Whole = append(m.Whole, token)
		}
	}
	m.Value = len(m.Whole) > 0 && !strings.ContainsFunc(query, unicode.IsSpace) && len(words(query, false)) > 1
	return m
}

// Finished returns m with its last word as it stands; m itself where that is one
// character of a script that is found in pairs.
func (m Match) Finished() Match {
	last := len(m.Terms) - 1
	if last < 0 || alone(m.Terms[last].Text) {
		return m
	}
	m.Terms = slices.Clone(m.Terms)
	m.Terms[last].Prefix = false
	return m
}

// Empty reports whether m asks for nothing.
func (m Match) Empty() bool { return len(m.Terms) == 0 }

func (m *Match) addWords(text string) {
	for _, word := range words(text, false) {
		m.add(Term{word.Text, alone(word.Text)})
	}
}

// alone reports whether a token is one character of a script whose characters
// are found in pairs.
func alone(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return n == len(text) && isUnspaced(r)
}

// addValue adds a value that stands in the query. One that is a single word is
// looked for as such: a text may hold it without showing that it is a value.
func (m *Match) addValue(value string) {
	if !isOneWord(value) {
		m.add(Term{Text: whole(value)})
		return
	}
	m.addWords(value)
}

func (m *Match) add(t Term) {
	if !slices.Contains(m.Terms, t) {
		m.Terms = append(m.Terms, t)
	}
}

// takes reports whether a token is one that m asks for.
func (m Match) takes(token string) bool {
	return slices.Contains(m.Whole, token) || slices.ContainsFunc(m.Terms, func(t Term) bool {
		return t.Text == token || t.Prefix && strings.HasPrefix(token, t.Text)
	})
}

func firstRunes(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}
