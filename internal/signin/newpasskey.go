// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// maxPasskeys is how many a member may have.
const maxPasskeys = 20

// naming is the state of the challenge of a new passkey.
type naming struct {
	Name  string `json:"name"`
	State []byte `json:"state"`
}

func cleanName(name string) (string, error) {
	const longest = 80
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len(name) > longest {
		return "", fault.New(fault.Invalid, "signin.passkey.name").On("name")
	}
	return name, nil
}

// BeginAdd asks for another passkey of the actor, to be called by that name.
func (p *Passkeys) BeginAdd(ctx context.Context, actor access.Actor, name string) (json.RawMessage, error) {
	return p.beginNew(ctx, adding{owns(actor), actor.Member, ToAdd}, name)
}

// BeginEnrol asks for the first passkey of a member who came by the link of
// their invitation.
func (p *Passkeys) BeginEnrol(ctx context.Context, member access.MemberID, name string) (json.RawMessage, error) {
	return p.beginNew(ctx, adding{unsigned(), member, ToEnrol}, name)
}

// adding is who adds a passkey, and what for.
type adding struct {
	ask     access.Ask
	member  access.MemberID
	purpose Purpose
}

func (p *Passkeys) beginNew(ctx context.Context, a adding, name string) (json.RawMessage, error) {
	name, err := cleanName(name)
	if err != nil {
		return nil, err
	}
	account, err := p.account(ctx, a.member)
	if err != nil {
		return nil, err
	}
	var held []Passkey
	err = p.Store.View(ctx, a.ask, func(tx Reader) error {
		held, err = mayAdd(ctx, tx, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	challenge, err := p.authenticators.AskNew(account, held)
	if err != nil {
		return nil, err
	}
	state, err := json.Marshal(naming{name, challenge.State})
	if err != nil {
		return nil, err
	}
	now := p.Now()
	c := Ceremony{ID: challenge.ID, Purpose: a.purpose, Member: a.member, State: state, EndsAt: now.Add(ceremonyLife)}
	err = p.Store.Update(ctx, a.ask, func(tx Tx) error { return wait(ctx, tx, c, now) })
	return challenge.Options, err
}

// mayAdd returns the passkeys that a member has already, if they may have one more.
func mayAdd(ctx context.Context, tx Reader, a adding) ([]Passkey, error) {
	held, err := tx.Passkeys(ctx, a.member)
	switch {
	case err != nil:
		return nil, err
	case a.purpose == ToEnrol:
		return held, isFirst(ctx, tx, a.member)
	case len(held) >= maxPasskeys:
		return nil, fault.New(fault.Conflict, "signin.passkey.many").With("limit", maxPasskeys)
	}
	return held, mayChange(held, a.ask.Actor)
}

// FinishAdd keeps the actor's new passkey.
func (p *Passkeys) FinishAdd(ctx context.Context, actor access.Actor, answer []byte) error {
	_, err := p.finishNew(ctx, adding{owns(actor), actor.Member, ToAdd}, answer, "")
	return err
}

// FinishEnrol keeps a member's first passkey and begins a session: who made it a
// moment ago holds it.
func (p *Passkeys) FinishEnrol(ctx context.Context, member access.MemberID, answer []byte, agent string) (Started, error) {
	return p.finishNew(ctx, adding{unsigned(), member, ToEnrol}, answer, agent)
}

func (p *Passkeys) finishNew(ctx context.Context, a adding, answer []byte, agent string) (Started, error) {
	said, err := p.authenticators.Read(answer)
	if err != nil {
		return Started{}, errPasskey
	}
	account, err := p.account(ctx, a.member)
	if err != nil {
		return Started{}, err
	}
	started, signedIn := p.begin(account, access.Passkey, agent)
	now := started.Session.StartedAt
	added := audit.Entry{ID: p.NewID(), At: now, Verb: audit.PasskeyAdded, Concerns: a.member}
	refused := false
	err = p.Store.Update(ctx, a.ask, func(tx Tx) error {
		made, err := p.checkNew(ctx, tx, account, a, newAnswer{said.Challenge, answer, now})
		if refused = err != nil && fault.KindOf(err) == fault.Invalid; refused {
			return nil // the challenge is used up all the same
		}
		if err != nil {
			return err
		}
		if err := tx.InsertPasskey(ctx, made); err != nil {
			if fault.KindOf(err) == fault.Conflict {
				return errPasskey // somebody has it
			}
			return err
		}
		if err := tx.Record(ctx, added); err != nil || a.purpose != ToEnrol {
			return err
		}
		if err := tx.Enrol(ctx, a.member); err != nil {
			return err
		}
		return write(ctx, tx, started, signedIn)
	})
	if err == nil && refused {
		err = errPasskey
	}
	if err != nil {
		return Started{}, err
	}
	return started, nil
}

// newAnswer is an authenticator's answer to a challenge, at that time.
type newAnswer struct {
	challenge string
	text      []byte
	at        time.Time
}

// checkNew returns the passkey that answer made, under the name that was given
// to it when it was asked for.
func (p *Passkeys) checkNew(ctx context.Context, tx Tx, account Account, a adding, answer newAnswer) (Passkey, error) {
	ceremony, err := take(ctx, tx, answer.challenge, a.purpose, a.member, answer.at)
	if fault.KindOf(err) == fault.NotFound {
		return Passkey{}, errPasskey
	}
	if err != nil {
		return Passkey{}, err
	}
	if err := tx.LockMeans(ctx, a.member); err != nil {
		return Passkey{}, err
	}
	if _, err := mayAdd(ctx, tx, a); err != nil {
		return Passkey{}, err
	}
	var asked naming
	if err := json.Unmarshal(ceremony.State, &asked); err != nil {
		return Passkey{}, err
	}
	made, err := p.authenticators.CheckNew(account, asked.State, answer.text)
	made.Member, made.Name, made.AddedAt = a.member, asked.Name, answer.at
	made.Unconfirmed = a.purpose == ToAdd && a.ask.Actor.Strength < access.Passkey
	return made, err
}

// Remove removes one of the actor's passkeys, but not their last means of
// signing in.
func (p *Passkeys) Remove(ctx context.Context, actor access.Actor, id string) error {
	entry := audit.Entry{ID: p.NewID(), At: p.Now(), Verb: audit.PasskeyRemoved, Object: id}
	return p.Store.Update(ctx, owns(actor), func(tx Tx) error {
		if err := mayRemove(ctx, tx, actor); err != nil {
			return err
		}
		n, err := tx.DropPasskey(ctx, actor.Member, id)
		if err == nil && n == 0 {
			err = access.ErrHidden
		}
		if err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}
