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
	"entente.example/internal/page"
)

// Kind says what an organisation is.
type Kind string

// The kinds of organisation.
const (
	Secretariat    Kind = "secretariat"
	NCB            Kind = "ncb"
	LawEnforcement Kind = "law_enforcement"
	Judicial       Kind = "judicial"
	Government     Kind = "government"
	International  Kind = "international"
	Private        Kind = "private"
	CERT           Kind = "cert"
	Academia       Kind = "academia"
)

// Kinds lists the kinds in the order in which forms offer them.
func Kinds() []Kind {
	return []Kind{NCB, LawEnforcement, Judicial, Government, International, Private, CERT, Academia, Secretariat}
}

// Police reports whether k is national police or justice, which the NCB of its
// country answers for.
func (k Kind) Police() bool { return k == LawEnforcement || k == Judicial }

// Organisation is a body whose people are members.
type Organisation struct {
	ID         access.OrgID
	Name       string
	Kind       Kind
	Country    access.Country // empty for an international one, and for a secretariat whose seat is not said
	Knowledge  time.Time      // until when it takes part in the Knowledge Exchange
	Operations time.Time      // until when it takes part in Operations
	Suspended  bool
	CreatedAt  time.Time

	CountrySuspended bool
}

// EndingSoon returns the first end of what o takes part by, where that is in force
// and ends within Soon.
func (o Organisation) EndingSoon(now time.Time) (end time.Time, soon bool) {
	from, till := EndsSoon.Span(now)
	for _, e := range []time.Time{o.Knowledge, o.Operations} {
		if !e.Before(from) && e.Before(till) && (!soon || e.Before(end)) {
			end, soon = e, true
		}
	}
	return end, soon
}

// NewOrganisation is what the Directorate says of an organisation it adds.
type NewOrganisation struct {
	Name    string
	Kind    Kind
	Country access.Country
}

const maxName = 200

func (n NewOrganisation) clean() (NewOrganisation, error) {
	n.Name = strings.Join(strings.Fields(n.Name), " ")
	n.Country = access.Country(strings.ToUpper(strings.TrimSpace(string(n.Country))))
	return n, fault.All(
		checkName(n.Name),
		fault.If(!slices.Contains(Kinds(), n.Kind), invalid("kind", "member.kind.unknown")),
		checkSeat(n.Kind, n.Country),
	)
}

// checkSeat holds an organisation of that kind to having a country, or none.
func checkSeat(kind Kind, country access.Country) error {
	switch {
	case kind == International && country != "":
		return invalid("country", "member.country.international")
	case country == "" && (kind == International || kind == Secretariat):
		return nil
	case !isCountry(country):
		return invalid("country", "member.country.unknown")
	}
	return nil
}

func invalid(field, key string) *fault.Error { return fault.New(fault.Invalid, key).On(field) }

// Organisations adds organisations, records their agreements, and suspends
// organisations and countries.
type Organisations struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewOrganisations returns Organisations kept in store.
func NewOrganisations(store Store, now func() time.Time, newID func() string) *Organisations {
	return &Organisations{store, now, newID}
}

