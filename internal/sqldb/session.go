// SPDX-License-Identifier: Apache-2.0

package sqldb

import (
	"context"
	"database/sql"
)

// maxStatements is how many statements a connection keeps compiled.
const maxStatements = 256

// session is one connection. It is used by one transaction at a time.
type session struct {
	conn *sql.Conn
	// compiled keeps statements by their text; nil where the driver does it.
	compiled map[string]*sql.Stmt
}

// newSession takes a connection out of pool. If it compiles, it keeps its
// statements compiled.
func newSession(ctx context.Context, pool *sql.DB, compiles bool) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{conn: conn}
	if compiles {
		s.compiled = map[string]*sql.Stmt{}
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
	return stmt.ExecContext(ctx, args...)
}

func (s *session) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s.compiled == nil {
		return s.conn.QueryContext(ctx, query, args...)
	}
	stmt, err := s.compile(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// do runs a statement that steers the transaction.
func (s *session) do(ctx context.Context, query string) error {
	_, err := s.exec(ctx, query)
	return err
}

// compile returns the statement of that text. Where there are too many, any one
// gives way: none of them is running now.
func (s *session) compile(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.compiled[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
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
	s.compiled[query] = stmt
	return stmt, nil
}

// close gives the connection back to its pool.
func (s *session) close() error {
	for _, stmt := range s.compiled {
		stmt.Close()
	}
	return s.conn.Close()
}
