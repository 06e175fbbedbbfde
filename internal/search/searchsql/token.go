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
type syntax struct{ and, or, not, prefix, titled string }

var (
	fts5    = syntax{and: " AND ", or: " OR ", not: " NOT ", prefix: "*"}
	tsquery = syntax{and: " & ", or: " | ", not: " & !", prefix: ":*", titled: "A"}
)

// asking returns the question for the documents of each rank. Those for words that
// go on come last: an engine gathers all of them before it answers.
func asking(engine sqldb.Engine, m mark, match search.Match) map[search.Rank]string {
	s, titled := tsquery, func(match search.Match) string { return tsquery.terms(m, match, tsquery.titled) }
	if engine == sqldb.SQLite {
		s, titled = fts5, func(match search.Match) string { return "(title : " + fts5.terms(m, match, "") + ")" }
	}
	finished, whole := match.Finished(), ""
	for _, value := range match.Whole {
		whole += s.or + m.encode(value)
	}
	named, all := titled(finished)+whole, s.terms(m, finished, "")
	begun := "(" + all + whole + ")"
	return map[search.Rank]string{
		search.Named:  named,
		search.Says:   all + s.not + "(" + named + ")",
		search.Titled: titled(match) + s.not + begun,
		search.Begins: s.terms(m, match, "") + s.not + "(" + begun + s.or + titled(match) + ")",
	}
}

// terms asks for all terms; in PostgreSQL of that weight alone, if it is given.
func (s syntax) terms(m mark, match search.Match, weight string) string {
	list := make([]string, 0, len(match.Terms))
	for _, term := range match.Terms {
		text := m.encode(term.Text)
		switch {
		case term.Prefix:
			text += s.prefix + weight
		case weight != "":
			text += ":" + weight
		}
		list = append(list, text)
	}
	return "(" + strings.Join(list, s.and) + ")"
}
