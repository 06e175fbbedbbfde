// SPDX-License-Identifier: Apache-2.0

package workspace

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// errNobody is the answer about everybody who cannot be invited: unknown, not
// vetted, suspended, or without an authorisation.
var errNobody error = fault.New(fault.Invalid, "workspace.invite.nobody").On("who")

const (
	longestName   = 40   // characters
	longestText   = 4000 // characters
	longestReview = 366 * 24 * time.Hour
)

func (o Opening) validate(now time.Time) error {
	return fault.All(o.Profile.validate(now), fault.If(!o.Declared, invalid("declared", "workspace.declaration.missing")))
}

// validate fails with all that is wrong with p, in the order of the form.
func (p Profile) validate(now time.Time) error {
	p = p.trimmed()
	return fault.All(
		fault.If(p.Name == "", invalid("name", "workspace.name.missing")),
		within(longestName, "name", "workspace.name.unfit", p.Name),
		fault.If(strings.ContainsFunc(p.Name, unseen), invalid("name", "workspace.name.unfit").With("limit", longestName)),
		fault.If(p.Purpose == "", invalid("purpose", "workspace.purpose.missing")),
		within(longestText, "purpose", "workspace.text.too_long", p.Purpose),
		fault.If(p.LegalBasis == "", invalid("legal_basis", "workspace.legal_basis.missing")),
		within(longestText, "legal_basis", "workspace.text.too_long", p.LegalBasis),
		fault.If(p.Ceiling > access.Red, invalid("ceiling", "workspace.choice.unknown")),
		fault.If(p.Match > Named, invalid("match", "workspace.choice.unknown")),
		fault.If(p.Match != Silent && p.Contact == "", invalid("contact", "workspace.contact.missing")),
		within(longestText, "contact", "workspace.text.too_long", p.Contact),
		fault.If(!p.ReviewAt.After(now) || p.ReviewAt.After(now.Add(longestReview)), invalid("review", "workspace.review.unfit")),
	)
}

func invalid(field, key string) *fault.Error { return fault.New(fault.Invalid, key).On(field) }

// within holds a text to so many characters.
func within(limit int, field, key, text string) error {
	return fault.If(utf8.RuneCountInString(text) > limit, invalid(field, key).With("limit", limit))
}

// unseen reports characters that a name must not hold: they would make it look
// like another.
func unseen(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

func (p Profile) trimmed() Profile {
	p.Name, p.Purpose = strings.TrimSpace(p.Name), strings.TrimSpace(p.Purpose)
	p.LegalBasis, p.Contact = strings.TrimSpace(p.LegalBasis), strings.TrimSpace(p.Contact)
	return p
}

func mayReplace(old, replaced Profile) error {
	if replaced.Ceiling < old.Ceiling {
		return fault.New(fault.Invalid, "workspace.ceiling.lowered").On("ceiling").With("ceiling", old.Ceiling.String())
	}
	return nil
}

// Next lists the states into which a manager may bring an operation that is in
// state s.
func Next(s access.WorkspaceState) []access.WorkspaceState {
	switch s {
	case access.Planning:
		return []access.WorkspaceState{access.Active, access.Archived}
	case access.Active:
		return []access.WorkspaceState{access.Closing, access.Archived}
	case access.Closing:
		return []access.WorkspaceState{access.Active, access.Archived}
	default:
		return nil
	}
}

func mayMove(from, to access.WorkspaceState) error {
	if !slices.Contains(Next(from), to) {
		return fault.New(fault.Conflict, "workspace.state.not_next").On("state")
	}
	return nil
}

// Validate fails with all that is wrong with t.
func (t Terms) Validate(now time.Time) error {
	past := func(end time.Time) bool { return !end.IsZero() && !end.After(now) }
	return fault.All(
		fault.If(t.Role < access.Reader || t.Role > access.Manager, invalid("role", "workspace.choice.unknown")),
		fault.If(past(t.Until), invalid("until", "workspace.date.past")),
		fault.If(past(t.ExportUntil), invalid("export", "workspace.date.past")),
	)
}

// Validate fails with all that can be told to be wrong with i before anybody is
// looked for.
func (i Invitation) Validate(now time.Time) error {
	return fault.All(fault.If(i.who() == "", invalid("who", "workspace.invite.who_missing")), i.Terms.Validate(now))
}

// manages reports whether m is the membership of a manager at now.
func (m Membership) manages(now time.Time) bool {
	return m.State == Accepted && m.Terms.Role == access.Manager && (m.Terms.Until.IsZero() || m.Terms.Until.After(now))
}

// lasts reports whether m is the membership of a manager without an end date.
func (m Membership) lasts() bool {
	return m.State == Accepted && m.Terms.Role == access.Manager && m.Terms.Until.IsZero()
}

// mayConfirm holds the confirmation of a purge to two persons, both managers now.
func mayConfirm(p Purge, actor access.MemberID, members []Membership, now time.Time) error {
	asks := func(m Membership) bool { return m.Member == p.AskedBy && m.manages(now) }
	switch {
	case p.AskedBy == actor:
		return fault.New(fault.Forbidden, "workspace.purge.own")
	case !slices.ContainsFunc(members, asks):
		return fault.New(fault.Conflict, "workspace.purge.asker_gone")
	}
	return nil
}

// keepsManager holds that an operation whose members are list keeps a manager
// when one of them becomes changed: one without an end date, if it had one.
func keepsManager(list []Membership, changed Membership, now time.Time) error {
	was, managed, lasting := false, changed.manages(now), changed.lasts()
	lasted := false
	for _, m := range list {
		lasted = lasted || m.lasts()
		if m.Member == changed.Member {
			was = m.manages(now)
			continue
		}
		managed = managed || m.manages(now)
		lasting = lasting || m.lasts()
	}
	if !was || lasting || managed && !lasted {
		return nil
	}
	return fault.New(fault.Conflict, "workspace.manager.last")
}
