// SPDX-License-Identifier: Apache-2.0

package member

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// Soon is how long before its end a vetting or an agreement is spoken of.
const Soon = 60 * 24 * time.Hour

// Ends is where an end lies: of a vetting, or of an organisation's participation.
type Ends string

// Where ends lie; the empty one is anywhere.
const (
	InForce    Ends = "in_force"
	EndsSoon   Ends = "soon" // in force, and within Soon no longer
	NotInForce Ends = "none" // it has passed, or never was
)

// VettingEnds lists what a list of members can be asked for.
func VettingEnds() []Ends { return []Ends{InForce, EndsSoon, NotInForce} }

// Span returns the first of the ends that lie so, and the first behind them.
func (e Ends) Span(now time.Time) (from, till time.Time) {
	const next = time.Microsecond // what ends now is over
	beyond := forever.AddDate(1, 0, 0)
	switch e {
	case InForce:
		return now.Add(next), beyond
	case EndsSoon:
		return now.Add(next), now.Add(Soon)
	case NotInForce:
		return time.Time{}, now.Add(next)
	}
	return time.Time{}, beyond
}

// MemberStates lists the states that a list of members can be asked for: as they
// stand, whether the member, the organisation or the country is suspended.
func MemberStates() []State { return []State{Active, Suspended, Left} }

// MemberFilter is what a list of members is asked for; an empty part asks for all.
type MemberFilter struct {
	Text      string // part of a name, handle or e-mail address
	Org       access.OrgID
	Country   access.Country
	State     State
	Vetting   Ends
	ByVetting bool // what ends first comes first; otherwise by handle
}

// clean drops what is on no list.
func (f MemberFilter) clean() MemberFilter {
	f.Text = strings.TrimSpace(f.Text)
	f.Country = known(Countries(), f.Country)
	f.State = known(MemberStates(), f.State)
	f.Vetting = known(VettingEnds(), f.Vetting)
	return f
}

// Narrowed reports whether the list holds but some.
func (f MemberFilter) Narrowed() bool {
	f.ByVetting = false
	return f != MemberFilter{}
}

// OrganisationFilter is what a list of organisations is asked for; an empty part
// asks for all.
type OrganisationFilter struct {
	Kind    Kind
	Country access.Country
	State   State // Active or Suspended, whether they or their country
	Ending  bool  // what they take part by ends within Soon
	ByEnd   bool  // of their part in Operations: what ends first comes first; otherwise by name
}

// OrganisationStates lists the states that a list of organisations can be asked
// for.
func OrganisationStates() []State { return []State{Active, Suspended} }

func (f OrganisationFilter) clean() OrganisationFilter {
	f.Kind = known(Kinds(), f.Kind)
	f.Country = known(Countries(), f.Country)
	f.State = known(OrganisationStates(), f.State)
	return f
}

// Narrowed reports whether the list holds but some.
func (f OrganisationFilter) Narrowed() bool {
	f.ByEnd = false
	return f != OrganisationFilter{}
}

// Ends returns where the ends lie that the list is asked for.
func (f OrganisationFilter) Ends() Ends {
	if f.Ending {
		return EndsSoon
	}
	return ""
}

// Expired is what an invitation is shown as that is valid and over its end.
const Expired InvitationState = "over"

// InvitationStates lists the states that a list of invitations can be asked for.
func InvitationStates() []InvitationState {
	return []InvitationState{Awaiting, Valid, Expired, Accepted, Withdrawn}
}

// InvitationFilter is what a list of invitations is asked for; an empty part asks
// for all.
type InvitationFilter struct {
	Org   access.OrgID
	State InvitationState // Valid ones are not over
}

func (f InvitationFilter) clean() InvitationFilter {
	f.State = known(InvitationStates(), f.State)
	return f
}

// known returns the one that is asked for if it is on the list.
func known[T comparable](list []T, asked T) (none T) {
	if slices.Contains(list, asked) {
		return asked
	}
	return none
}

// Behind is the row that a page of a list goes on after; the zero one is before
// the first.
type Behind struct {
	Name string    // or handle
	ID   string    // where names are not unique
	End  time.Time // of the vetting, or the part in Operations, where the list is sorted by it
}

func (b Behind) cursor() page.Cursor {
	end := int64(0)
	if !b.End.IsZero() {
		end = b.End.UnixMicro()
	}
	return page.After(b.Name, b.ID, strconv.FormatInt(end, 10))
}

func behind(after page.Cursor) (b Behind, err error) {
	key, err := after.Key(3)
	if err != nil || after == "" {
		return b, err
	}
	b.Name, b.ID = key[0], key[1]
	end, err := strconv.ParseInt(key[2], 10, 64)
	if err != nil {
		return b, fault.Wrap(fault.Invalid, "error.cursor", err).On("after")
	}
	if end != 0 {
		b.End = time.UnixMicro(end).UTC()
	}
	return b, nil
}

// MemberQuery is what a store is asked of members.
type MemberQuery struct {
	MemberFilter
	At     time.Time // at which they stand so
	Behind Behind
	Limit  int
}

// OrganisationQuery is what a store is asked of organisations.
type OrganisationQuery struct {
	OrganisationFilter
	At     time.Time
	Behind Behind
	Limit  int
}

// InvitationQuery is what a store is asked of invitations. Without a time, Valid
// holds also those that are over.
type InvitationQuery struct {
	InvitationFilter
	At     time.Time
	Before string // id; from the newest where it is empty
	Limit  int
}
