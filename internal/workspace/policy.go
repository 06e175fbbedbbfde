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
	if err := o.Profile.validate(now); err != nil {
		return err
	}
	if !o.Declared {
		return fault.New(fault.Invalid, "workspace.declaration.missing").On("declared")
	}
	return nil
}

func (p Profile) validate(now time.Time) error {
	p = p.trimmed()
	switch {
	case p.Name == "":
		return fault.New(fault.Invalid, "workspace.name.missing").On("name")
	case utf8.RuneCountInString(p.Name) > longestName || strings.ContainsFunc(p.Name, unseen):
		return fault.New(fault.Invalid, "workspace.name.unfit").On("name").With("limit", longestName)
	case p.Purpose == "":
		return fault.New(fault.Invalid, "workspace.purpose.missing").On("purpose")
	case p.LegalBasis == "":
		return fault.New(fault.Invalid, "workspace.legal_basis.missing").On("legal_basis")
	case p.Ceiling > access.Red:
		return fault.New(fault.Invalid, "workspace.choice.unknown").On("ceiling")
	case p.Match > Named:
		return fault.New(fault.Invalid, "workspace.choice.unknown").On("match")
	case p.Match != Silent && p.Contact == "":
		return fault.New(fault.Invalid, "workspace.contact.missing").On("contact")
	case !p.ReviewAt.After(now) || p.ReviewAt.After(now.Add(longestReview)):
		return fault.New(fault.Invalid, "workspace.review.unfit").On("review")
	}
	for _, part := range []struct{ field, text string }{{"purpose", p.Purpose}, {"legal_basis", p.LegalBasis}, {"contact", p.Contact}} {
		if utf8.RuneCountInString(part.text) > longestText {
			return fault.New(fault.Invalid, "workspace.text.too_long").On(part.field).With("limit", longestText)
		}
	}
	return nil
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

func (t Terms) validate(now time.Time) error {
	switch {
	case t.Role < access.Reader || t.Role > access.Manager:
		return fault.New(fault.Invalid, "workspace.choice.unknown").On("role")
	case !t.Until.IsZero() && !t.Until.After(now):
		return fault.New(fault.Invalid, "workspace.date.past").On("until")
	case !t.ExportUntil.IsZero() && !t.ExportUntil.After(now):
		return fault.New(fault.Invalid, "workspace.date.past").On("export")
	}
	return nil
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
