// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
	"entente.example/internal/page"
)

// RulesVersion names the rules of behaviour that one accepts on joining. Their
// text is in the catalogues; when it changes in substance, so does this.
const RulesVersion = "2026-1"

// linkLife is how long a link opens.
const linkLife = 7 * 24 * time.Hour

// InvitationState is where an invitation stands. One that is over its end is
// no longer valid, whatever its state.
type InvitationState string

// The states of an invitation.
const (
	Awaiting  InvitationState = "awaiting" // the NCB of the country has not confirmed it yet
	Valid     InvitationState = "valid"
	Accepted  InvitationState = "accepted"
	Withdrawn InvitationState = "withdrawn"
)

// Invitation asks a person to become a member of an organisation.
type Invitation struct {
	ID          string
	TokenHash   string // of the link's token, which is kept nowhere
	Org         Organisation
	Email       string // empty for the first officers alone, who give their own
	Name        string
	Officer     Officership // what accepting it makes of them
	State       InvitationState
	InvitedBy   access.MemberID // empty: the console
	InvitedAt   time.Time
	ConfirmedBy access.MemberID
	EndsAt      time.Time
	Member      access.MemberID // who accepted it
}

// Over reports whether i can no longer be accepted for its age.
func (i Invitation) Over(now time.Time) bool { return !i.EndsAt.After(now) }

// errLink is the one answer to a link that does not open, for whatever reason.
var errLink error = fault.New(fault.NotFound, "member.link.ended")

// hashOf is what is kept of a link's token.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Invitations invites people and makes them members. Its token is a fresh secret
// of at least 256 bits, safe in a URL.
type Invitations struct {
	store    Store
	now      func() time.Time
	newID    func() string
	newToken func() string
}

// NewInvitations returns Invitations kept in store.
func NewInvitations(store Store, now func() time.Time, newID, newToken func() string) *Invitations {
	return &Invitations{store, now, newID, newToken}
}

// Draft is whom to invite.
type Draft struct {
	Org   access.OrgID
	Email string
	Name  string
}

func (d Draft) clean() (Draft, error) {
	d.Name = strings.Join(strings.Fields(d.Name), " ")
	var unfit error
	d.Email, unfit = cleanEmail(d.Email)
	return d, fault.All(fault.If(d.Org == "", invalid("org", "member.org.missing")), checkName(d.Name), unfit)
}

func checkName(name string) error {
	switch {
	case name == "":
		return invalid("name", "member.name.empty")
	case len(name) > maxName:
		return invalid("name", "member.name.long")
	}
	return nil
}

// address is a plain e-mail address: one that a mailer may be given without
// quoting. The forms of RFC 5321 beyond it are in nobody's use here.
var address = regexp.MustCompile(`^[a-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[\p{Ll}\p{N}\p{Lo}]([\p{Ll}\p{N}\p{Lo}-]*\.)+[\p{Ll}\p{Lo}][\p{Ll}\p{N}\p{Lo}-]+$`)

func cleanEmail(email string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if len(email) > 254 || !address.MatchString(email) {
		return email, invalid("email", "member.email.malformed")
	}
	return email, nil
}

