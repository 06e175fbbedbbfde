// SPDX-License-Identifier: Apache-2.0

package member

import (
	"slices"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// The rules here presume that the holder of the grant may know of the person or
// organisation: the store answers access.ErrHidden for all others.

// isNCB reports whether the holder of g acts for a National Central Bureau.
func isNCB(g access.Grant) bool { return Kind(g.OrgKind()) == NCB }

// answersFor reports whether the holder of g is of the NCB of org's country.
func answersFor(g access.Grant, org Organisation) bool {
	return isNCB(g) && org.Country != "" && org.Country == g.Country() && org.Kind != Secretariat
}

// mayInvite says whose people the holder of g may invite.
func mayInvite(g access.Grant, org Organisation) error {
	switch {
	case answersFor(g, org):
		return nil
	case g.Officer() && org.Kind.Police():
		return fault.New(fault.Forbidden, "member.invite.ncb_alone").On("org")
	case g.Officer():
		return nil
	}
	return access.ErrHidden
}

// needsNCB reports whether an invitation by the holder of g takes effect only
// when the NCB of the organisation's country confirms it.
func needsNCB(g access.Grant, org Organisation) bool {
	switch org.Kind {
	case Secretariat, NCB, International:
		return false
	}
	return !answersFor(g, org)
}

// mayConfirmInvitation lets the NCB of the invitation's country, and it alone,
// make it take effect.
func mayConfirmInvitation(g access.Grant, i Invitation) error {
	if !answersFor(g, i.Org) {
		return fault.New(fault.Forbidden, "member.invite.ncb_confirms")
	}
	return nil
}

// mayRecord says who lets an organisation take part: for police and justice
// their NCB alone, for others the Directorate.
func mayRecord(g access.Grant, org Organisation) error {
	switch {
	case org.Kind == Secretariat || org.Kind == NCB:
		return fault.New(fault.Conflict, "member.agreement.not_needed")
	case org.Kind.Police() && !answersFor(g, org):
		return fault.New(fault.Forbidden, "member.agreement.ncb_alone")
	case !org.Kind.Police() && !g.Officer():
		return fault.New(fault.Forbidden, "member.agreement.directorate_alone")
	}
	return nil
}

// maySuspend lets the Directorate cut off any member, an NCB any of its country,
// and nobody themselves.
func maySuspend(g access.Grant, m Member) error {
	switch {
	case m.ID == g.Member():
		return fault.New(fault.Forbidden, "member.suspend.self")
	case g.Officer() || answersFor(g, m.Org):
		return nil
	}
	return access.ErrHidden
}

// mayVouch lets the Directorate, and the NCB of a member's country, say that a
// passkey is that member's own; nobody says it of theirs.
func mayVouch(g access.Grant, m Member) error {
	switch {
	case m.ID == g.Member():
		return fault.New(fault.Forbidden, "member.passkey.self")
	case g.Officer() || answersFor(g, m.Org):
		return nil
	}
	return access.ErrHidden
}

// mayCorrect says who keeps a member's details true: the NCB those of its
// country's people, the Directorate those of others, and nobody their own.
func mayCorrect(g access.Grant, m Member) error {
	switch {
	case m.ID == g.Member():
		return fault.New(fault.Forbidden, "member.correct.self")
	case answersFor(g, m.Org):
		return nil
	case g.Officer() && m.Org.Kind.Police():
		return fault.New(fault.Forbidden, "member.correct.ncb_alone")
	case g.Officer():
		return nil
	}
	return access.ErrHidden
}

// maySuspendCountry keeps the secretariat from suspending the country of its seat.
func maySuspendCountry(g access.Grant, country access.Country) error {
	switch {
	case !isCountry(country):
		return invalid("country", "member.country.unknown")
	case country == g.Country():
		return fault.New(fault.Forbidden, "member.suspend.seat").On("country")
	}
	return nil
}

// mayEndorse says who answers for a person that is to be vetted: for NCBs, police
// and justice the NCB of their country; for others an officer, who records that
// an agreement is in force.
func mayEndorse(g access.Grant, m Member, now time.Time) error {
	switch {
	case m.ID == g.Member():
		return fault.New(fault.Forbidden, "member.vetting.self")
	case m.Org.Kind == NCB || m.Org.Kind.Police():
		if !answersFor(g, m.Org) {
			return fault.New(fault.Forbidden, "member.vetting.ncb_endorses")
		}
	case !g.Officer():
		return fault.New(fault.Forbidden, "member.vetting.directorate_endorses")
	}
	if !m.Org.Operations.After(now) {
		return fault.New(fault.Conflict, "member.vetting.no_agreement")
	}
	return nil
}

// mayApprove holds that a vetting is approved by officers who have nothing to do
// with the person.
func mayApprove(g access.Grant, c Case, m Member) error {
	switch {
	case !g.Officer():
		return fault.New(fault.Forbidden, "member.vetting.officers_approve")
	case m.ID == g.Member():
		return fault.New(fault.Forbidden, "member.vetting.self")
	case c.EndorsedBy == g.Member():
		return fault.New(fault.Forbidden, "member.vetting.endorsed")
	case voted(c.Approvals, g.Member()):
		return fault.New(fault.Forbidden, "member.vetting.approved_once")
	case sharesCountry(g, m):
		return fault.New(fault.Forbidden, "member.vetting.same_country")
	}
	return nil
}

// mayApproveNow is mayApprove, of a case that is still to be decided: its person
// is here, and its end lies ahead.
func mayApproveNow(g access.Grant, c Case, m Member, now time.Time) error {
	if err := mayApprove(g, c, m); err != nil {
		return err
	}
	if c.State != Open || m.State != Active || !c.Until.After(now) {
		return fault.New(fault.Conflict, "member.vetting.moved_on")
	}
	return nil
}

// sharesCountry reports whether the holder of g is of the person's country. The
// country of the secretariat is that of its seat, and says nothing (doc.go).
func sharesCountry(g access.Grant, m Member) bool {
	return Kind(g.OrgKind()) != Secretariat && g.Country() != "" && g.Country() == m.Org.Country
}

// mayEndVetting lets those who could end the account end the vetting.
func mayEndVetting(g access.Grant, m Member) error {
	if g.Officer() || answersFor(g, m.Org) {
		return nil
	}
	return access.ErrHidden
}

// mayConfirm lets confirmed officers make another, but for the person themselves.
func mayConfirm(g access.Grant, m Member, votes []Vote) error {
	switch {
	case !g.Officer() || m.ID == g.Member():
		return fault.New(fault.Forbidden, "member.officer.others_confirm")
	case voted(votes, g.Member()):
		return fault.New(fault.Forbidden, "member.officer.confirmed_once")
	}
	return nil
}

// mayConfirmNow is mayConfirm, of somebody who still is to become an officer.
func mayConfirmNow(g access.Grant, m Member, votes []Vote) error {
	if m.Officer != PendingOfficer || m.State != Active {
		return fault.New(fault.Conflict, "member.officer.moved_on")
	}
	return mayConfirm(g, m, votes)
}

func voted(votes []Vote, officer access.MemberID) bool {
	return slices.ContainsFunc(votes, func(v Vote) bool { return v.Officer == officer })
}
