// SPDX-License-Identifier: Apache-2.0

package gate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/sqldb"
)

// HandlingID names a handling within its workspace. Equal handlings have equal
// ids, so that a batch of a million items shares one.
type HandlingID string

// readable is access.Grant.MayRead in SQL: the handlings of the workspace $1
// that member $2 of organisation $3 and country $4 may read, where $5 says that
// they start closed and $6 that they are a follower of the journal.
const readable = `
	SELECT h.handling_id FROM gate_handling h WHERE h.workspace_id = $1 AND ($6 OR (
		(h.tlp < 4 OR EXISTS (SELECT 1 FROM gate_reach r WHERE r.workspace_id = h.workspace_id
			AND r.handling_id = h.handling_id AND r.kind = 'member' AND r.subject = $2))
		AND (h.originator = $3 OR (
			NOT EXISTS (SELECT 1 FROM gate_reach r WHERE r.workspace_id = h.workspace_id
				AND r.handling_id = h.handling_id AND r.kind = 'closed' AND r.subject = $4)
			AND CASE WHEN $5 THEN NOT h.victim_data AND EXISTS (SELECT 1 FROM gate_reach r
				WHERE r.workspace_id = h.workspace_id AND r.handling_id = h.handling_id
				AND r.kind = 'org' AND r.subject = $3)
			ELSE NOT h.restricted OR EXISTS (SELECT 1 FROM gate_reach r
				WHERE r.workspace_id = h.workspace_id AND r.handling_id = h.handling_id
				AND (r.kind = 'org' AND r.subject = $3 OR r.kind = 'country' AND r.subject = $4))
			END))))`

// Readable returns the sub-select of the handlings that the grant lets its
// holder read, and its arguments, to stand in a query whose own arguments are
// fewer than first: "handling_id IN (" + sql + ")".
func Readable(g access.Grant, first int) (sql string, args []any) {
	return readableFrom(first), []any{g.Workspace(), g.Member(), g.Org(), g.Country(), g.StartsClosed(), g.SeesAll()}
}

// ReadableOne is Readable for a query about one item whose handling is column:
// its condition looks at that handling alone.
func ReadableOne(g access.Grant, column string, first int) (condition string, args []any) {
	text, args := Readable(g, first)
	return "EXISTS (" + text + " AND h.handling_id = " + column + ")", args
}

// Sensitive is access.Handling.Sensitive in SQL: it selects those handlings of the
// workspace $1.
const Sensitive = `
	SELECT s.handling_id FROM gate_handling s WHERE s.workspace_id = $1 AND (s.tlp = 4 OR s.restricted OR s.victim_data)`

// numbered are the forms of readable by their first placeholder: as many as
// there are in the house's statements.
var numbered sync.Map // int → string

func readableFrom(first int) string {
	if text, ok := numbered.Load(first); ok {
		known, _ := text.(string)
		return known
	}
	pairs := make([]string, 0, 12)
	for i := range 6 {
		pairs = append(pairs, "$"+strconv.Itoa(i+1), "$"+strconv.Itoa(first+i))
	}
	text := strings.NewReplacer(pairs...).Replace(readable)
	numbered.Store(first, text)
	return text
}

// SaveHandling keeps h for items of the grant's workspace and returns its id.
// It fails where the workspace does not accept h (access.Grant.Accepts).
func SaveHandling(ctx context.Context, tx *sqldb.Tx, g access.Grant, h access.Handling) (HandlingID, error) {
	if err := g.Accepts(h); err != nil {
		return "", err
	}
	return saveHandling(ctx, tx, g, h)
}

// Closed keeps what is handled as the handling of that id says for the organisation
// of its originator alone, and returns the id of that. It needs nobody's acceptance:
// what was accepted is narrowed.
func Closed(ctx context.Context, tx *sqldb.Tx, g access.Grant, id HandlingID) (HandlingID, access.Handling, error) {
	h, err := HandlingOf(ctx, tx, g, id)
	if err != nil {
		return "", h, err
	}
	h.Restricted, h.Orgs, h.Countries = true, nil, nil
	id, err = saveHandling(ctx, tx, g, h)
	return id, h.Canonical(), err
}

