// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"slices"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Scope says what an agreement lets an organisation take part in.
type Scope string

// The scopes.
const (
	KnowledgeScope  Scope = "knowledge"
	OperationsScope Scope = "operations"
	BothScope       Scope = "both"
)

// Scopes lists the scopes in the order in which forms offer them.
func Scopes() []Scope { return []Scope{KnowledgeScope, OperationsScope, BothScope} }

// Agreement is what lets an organisation take part: a cooperation agreement, or
// the written authorisation of a national body by its NCB.
type Agreement struct {
	ID         string
	Org        access.OrgID
	Reference  string // of the signed document, as the parties call it
	Scope      Scope
	FirstDay   time.Time // midnight UTC
	LastDay    time.Time // midnight UTC; in force to the end of this day
	RecordedBy access.MemberID
	RecordedAt time.Time
	EndedAt    time.Time // zero unless it was ended before its last day
}

// End returns when a stops being in force.
func (a Agreement) End() time.Time {
	end := a.LastDay.AddDate(0, 0, 1)
	if !a.EndedAt.IsZero() && a.EndedAt.Before(end) {
		return a.EndedAt
	}
	return end
}

const maxAgreementYears = 10

func (a Agreement) clean(now time.Time) (Agreement, error) {
	a.Reference = strings.Join(strings.Fields(a.Reference), " ")
	return a, fault.All(
		fault.If(a.Reference == "" || len(a.Reference) > maxName, invalid("reference", "member.agreement.reference")),
		fault.If(!slices.Contains(Scopes(), a.Scope), invalid("scope", "member.agreement.scope")),
		fault.If(a.FirstDay.IsZero(), invalid("first_day", "member.day.unknown")),
		fault.If(a.FirstDay.After(now), invalid("first_day", "member.agreement.not_begun")),
		fault.If(a.LastDay.IsZero(), invalid("last_day", "member.day.unknown")),
		fault.If(a.LastDay.Before(a.FirstDay) || !a.End().After(now), invalid("last_day", "member.agreement.over")),
		fault.If(a.LastDay.After(now.AddDate(maxAgreementYears, 0, 0)), invalid("last_day", "member.agreement.too_long")),
	)
}

// forever is the end of what needs no agreement.
var forever = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// project works out until when an organisation takes part in the Knowledge
// Exchange and in Operations: the secretariat and NCBs do by what
// they are, national police and justice in the Knowledge Exchange alone, and
// beyond that by agreements that have begun. The zero time is never.
func project(kind Kind, agreements []Agreement, now time.Time) (knowledge, operations time.Time) {
	switch kind {
	case Secretariat, NCB:
		return forever, forever
	case LawEnforcement, Judicial:
		knowledge = forever
	}
	for _, a := range agreements {
		if a.FirstDay.After(now) {
			continue
		}
		if end := a.End(); a.Scope != OperationsScope && end.After(knowledge) {
			knowledge = end
		}
		if end := a.End(); a.Scope != KnowledgeScope && end.After(operations) {
			operations = end
		}
	}
	return knowledge, operations
}

// RecordAgreement records what lets an organisation take part from now on: the
// Directorate an agreement, an NCB the authorisation of a body of its country.
func (o *Organisations) RecordAgreement(ctx context.Context, actor access.Actor, a Agreement) error {
	now := o.now()
	a, err := a.clean(now)
	if err != nil {
		return err
	}
	a.ID, a.RecordedBy, a.RecordedAt = o.newID(), actor.Member, now
	entry := audit.Entry{ID: o.newID(), At: now, Verb: audit.AgreementRecorded, Object: a.ID, About: string(a.Org)}
	return o.store.Update(ctx, admits(actor), func(tx Tx) error {
		org, err := tx.Organisation(ctx, a.Org)
		if err != nil {
			return err
		}
		if err := mayRecord(tx.Grant(), org); err != nil {
			return err
		}
		if org.Kind.Police() {
			a.Scope = OperationsScope // they are in the Knowledge Exchange by what they are
		}
		if err := tx.InsertAgreement(ctx, a); err != nil {
			return err
		}
		return reproject(ctx, tx, org, now, entry)
	})
}

// EndAgreement ends an agreement or authorisation now. Whoever takes part by it
// alone is out at once.
func (o *Organisations) EndAgreement(ctx context.Context, actor access.Actor, org access.OrgID, id string) error {
	now := o.now()
	entry := audit.Entry{ID: o.newID(), At: now, Verb: audit.AgreementEnded, Object: id, About: string(org)}
	return o.store.Update(ctx, admits(actor), func(tx Tx) error {
		org, err := tx.Organisation(ctx, org)
		if err != nil {
			return err
		}
		if err := mayRecord(tx.Grant(), org); err != nil {
			return err
		}
		ended, err := tx.EndAgreement(ctx, org.ID, id, now)
		if err != nil || !ended {
			return err
		}
		return reproject(ctx, tx, org, now, entry)
	})
}

func reproject(ctx context.Context, tx Tx, org Organisation, now time.Time, entry audit.Entry) error {
	agreements, err := tx.Agreements(ctx, org.ID)
	if err != nil {
		return err
	}
	knowledge, operations := project(org.Kind, agreements, now)
	if err := tx.SetParticipation(ctx, org.ID, knowledge, operations); err != nil {
		return err
	}
	return tx.Record(ctx, entry)
}