// Add adds an organisation. It fails with fault.Conflict where its country has
// an NCB already, or there is a secretariat.
func (o *Organisations) Add(ctx context.Context, actor access.Actor, n NewOrganisation) (Organisation, error) {
	n, err := n.clean()
	if err != nil {
		return Organisation{}, err
	}
	org := found(access.OrgID(o.newID()), n, o.now())
	entry := audit.Entry{ID: o.newID(), At: org.CreatedAt, Verb: audit.OrganisationAdded, Object: string(org.ID)}
	err = o.store.Update(ctx, directs(actor), func(tx Tx) error {
		if err := unique(ctx, tx, org); err != nil {
			return err
		}
		if err := tx.InsertOrganisation(ctx, org); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return org, err
}

func found(id access.OrgID, n NewOrganisation, at time.Time) Organisation {
	org := Organisation{ID: id, Name: n.Name, Kind: n.Kind, Country: n.Country, CreatedAt: at}
	org.Knowledge, org.Operations = project(n.Kind, nil, at)
	return org
}

// unique holds that there is one secretariat, and one NCB in a country.
func unique(ctx context.Context, tx Reader, org Organisation) error {
	if org.Kind != NCB && org.Kind != Secretariat {
		return nil
	}
	taken, err := tx.HasOrganisation(ctx, org.Kind, org.Country)
	if err == nil && taken {
		err = fault.New(fault.Conflict, "member.kind.taken").On("kind")
	}
	return err
}

// Dossier is an organisation with what lets it in.
type Dossier struct {
	Organisation
	Agreements []Agreement // the newest first
	MayRecord  bool        // the reader may record an agreement or authorisation
	MaySuspend bool        // the reader may suspend and restore it
	Reach      Reach       // whom that cuts off; zero for who may not
	Roll       Roll        // its people, the first of them
	Invited    Listed      // who was invited into it, the newest
}

// Reach is whom a suspension cuts off.
type Reach struct{ People, Organisations int }

// One returns an organisation. It fails with access.ErrHidden where the actor
// may not know of it.
func (o *Organisations) One(ctx context.Context, actor access.Actor, id access.OrgID) (d Dossier, err error) {
	err = o.store.View(ctx, admits(actor), func(tx Reader) error {
		if d.Organisation, err = tx.Organisation(ctx, id); err != nil {
			return err
		}
		d.MayRecord = mayRecord(tx.Grant(), d.Organisation) == nil
		if d.MaySuspend = tx.Grant().Officer() && tx.Grant().Org() != id; d.MaySuspend {
			if d.Reach, err = tx.Reach(ctx, id, ""); err != nil {
				return err
			}
		}
		if d.Agreements, err = tx.Agreements(ctx, id); err != nil {
			return err
		}
		return d.people(ctx, tx, o.now())
	})
	return d, err
}

// people reads who is of the organisation, and who was invited into it.
func (d *Dossier) people(ctx context.Context, tx Reader, now time.Time) error {
	err := d.Roll.read(ctx, tx, MemberQuery{MemberFilter: MemberFilter{Org: d.ID}, At: now, Limit: pageSize + 1})
	if err != nil {
		return err
	}
	return d.Invited.read(ctx, tx, InvitationQuery{InvitationFilter: InvitationFilter{Org: d.ID}, At: now, Limit: pageSize + 1})
}

const (
	pageSize    = 50   // how many rows a list shows at once
	mostChoices = 1000 // how many organisations a form offers
)

// Register is a page of the list of organisations.
type Register struct {
	Organisations []Organisation
	Filter        OrganisationFilter
	Next          page.Cursor      // of those that follow, empty where there are none
	Suspended     []access.Country // told to the Directorate alone
	MayDirect     bool             // the reader is an officer of the Directorate
}

// List returns the organisations that the actor may know of and that f asks for.
func (o *Organisations) List(ctx context.Context, actor access.Actor, f OrganisationFilter, after page.Cursor) (r Register, err error) {
	r.Filter = f.clean()
	q := OrganisationQuery{OrganisationFilter: r.Filter, At: o.now(), Limit: pageSize + 1}
	if q.Behind, err = behind(after); err != nil {
		return r, err
	}
	err = o.store.View(ctx, admits(actor), func(tx Reader) error {
		if r.Organisations, err = tx.Organisations(ctx, q); err != nil {
			return err
		}
		if r.MayDirect = tx.Grant().Officer(); r.MayDirect {
			r.Suspended, err = tx.SuspendedCountries(ctx)
		}
		return err
	})
	if len(r.Organisations) > pageSize {
		r.Organisations = r.Organisations[:pageSize]
		last := r.Organisations[pageSize-1]
		r.Next = Behind{Name: last.Name, ID: string(last.ID), End: last.Operations}.cursor()
	}
	return r, err
}

// MayAdd fails with access.ErrHidden unless the actor may add organisations.
func (o *Organisations) MayAdd(ctx context.Context, actor access.Actor) error {
	return o.store.View(ctx, directs(actor), func(Reader) error { return nil })
}

// Invitable returns the organisations whose people the actor may invite, at most
// a thousand, by name.
func (o *Organisations) Invitable(ctx context.Context, actor access.Actor) (orgs []Organisation, err error) {
	err = o.store.View(ctx, admits(actor), func(tx Reader) error {
		all, err := tx.Organisations(ctx, OrganisationQuery{At: o.now(), Limit: mostChoices})
		orgs = slices.DeleteFunc(all, func(org Organisation) bool {
			return mayInvite(tx.Grant(), org) != nil || org.Suspended
		})
		return err
	})
	return orgs, err
}

// Suspend cuts all people of an organisation off; what they brought stays. Nobody
// suspends their own.
func (o *Organisations) Suspend(ctx context.Context, actor access.Actor, id access.OrgID) error {
	return o.setSuspended(ctx, actor, id, true, audit.OrganisationSuspended)
}

// Restore undoes Suspend.
func (o *Organisations) Restore(ctx context.Context, actor access.Actor, id access.OrgID) error {
	return o.setSuspended(ctx, actor, id, false, audit.OrganisationRestored)
}

func (o *Organisations) setSuspended(ctx context.Context, actor access.Actor, id access.OrgID, suspended bool, verb audit.Verb) error {
	entry := audit.Entry{ID: o.newID(), At: o.now(), Verb: verb, Object: string(id)}
	return o.store.Update(ctx, directs(actor), func(tx Tx) error {
		org, err := tx.Organisation(ctx, id)
		switch {
		case err != nil:
			return err
		case org.ID == tx.Grant().Org():
			return fault.New(fault.Forbidden, "member.suspend.own")
		case org.Suspended == suspended:
			return nil
		}
		if err := tx.SetOrganisationSuspended(ctx, id, suspended); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// CountryReach returns whom SuspendCountry would cut off; it fails as that would.
func (o *Organisations) CountryReach(ctx context.Context, actor access.Actor, country access.Country) (reach Reach, err error) {
	err = o.store.View(ctx, directs(actor), func(tx Reader) error {
		if err := maySuspendCountry(tx.Grant(), country); err != nil {
			return err
		}
		reach, err = tx.Reach(ctx, "", country)
		return err
	})
	return reach, err
}

// SuspendCountry cuts all people of a country's organisations off, but for the
// secretariat's seat, which cannot be suspended.
func (o *Organisations) SuspendCountry(ctx context.Context, actor access.Actor, country access.Country) error {
	return o.setCountrySuspended(ctx, actor, country, true, audit.CountrySuspended)
}

// RestoreCountry undoes SuspendCountry.
func (o *Organisations) RestoreCountry(ctx context.Context, actor access.Actor, country access.Country) error {
	return o.setCountrySuspended(ctx, actor, country, false, audit.CountryRestored)
}

func (o *Organisations) setCountrySuspended(ctx context.Context, actor access.Actor, country access.Country, suspended bool, verb audit.Verb) error {
	entry := audit.Entry{ID: o.newID(), At: o.now(), Verb: verb, Object: string(country)}
	return o.store.Update(ctx, directs(actor), func(tx Tx) error {
		if err := maySuspendCountry(tx.Grant(), country); err != nil {
			return err
		}
		changed, err := tx.SetCountrySuspended(ctx, country, suspended)
		if err != nil || !changed {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

func directs(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Platform(), Action: access.Direct}
}

func admits(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Platform(), Action: access.Admit}
}

func owns(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Self(), Action: access.Own}
}

func administers(console access.Actor) access.Ask {
	return access.Ask{Actor: console, Place: access.Platform(), Action: access.Administer}
}

// unsigned is the question of one who comes with a link and nothing else.
func unsigned() access.Ask {
	return access.Ask{Place: access.Platform(), Action: access.SignIn}
}
