// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
)

// maxStatements is how many statements a connection keeps compiled.
const maxStatements = 256

// session is one connection. It is used by one transaction at a time.
type session struct {
	conn *sql.Conn
	// compiled keeps statements by their text; nil where the driver does it.
	compiled map[string]*statement
}

// statement is one that is kept compiled.
type statement struct {
	*sql.Stmt
	// slow says that it is watched: it is interrupted when its context ends. That
	// costs more than a quick statement does (the driver starts a goroutine for
	// each), and a quick one ends by itself. It is slow until it was seen.
	slow bool
}

// quick is how long a statement may take that nobody watches.
const quick = 2 * time.Millisecond

// newSession takes a connection out of pool. If it compiles, it keeps its
// statements compiled.
func newSession(ctx context.Context, pool *sql.DB, compiles bool) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn}
	if compiles {
		s.compiled = map[string]*statement{}
	}
	return s, nil
}

func (s *session) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s.compiled == nil {
		return s.conn.ExecContext(ctx, query, args...)
	}
	stmt, err := s.compile(ctx, query)
	if err != nil {
		return nil, err
	}
	defer stmt.timed()()
	return stmt.ExecContext(stmt.watched(ctx), args...)
}

func (s *session) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s.compiled == nil {
		return s.conn.QueryContext(ctx, query, args...)
	}
	stmt, err := s.compile(ctx, query)
	if err != nil {
		return nil, err
	}
	defer stmt.timed()()
	return stmt.QueryContext(stmt.watched(ctx), args...)
}

// watched returns the context that a run goes by.
func (s *statement) watched(ctx context.Context) context.Context {
	if s.slow {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// timed begins to measure a run; what it returns ends that.
func (s *statement) timed() func() {
	began := time.Now()                                  //nolint:forbidigo // how long the engine takes, not what time it is
	return func() { s.slow = time.Since(began) > quick } //nolint:forbidigo // the same
}

// do runs a statement that steers the transaction.
func (s *session) do(ctx context.Context, query string) error {
	_, err := s.exec(ctx, query)
	return err
}

// compile returns the statement of that text, unless ctx is done. Where there
// are too many, any one gives way: none of them is running now.
func (s *session) compile(ctx context.Context, query string) (*statement, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if stmt, ok := s.compiled[query]; ok {
		return stmt, nil
	}
	prepared, err := s.conn.PrepareContext(ctx, inTurn(query))
	if err != nil {
		return nil, err
	}
	for text, old := range s.compiled {
		if len(s.compiled) < maxStatements {
			break
		}
		old.Close()
		delete(s.compiled, text)
	}
	stmt := &statement{Stmt: prepared, slow: true}
	s.compiled[query] = stmt
	return stmt, nil
}

// inTurn writes the parameters of a statement as ? where they are $1, $2 and so
// on in this order, each once: SQLite looks each numbered parameter up among all
// that came before it.
func inTurn(query string) string {
	if strings.ContainsAny(query, "?'\"") {
		return query
	}
	whole := query
	var b strings.Builder
	for n := 1; ; n++ {
		before, rest, found := strings.Cut(query, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		number := strconv.Itoa(n)
		after, is := strings.CutPrefix(rest, number)
		if !is || after != "" && after[0] >= '0' && after[0] <= '9' {
			return whole
		}
		b.WriteString("?")
		query = after
	}
}

// close gives the connection back to its pool.
func (s *session) close() error {
	for _, stmt := range s.compiled {
		stmt.Close()
	}
	return s.conn.Close()
}