func saveHandling(ctx context.Context, tx *sqldb.Tx, g access.Grant, h access.Handling) (HandlingID, error) {
	h = h.Canonical()
	text, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	id := HandlingID(hex.EncodeToString(sum[:16]))
	n, err := tx.Change(ctx, `
		INSERT INTO gate_handling (workspace_id, handling_id, tlp, pap, court, originator, restricted,
			do_not_disrupt, victim_data, personal_data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		g.Workspace(), id, h.TLP, h.PAP, h.Court, h.Originator, h.Restricted, h.DoNotDisrupt, h.VictimData, h.PersonalData)
	if err != nil || n == 0 {
		return id, err
	}
	return id, saveReach(ctx, tx, g.Workspace(), id, h)
}

func saveReach(ctx context.Context, tx *sqldb.Tx, workspace access.WorkspaceID, id HandlingID, h access.Handling) error {
	var rows [][]any
	add := func(kind, subject string) { rows = append(rows, []any{workspace, id, kind, subject}) }
	for _, org := range h.Orgs {
		add("org", string(org))
	}
	for _, country := range h.Countries {
		add("country", string(country))
	}
	for _, country := range h.ClosedTo {
		add("closed", string(country))
	}
	for _, member := range h.Named {
		add("member", string(member))
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.Insert(ctx, "gate_reach", []string{"workspace_id", "handling_id", "kind", "subject"}, rows)
}

// Handlings returns the handlings of the grant's workspace that its holder may
// read, by id.
func Handlings(ctx context.Context, tx *sqldb.Tx, g access.Grant) (map[HandlingID]access.Handling, error) {
	byID := map[HandlingID]access.Handling{}
	mine, args := Readable(g, 1)
	err := tx.All(ctx, `
		SELECT h.handling_id, h.tlp, h.pap, h.court, h.originator, h.restricted, h.do_not_disrupt, h.victim_data, h.personal_data
		FROM gate_handling h WHERE h.workspace_id = $1 AND h.handling_id IN (`+mine+`)`,
		args, func(scan func(...any) error) error {
			var id HandlingID
			var h access.Handling
			err := scan(&id, &h.TLP, &h.PAP, &h.Court, &h.Originator, &h.Restricted, &h.DoNotDisrupt, &h.VictimData, &h.PersonalData)
			byID[id] = h
			return err
		})
	if err != nil {
		return nil, err
	}
	err = tx.All(ctx, `SELECT handling_id, kind, subject FROM gate_reach WHERE workspace_id = $1 ORDER BY handling_id, kind, subject`,
		[]any{g.Workspace()}, func(scan func(...any) error) error {
			var id HandlingID
			var kind, subject string
			err := scan(&id, &kind, &subject)
			if h, ok := byID[id]; ok {
				byID[id] = reach(h, kind, subject)
			}
			return err
		})
	return byID, err
}

// HandlingOf returns the handling of that id in the grant's workspace. It fails
// with access.ErrHidden where the holder may not read what is handled so.
func HandlingOf(ctx context.Context, tx *sqldb.Tx, g access.Grant, id HandlingID) (h access.Handling, err error) {
	mine, args := ReadableOne(g, "$1", 2)
	err = tx.One(ctx, `
		SELECT o.tlp, o.pap, o.court, o.originator, o.restricted, o.do_not_disrupt, o.victim_data, o.personal_data
		FROM gate_handling o WHERE o.handling_id = $1 AND o.workspace_id = $2 AND `+mine,
		append([]any{id}, args...),
		&h.TLP, &h.PAP, &h.Court, &h.Originator, &h.Restricted, &h.DoNotDisrupt, &h.VictimData, &h.PersonalData)
	if fault.KindOf(err) == fault.NotFound {
		return h, access.ErrHidden
	}
	if err != nil {
		return h, err
	}
	err = tx.All(ctx, `SELECT kind, subject FROM gate_reach WHERE workspace_id = $1 AND handling_id = $2 ORDER BY kind, subject`,
		[]any{g.Workspace(), id}, func(scan func(...any) error) error {
			var kind, subject string
			err := scan(&kind, &subject)
			h = reach(h, kind, subject)
			return err
		})
	return h, err
}

func reach(h access.Handling, kind, subject string) access.Handling {
	switch kind {
	case "org":
		h.Orgs = append(h.Orgs, access.OrgID(subject))
	case "country":
		h.Countries = append(h.Countries, access.Country(subject))
	case "closed":
		h.ClosedTo = append(h.ClosedTo, access.Country(subject))
	case "member":
		h.Named = append(h.Named, access.MemberID(subject))
	}
	return h
}
