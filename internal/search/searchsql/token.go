// SPDX-License-Identifier: Apache-2.0

package searchsql

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/search"
	"entente.example/internal/sqldb"
)

// mark is what the tokens of one workspace begin with: eight hexadecimal digits.
// Two workspaces that share one share their cost, and nothing else.
type mark string

func markOf(id access.WorkspaceID) mark {
	sum := sha256.Sum256([]byte(id))
	return mark(hex.EncodeToString(sum[:4]))
}

// encode writes a token in the letters and digits that both engines keep as they
// are. What begins with a token is encoded to what begins with its encoding.
func (m mark) encode(token string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	b.WriteString(string(m))
	for i := range len(token) {
		switch c := token[i]; {
		case c >= 'a' && c < 'z' || c >= '0' && c <= '9':
			b.WriteByte(c)
		default:
			b.WriteByte('z')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}

// ofKind is what PostgreSQL finds the documents of a kind by.
func (m mark) ofKind(kind search.Kind) string { return "k" + m.encode(string(kind)) }

// mostTokens is how many different tokens of a text are kept.
const mostTokens = 10_000

// encodeAll encodes each token once, but for those in seen.
func (m mark) encodeAll(tokens []search.Token, seen map[string]bool) (encoded []string) {
	for _, t := range tokens {
		if !seen[t.Text] && len(seen) < mostTokens {
			seen[t.Text] = true
			encoded = append(encoded, m.encode(t.Text))
		}
	}
	return encoded
}

// syntax is how an engine writes a question.
type syntax struct {
	and, or, not, prefix string
	column               string // before terms of the title
	token                string // before each token of the title
}

// In FTS5 a title has a column of its own; in PostgreSQL its tokens stand twice,
// once behind a t, for of a weight the index cannot tell without a look at the
// document. No mark begins with a t, or with the k of kinds.
var (
	fts5    = syntax{and: " AND ", or: " OR ", not: " NOT ", prefix: "*", column: "title : "}
	tsquery = syntax{and: " & ", or: " | ", not: " & !", prefix: ":*", token: "t"}
)

// asking returns the question for the documents of each rank. Those for words that
// go on come last: an engine gathers all of them before it answers.
func asking(engine sqldb.Engine, m mark, match search.Match) map[search.Rank]string {
	s := tsquery
	if engine == sqldb.SQLite {
		s = fts5
	}
	finished, whole := match.Finished(), ""
	for _, value := range match.Whole {
		whole += s.or + m.encode(value)
	}
	named, all := s.titled(m, finished)+whole, s.terms(m, finished)
	begun := "(" + all + whole + ")"
	return map[search.Rank]string{
		search.Named:  named,
		search.Says:   all + s.not + "(" + named + ")",
		search.Titled: s.titled(m, match) + s.not + begun,
		search.Begins: s.terms(m, match) + s.not + "(" + begun + s.or + s.titled(m, match) + ")",
	}
}

// terms asks for documents that have all terms, titled for those whose title has.
func (s syntax) terms(m mark, match search.Match) string { return s.all("", m, match) }

func (s syntax) titled(m mark, match search.Match) string {
	return "(" + s.column + s.all(s.token, m, match) + ")"
}

func (s syntax) all(before string, m mark, match search.Match) string {
	list := make([]string, 0, len(match.Terms))
	for _, term := range match.Terms {
		text := before + m.encode(term.Text)
		if term.Prefix {
			text += s.prefix
		}
		list = append(list, text)
	}
	return "(" + strings.Join(list, s.and) + ")"
}
