// SPDX-License-Identifier: Apache-2.0

package auditsql

import (
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// Subjects say what entries are about, in terms of the rooms that keep it. The
// journal knows ids alone.
type Subjects struct {
	// Readable is gate.Readable, of the package that imports this one.
	Readable func(g access.Grant, first int) (sql string, args []any)
	// About are the kinds of items that entries are about.
	About []Subject
}

// Subject is one kind of item, and the acts on it.
type Subject struct {
	Verbs []audit.Verb
	// Known is a condition on the entry e: that the holder of g may read what it is
	// about. readable is a sub-select of the handlings that they may read.
	Known func(g access.Grant, readable string) string
}

// known is the condition that an entry e is of the workspace of g, and that its
// holder may know of it, with its arguments, which begin at first.
func (s Subjects) known(g access.Grant, first int) (condition string, args []any) {
	readable, args := s.Readable(g, first)
	next := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(first+len(args)-1)
	}
	list := func(verbs []audit.Verb) string {
		var marks []string
		for _, v := range verbs {
			marks = append(marks, next(v))
		}
		return "e.verb IN (" + strings.Join(marks, ", ") + ")"
	}
	either := []string{"e.actor = " + next(string(g.Member())), list(audit.OpenVerbs())}
	for _, subject := range s.About {
		either = append(either, list(subject.Verbs)+" AND "+subject.Known(g, readable))
	}
	return "e.workspace_id = " + next(g.Workspace()) + " AND (" + strings.Join(either, " OR ") + ")", args
}

// Within implements audit.Reading.
func (r reading) Within(g access.Grant, before int64, limit int) ([]audit.Line, error) {
	known, args := r.subjects.known(g, 3)
	return r.lines(`WHERE e.number < $1 AND `+known+` ORDER BY e.number DESC LIMIT $2`, append([]any{below(before), limit}, args...)...)
}

// Known implements audit.Reading.
func (r reading) Known(g access.Grant, from, to int64) (map[int64]bool, error) {
	numbers := map[int64]bool{}
	known, args := r.subjects.known(g, 3)
	err := r.tx.All(r.ctx, `SELECT e.number FROM audit_entry e WHERE e.number BETWEEN $1 AND $2 AND `+known,
		append([]any{from, to}, args...), func(scan func(...any) error) error {
			var n int64
			err := scan(&n)
			numbers[n] = true
			return err
		})
	return numbers, err
}

// Platform implements audit.Reading.
func (r reading) Platform(of []access.WorkspaceID, narrow audit.Narrow, before int64, limit int) ([]audit.Line, error) {
	since, till := int64(0), end
	if !narrow.Since.IsZero() {
		since = narrow.Since.UnixMicro()
	}
	if !narrow.Till.IsZero() {
		till = narrow.Till.UnixMicro()
	}
	args := []any{below(before), since, till, narrow.Actor, narrow.Verb, limit}
	mark := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var verbs, places []string
	for _, v := range audit.PlatformVerbs() {
		verbs = append(verbs, mark(v))
	}
	for _, id := range slices.Concat(of, []access.WorkspaceID{""}) {
		places = append(places, mark(id))
	}
	nothing := mark(audit.MatchRun)
	return r.lines(`WHERE e.workspace_id = '' AND e.number < $1 AND e.at >= $2 AND e.at < $3 AND NOT (e.verb = `+nothing+` AND e.count = 0)
		AND ($4 = '' OR e.actor = $4) AND ($5 = '' OR e.verb = $5)
		AND (e.verb IN (`+strings.Join(verbs, ", ")+`) OR e.object IN (`+strings.Join(places, ", ")+`)) ORDER BY e.number DESC LIMIT $6`, args...)
}
