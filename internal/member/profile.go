// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Profile is what members say of themselves to colleagues: what they know, and
// whether they may be asked. It is found by its member's handle, in a place where
// both are; by no other name.
type Profile struct {
	About     string   // marked up like a post
	Languages []string // of Spoken, in its order
	Fields    []string // of Expertise, in its order
	Askable   bool     // colleagues may ask
	Hours     string   // when, in words; empty unless Askable
}

// The longest that parts of a profile may be, in characters.
const (
	MaxAbout = 500
	MaxHours = 120
)

// The deployment's lists: policy, to begin with.
const (
	spoken    = `ar bn cs de el en es fa fi fr ha he hi hu id it ja ko ms nl pl pt ro ru sv sw th tr uk ur vi zh`
	expertise = `malware network_forensics mobile_forensics crypto_assets business_email online_fraud dark_web osint
		service_providers incident_response threat_intelligence prevention mutual_assistance`
)

// Spoken lists the languages that a profile can name, by ISO 639-1 code.
func Spoken() []string { return strings.Fields(spoken) }

// Expertise lists the fields that a profile can name.
func Expertise() []string { return strings.Fields(expertise) }

// Empty reports whether the profile says nothing.
func (p Profile) Empty() bool {
	return p.About == "" && len(p.Languages) == 0 && len(p.Fields) == 0 && !p.Askable
}

// Equal reports whether both say the same.
func (p Profile) Equal(q Profile) bool {
	return p.About == q.About && p.Askable == q.Askable && p.Hours == q.Hours &&
		slices.Equal(p.Languages, q.Languages) && slices.Equal(p.Fields, q.Fields)
}

func (p Profile) clean() (Profile, error) {
	p.About = strings.TrimSpace(strings.ReplaceAll(p.About, "\r\n", "\n"))
	p.Hours = strings.Join(strings.Fields(p.Hours), " ")
	if !p.Askable {
		p.Hours = ""
	}
	if err := fault.All(
		fault.If(utf8.RuneCountInString(p.About) > MaxAbout, invalid("about", "member.profile.about.long")),
		fault.If(!within(Expertise(), p.Fields), invalid("fields", "member.profile.field.unknown")),
		fault.If(utf8.RuneCountInString(p.Hours) > MaxHours, invalid("hours", "member.profile.hours.long")),
		fault.If(!within(Spoken(), p.Languages), invalid("languages", "member.profile.language.unknown")),
	); err != nil {
		return p, err
	}
	p.Languages, p.Fields = inOrder(Spoken(), p.Languages), inOrder(Expertise(), p.Fields)
	return p, nil
}

// within reports whether the list holds each of the chosen.
func within(list, chosen []string) bool {
	return !slices.ContainsFunc(chosen, func(c string) bool { return !slices.Contains(list, c) })
}

// inOrder returns those of the list that are chosen, once each.
func inOrder(list, chosen []string) []string {
	return slices.DeleteFunc(list, func(c string) bool { return !slices.Contains(chosen, c) })
}

// OwnProfile returns the actor's account and what they say of themselves.
func (p *People) OwnProfile(ctx context.Context, actor access.Actor) (m Member, own Profile, err error) {
	err = p.store.View(ctx, owns(actor), func(tx Reader) error {
		if m, err = tx.Self(ctx); err != nil {
			return err
		}
		own, err = tx.OwnProfile(ctx)
		return err
	})
	return m, own, err
}

// ChangeProfile keeps what the actor says of themselves.
func (p *People) ChangeProfile(ctx context.Context, actor access.Actor, said Profile) error {
	entry := audit.Entry{ID: p.newID(), At: p.now(), Verb: audit.ProfileChanged, Object: string(actor.Member)}
	return p.store.Update(ctx, owns(actor), func(tx Tx) error {
		next, err := said.clean()
		if err != nil {
			return err
		}
		was, err := tx.OwnProfile(ctx)
		if err != nil || next.Equal(was) {
			return err
		}
		if err := tx.SetProfile(ctx, next); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// ProfileOf returns what the person of that handle says of themselves, in a
// workspace that the actor may read. It fails with access.ErrHidden where there is
// no such person in it. Who says nothing has an empty profile.
func (p *People) ProfileOf(ctx context.Context, actor access.Actor, in access.WorkspaceID, handle string) (said Profile, err error) {
	ask := access.Ask{Actor: actor, Place: access.In(in), Action: access.Read}
	err = p.store.View(ctx, ask, func(tx Reader) error {
		said, err = tx.Profile(ctx, handle)
		return err
	})
	return said, err
}