// Invite invites a person. The token of the link is returned this once. Where
// the NCB of the country must confirm, the link opens nothing before it has.
func (s *Invitations) Invite(ctx context.Context, actor access.Actor, d Draft) (i Invitation, token string, err error) {
	if d, err = d.clean(); err != nil {
		return Invitation{}, "", err
	}
	token, now := s.newToken(), s.now()
	i = Invitation{
		ID: s.newID(), TokenHash: hashOf(token), Email: d.Email, Name: d.Name, State: Valid,
		InvitedBy: actor.Member, InvitedAt: now, EndsAt: now.Add(linkLife),
	}
	entry := audit.Entry{ID: s.newID(), At: now, Verb: audit.MemberInvited, Object: i.ID, About: string(d.Org)}
	err = s.store.Update(ctx, admits(actor), func(tx Tx) error {
		if i.Org, err = tx.Organisation(ctx, d.Org); err != nil {
			return err
		}
		if err := mayInvite(tx.Grant(), i.Org); err != nil {
			return err
		}
		if i.State, err = firstState(ctx, tx, i.Org); err != nil {
			return err
		}
		if err := tx.InsertInvitation(ctx, i); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
	if err != nil {
		return Invitation{}, "", err
	}
	return i, token, nil
}

// firstState says whether an invitation must wait for the NCB of its country. A
// country whose NCB has no active member has nobody to wait for.
func firstState(ctx context.Context, tx Reader, org Organisation) (InvitationState, error) {
	if !needsNCB(tx.Grant(), org) {
		return Valid, nil
	}
	answers, err := tx.NCBAnswers(ctx, org.Country)
	if err == nil && answers {
		return Awaiting, nil
	}
	return Valid, err
}

// Confirm lets an awaiting invitation take effect, for seven days from now.
func (s *Invitations) Confirm(ctx context.Context, actor access.Actor, id string) error {
	now := s.now()
	entry := audit.Entry{ID: s.newID(), At: now, Verb: audit.InvitationConfirmed, Object: id}
	return s.store.Update(ctx, admits(actor), func(tx Tx) error {
		i, err := tx.Invitation(ctx, id)
		if err != nil {
			return err
		}
		if err := mayConfirmInvitation(tx.Grant(), i); err != nil {
			return err
		}
		if i.State != Awaiting {
			return fault.New(fault.Conflict, "member.invitation.moved_on")
		}
		i.State, i.ConfirmedBy, i.EndsAt = Valid, actor.Member, now.Add(linkLife)
		if err := tx.MoveInvitation(ctx, i, Awaiting); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Withdraw ends an invitation that was not accepted.
func (s *Invitations) Withdraw(ctx context.Context, actor access.Actor, id string) error {
	entry := audit.Entry{ID: s.newID(), At: s.now(), Verb: audit.InvitationEnded, Object: id}
	return s.store.Update(ctx, admits(actor), func(tx Tx) error {
		i, err := tx.Invitation(ctx, id)
		switch {
		case err != nil:
			return err
		case i.State == Withdrawn:
			return nil
		case i.State == Accepted:
			return fault.New(fault.Conflict, "member.invitation.moved_on")
		}
		from := i.State
		i.State = Withdrawn
		if err := tx.MoveInvitation(ctx, i, from); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// Listed is a page of invitations.
type Listed struct {
	Invitations []Invitation
	Filter      InvitationFilter
	Names       Names // of those who invited
	Next        page.Cursor
	Now         time.Time
	MayConfirm  bool // the reader answers for a country as its NCB
}

// List returns the invitations that the actor may know of and that f asks for, the
// newest first.
func (s *Invitations) List(ctx context.Context, actor access.Actor, f InvitationFilter, after page.Cursor) (l Listed, err error) {
	key, err := after.Key(1)
	if err != nil {
		return l, err
	}
	q := InvitationQuery{InvitationFilter: f.clean(), At: s.now(), Before: key[0], Limit: pageSize + 1}
	err = s.store.View(ctx, admits(actor), func(tx Reader) error { return l.read(ctx, tx, q) })
	return l, err
}

func (l *Listed) read(ctx context.Context, tx Reader, q InvitationQuery) (err error) {
	l.Filter, l.Now, l.MayConfirm = q.InvitationFilter, q.At, isNCB(tx.Grant())
	if l.Invitations, err = tx.Invitations(ctx, q); err != nil {
		return err
	}
	if len(l.Invitations) > pageSize {
		l.Invitations = l.Invitations[:pageSize]
		l.Next = page.After(l.Invitations[pageSize-1].ID)
	}
	l.Names, err = tx.Names(ctx, inviters(l.Invitations))
	return err
}

func inviters(list []Invitation) (ids []access.MemberID) {
	for _, i := range list {
		ids = append(ids, i.InvitedBy)
	}
	return ids
}

// Offer is what a link shows to who holds it.
type Offer struct {
	Invitation
	Inviter access.Card // zero where the console invited
}

// Look returns what a link offers, and changes nothing. It fails with the one
// answer for links that do not open.
func (s *Invitations) Look(ctx context.Context, token string) (o Offer, err error) {
	err = s.store.View(ctx, unsigned(), func(tx Reader) error {
		if o.Invitation, err = invited(ctx, tx, token, Valid, s.now()); err != nil {
			return err
		}
		names, err := tx.Names(ctx, []access.MemberID{o.InvitedBy})
		o.Inviter = names[o.InvitedBy]
		return err
	})
	if err != nil {
		return Offer{}, err
	}
	return o, nil
}

// invited returns the invitation of that token if it is in that state and not
// over: any other is answered alike, after the same query.
func invited(ctx context.Context, tx Reader, token string, state InvitationState, now time.Time) (Invitation, error) {
	i, err := tx.InvitationOf(ctx, hashOf(token))
	if fault.KindOf(err) == fault.NotFound {
		return Invitation{}, errLink
	}
	if err == nil && (i.State != state || i.Over(now) || i.Org.Suspended || i.Org.CountrySuspended) {
		return Invitation{}, errLink
	}
	return i, err
}

// Acceptance is what one says of oneself on joining.
type Acceptance struct {
	Handle   string
	Name     string
	Post     string
	Email    string // looked at only where the invitation names none
	Rules    string // the version of the rules that was read and accepted
	Settings Settings
}

// handle is what one is mentioned by.
var handle = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,30}$`)

func (a Acceptance) clean() (Acceptance, error) {
	a.Handle = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(a.Handle), "@"))
	a.Name = strings.Join(strings.Fields(a.Name), " ")
	a.Post = strings.Join(strings.Fields(a.Post), " ")
	if a.Rules != RulesVersion {
		return a, invalid("rules", "member.rules.not_accepted") // a page of its own, before the others
	}
	return a, fault.All(
		checkName(a.Name),
		checkPost(a.Post),
		fault.If(!handle.MatchString(a.Handle), invalid("handle", "member.handle.malformed")),
		a.Settings.Validate(),
	)
}

// Accept makes the holder of a link a member. The link opens nothing after it
// but the way to a first means of signing in (Enrolled).
func (s *Invitations) Accept(ctx context.Context, token string, a Acceptance) (Member, error) {
	a, err := a.clean()
	if err != nil {
		return Member{}, err
	}
	now := s.now()
	m := Member{
		ID: access.MemberID(s.newID()), Handle: a.Handle, Name: a.Name, Post: a.Post,
		State: Active, Settings: a.Settings, CreatedAt: now,
	}
	entry := audit.Entry{ID: s.newID(), At: now, Verb: audit.InvitationAccepted, Concerns: m.ID}
	err = s.store.Update(ctx, unsigned(), func(tx Tx) error {
		i, err := invited(ctx, tx, token, Valid, now)
		if err != nil {
			return err
		}
		m.Org, m.Officer, m.Email = i.Org, i.Officer, i.Email
		if m.Email == "" {
			if m.Email, err = cleanEmail(a.Email); err != nil {
				return err
			}
		}
		entry.Object = i.ID
		return join(ctx, tx, m, i, entry)
	})
	if err != nil {
		return Member{}, err
	}
	return m, nil
}

func join(ctx context.Context, tx Tx, m Member, i Invitation, entry audit.Entry) error {
	if err := untaken(ctx, tx, m); err != nil {
		return err
	}
	if err := tx.InsertMember(ctx, m, RulesVersion); err != nil {
		return err
	}
	i.State, i.Member = Accepted, m.ID
	if err := tx.MoveInvitation(ctx, i, Valid); err != nil {
		return err
	}
	return tx.Record(ctx, entry)
}

// untaken tells the holder of a valid link, who is told the handles of all
// members a moment later, that somebody bears theirs.
func untaken(ctx context.Context, tx Reader, m Member) error {
	for _, given := range []struct{ name, field, key string }{
		{m.Handle, "handle", "member.handle.taken"}, {m.Email, "email", "member.email.taken"},
	} {
		_, err := tx.Account(ctx, "", given.name)
		if err == nil {
			return fault.New(fault.Conflict, given.key).On(given.field)
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return nil
}

// Enrolled returns the member that a link made, within the link's seven days: for
// adding their first means of signing in. Whether they have one is package
// signin's to know. It fails with the one answer for links that do not open.
func (s *Invitations) Enrolled(ctx context.Context, token string) (m Member, err error) {
	err = s.store.View(ctx, unsigned(), func(tx Reader) error {
		i, err := invited(ctx, tx, token, Accepted, s.now())
		if err != nil {
			return err
		}
		m, err = tx.Account(ctx, i.Member, "")
		return err
	})
	if fault.KindOf(err) == fault.NotFound || err == nil && !m.InForce(s.now()) {
		return Member{}, errLink
	}
	return m, err
}

// LinkPath is the path of the link that carries token.
func LinkPath(token string) string { return "/invitation/" + url.PathEscape(token) }
