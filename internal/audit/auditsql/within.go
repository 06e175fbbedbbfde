// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/sqldb"
)

// Subjects say what entries are about, in terms of the rooms that keep it. The
// journal knows ids alone.
type Subjects struct {
	// Readable is gate.Readable, of the package that imports this one.
	Readable func(g access.Grant, first int) (sql string, args []any)
	// About are the kinds of items that entries of workspaces are about.
	About []Subject
	// OnPlatform are the kinds of things that entries of the platform are about.
	OnPlatform []Subject
}

// Subject is one kind of item, and the acts on it.
type Subject struct {
	Verbs []audit.Verb
	// Known is a condition on the entry e: that the holder of g may read what it is
	// about. readable is a sub-select of the handlings that they may read.
	// It is nil where Verbs are open to all who run the workspace.
	Known func(g access.Grant, readable string) string
	// Name is a sub-select of what the thing is called that the entry e is about: of no
	// row where the holder of g may not read it. $1 is the workspace; next gives an
	// argument its mark. It is nil where such things have no names.
	Name func(g access.Grant, readable string, next func(arg any) string) string
}

// known is the condition that an entry e is of the workspace of g, and that its
// holder may know of it, with its arguments, which begin at first. Where only acts
// of that verb are looked at it says nothing of others.
func (s Subjects) known(g access.Grant, verb audit.Verb, first int) (condition string, args []any) {
	looked := func(at []audit.Verb) bool { return verb == "" || slices.Contains(at, verb) }
	about := slices.DeleteFunc(slices.Clone(s.About), func(of Subject) bool { return of.Known == nil || !looked(of.Verbs) })
	readable, reader := s.Readable(g, first)
	if slices.ContainsFunc(about, func(of Subject) bool { return strings.Contains(of.Known(g, readable), readable) }) {
		args = reader // PostgreSQL refuses an argument that is in no condition
	}
	next := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(first+len(args)-1)
	}
	list := func(verbs []audit.Verb) string {
		from := first + len(args)
		for _, v := range verbs {
			args = append(args, v)
		}
		return "e.verb IN (" + sqldb.Placeholders(from, len(verbs)) + ")"
	}
	either := []string{"e.actor = " + next(string(g.Member()))}
	if looked(audit.OpenVerbs()) {
		either = append(either, list(audit.OpenVerbs()))
	}
	for _, subject := range about {
		either = append(either, list(subject.Verbs)+" AND "+subject.Known(g, readable))
	}
	return "e.workspace_id = " + next(g.Workspace()) + " AND (" + strings.Join(either, " OR ") + ")", args
}

// names is an expression of what an entry e of the place of g is about, with its
// arguments, of which $1 is the workspace; empty where nothing there has a name.
func (s Subjects) names(g access.Grant) (expression string, args []any) {
	args = []any{g.Workspace()}
	next := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	subjects, readable := s.OnPlatform, ""
	if g.Workspace() != "" {
		text, more := s.Readable(g, 2)
		subjects, readable, args = s.About, text, append(args, more...)
	}
	var cases strings.Builder
	for _, subject := range subjects {
		if subject.Name == nil {
			continue
		}
		verbs := sqldb.Placeholders(len(args)+1, len(subject.Verbs))
		for _, v := range subject.Verbs {
			args = append(args, v)
		}
		cases.WriteString(" WHEN e.verb IN (" + verbs + ") THEN (" + subject.Name(g, readable, next) + ")")
	}
	if cases.Len() == 0 {
		return "", nil
	}
	return "COALESCE(CASE" + cases.String() + " END, '')", args
}

// Names implements audit.Reading.
func (r reading) Names(ctx context.Context, g access.Grant, numbers []int64) (map[int64]string, error) {
	expression, args := r.subjects.names(g)
	if expression == "" || len(numbers) == 0 {
		return nil, nil
	}
	marks := sqldb.Placeholders(len(args)+1, len(numbers))
	for _, n := range numbers {
		args = append(args, n)
	}
	names := map[int64]string{}
	err := r.tx.All(ctx, `SELECT e.number, `+expression+` FROM audit_entry e
		WHERE e.workspace_id = $1 AND e.number IN (`+marks+`) LIMIT 1000`, args, func(scan func(...any) error) error {
		var number int64
		var name string
		err := scan(&number, &name)
		if name != "" {
			names[number] = name
		}
		return err
	})
	return names, err
}

// span returns the times that n asks for, in microseconds; the second is not in it.
func span(n audit.Narrow) (since, till int64) {
	till = end
	if !n.Since.IsZero() {
		since = n.Since.UnixMicro()
	}
	if !n.Till.IsZero() {
		till = n.Till.UnixMicro()
	}
	return since, till
}

// Within implements audit.Reading. What is not asked for is no condition: a
// condition that holds of everything keeps SQLite from the index.
func (r reading) Within(ctx context.Context, g access.Grant, narrow audit.Narrow, before int64, limit int) ([]audit.Line, error) {
	since, till := span(narrow)
	args := []any{below(before), since, till, limit}
	asked := ""
	for _, only := range []struct{ column, value string }{{"e.actor", narrow.Actor}, {"e.verb", string(narrow.Verb)}} {
		if only.value != "" {
			args = append(args, only.value)
			asked += " AND " + only.column + " = $" + strconv.Itoa(len(args))
		}
	}
	known, more := r.subjects.known(g, narrow.Verb, len(args)+1)
	return r.lines(ctx, `WHERE e.number < $1 AND e.at >= $2 AND e.at < $3`+asked+` AND `+known+` ORDER BY e.number DESC LIMIT $4`, append(args, more...)...)
}

// Known implements audit.Reading.
func (r reading) Known(ctx context.Context, g access.Grant, from, to int64) (map[int64]bool, error) {
	numbers := map[int64]bool{}
	known, args := r.subjects.known(g, "", 3)
	err := r.tx.All(ctx, `SELECT e.number FROM audit_entry e WHERE e.number BETWEEN $1 AND $2 AND `+known,
		append([]any{from, to}, args...), func(scan func(...any) error) error {
			var n int64
			err := scan(&n)
			numbers[n] = true
			return err
		})
	return numbers, err
}

// Platform implements audit.Reading.
func (r reading) Platform(ctx context.Context, of []access.WorkspaceID, narrow audit.Narrow, before int64, limit int) ([]audit.Line, error) {
	since, till := span(narrow)
	args := []any{below(before), since, till, narrow.Actor, narrow.Verb, limit, audit.MatchRun}
	verbs, places := audit.PlatformVerbs(), slices.Concat(of, []access.WorkspaceID{""})
	aboutAll := sqldb.Placeholders(len(args)+1, len(verbs))
	for _, v := range verbs {
		args = append(args, v)
	}
	aboutOne := sqldb.Placeholders(len(args)+1, len(places))
	for _, id := range places {
		args = append(args, id)
	}
	return r.lines(ctx, `WHERE e.workspace_id = '' AND e.number < $1 AND e.at >= $2 AND e.at < $3 AND NOT (e.verb = $7 AND e.count = 0)
		AND ($4 = '' OR e.actor = $4) AND ($5 = '' OR e.verb = $5)
		AND (e.verb IN (`+aboutAll+`) OR e.object IN (`+aboutOne+`)) ORDER BY e.number DESC LIMIT $6`, args...)
}
