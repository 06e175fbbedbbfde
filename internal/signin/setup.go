// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// setUpLife is how long a set-up waits for its end: an app must be found first.
const setUpLife = 15 * time.Minute

// SetUp is what an authenticator app takes in.
type SetUp struct {
	ID      string // to be given back when it is done
	Secret  string
	URI     string
	Picture string // a data: address
}

// NewPassword is the end of a set-up.
type NewPassword struct {
	SetUp    string
	Password string
	Code     string // of the app, to show that it took the secret in
}

// Prepare begins a set-up for the actor.
func (p *Passwords) Prepare(ctx context.Context, actor access.Actor) (SetUp, error) {
	return p.prepare(ctx, owns(actor), actor.Member, func(tx Reader) error { return mayNow(ctx, tx, actor) })
}

// PrepareFirst begins a set-up for a member who came by the link of their
// invitation.
func (p *Passwords) PrepareFirst(ctx context.Context, member access.MemberID) (SetUp, error) {
	return p.prepare(ctx, unsigned(), member, func(tx Reader) error { return isFirst(ctx, tx, member) })
}

func (p *Passwords) prepare(ctx context.Context, ask access.Ask, member access.MemberID, may func(Reader) error) (SetUp, error) {
	secret, err := p.codes.NewSecret()
	if err != nil {
		return SetUp{}, err
	}
	now := p.Now()
	c := Ceremony{ID: p.NewToken(), Purpose: ToSetUp, Member: member, State: []byte(secret), EndsAt: now.Add(setUpLife)}
	err = p.Store.Update(ctx, ask, func(tx Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		return wait(ctx, tx, c, now)
	})
	if err != nil {
		return SetUp{}, err
	}
	return p.show(ctx, c)
}

// Again shows a set-up that has begun, of that member: what was typed was wrong.
func (p *Passwords) Again(ctx context.Context, member access.MemberID, id string) (SetUp, error) {
	c, err := p.waiting(ctx, member, id)
	if err != nil {
		return SetUp{}, err
	}
	return p.show(ctx, c)
}

func (p *Passwords) waiting(ctx context.Context, member access.MemberID, id string) (c Ceremony, err error) {
	err = p.Store.View(ctx, unsigned(), func(tx Reader) error {
		c, err = tx.Ceremony(ctx, id)
		return err
	})
	if fault.KindOf(err) == fault.NotFound || err == nil && (c.Purpose != ToSetUp || c.Member != member || !p.Now().Before(c.EndsAt)) {
		return Ceremony{}, fault.New(fault.NotFound, "signin.setup.over")
	}
	return c, err
}

func (p *Passwords) show(ctx context.Context, c Ceremony) (SetUp, error) {
	account, err := p.account(ctx, c.Member)
	if err != nil {
		return SetUp{}, err
	}
	s := SetUp{ID: c.ID, Secret: string(c.State)}
	s.URI, s.Picture, err = p.codes.Label(account, s.Secret)
	return s, err
}

// Set ends the actor's set-up: from now on they sign in with this password too,
// in place of one they had.
func (p *Passwords) Set(ctx context.Context, actor access.Actor, n NewPassword) error {
	set, err := p.complete(ctx, actor.Member, n)
	if err != nil {
		return err
	}
	entry := audit.Entry{ID: p.NewID(), At: set.SetAt, Verb: audit.PasswordSet}
	return p.Store.Update(ctx, owns(actor), func(tx Tx) error {
		if err := tx.LockMeans(ctx, actor.Member); err != nil {
			return err
		}
		if err := mayNow(ctx, tx, actor); err != nil {
			return err
		}
		return p.save(ctx, tx, n.SetUp, set, entry)
	})
}

// SetFirst ends the set-up of a member who came by the link of their invitation,
// and begins a session.
func (p *Passwords) SetFirst(ctx context.Context, member access.MemberID, n NewPassword, agent string) (Started, error) {
	set, err := p.complete(ctx, member, n)
	if err != nil {
		return Started{}, err
	}
	account, err := p.account(ctx, member)
	if err != nil {
		return Started{}, err
	}
	entry := audit.Entry{ID: p.NewID(), At: set.SetAt, Verb: audit.PasswordSet, Concerns: member}
	started, signedIn := p.begin(account, access.TwoFactor, agent)
	err = p.Store.Update(ctx, unsigned(), func(tx Tx) error {
		if err := tx.LockMeans(ctx, member); err != nil {
			return err
		}
		if err := isFirst(ctx, tx, member); err != nil {
			return err
		}
		if err := p.save(ctx, tx, n.SetUp, set, entry); err != nil {
			return err
		}
		if err := tx.Enrol(ctx, member); err != nil {
			return err
		}
		return write(ctx, tx, started, signedIn)
	})
	if err != nil {
		return Started{}, err
	}
	return started, nil
}

// complete checks what was typed at the end of a set-up, and hashes the password
// before there is a transaction to wait for it.
func (p *Passwords) complete(ctx context.Context, member access.MemberID, n NewPassword) (PasswordSet, error) {
	c, err := p.waiting(ctx, member, n.SetUp)
	if err != nil {
		return PasswordSet{}, err
	}
	account, err := p.account(ctx, member)
	if err != nil {
		return PasswordSet{}, err
	}
	step, ok := p.codes.Step(string(c.State), strings.ReplaceAll(n.Code, " ", ""), p.Now())
	if err := fault.All(checkPassword(n.Password, account), fault.If(!ok, fault.New(fault.Invalid, "signin.code.wrong").On("code"))); err != nil {
		return PasswordSet{}, err
	}
	hash, err := p.hasher.Hash(ctx, n.Password)
	return PasswordSet{Member: member, Hash: hash, Secret: string(c.State), Step: step, SetAt: p.Now()}, err
}

func (p *Passwords) save(ctx context.Context, tx Tx, setUp string, set PasswordSet, entry audit.Entry) error {
	if _, err := take(ctx, tx, setUp, ToSetUp, set.Member, set.SetAt); err != nil {
		return err
	}
	if err := tx.SavePassword(ctx, set); err != nil {
		return err
	}
	return tx.Record(ctx, entry)
}

// Remove removes the actor's password, but not their last means of signing in.
func (p *Passwords) Remove(ctx context.Context, actor access.Actor) error {
	entry := audit.Entry{ID: p.NewID(), At: p.Now(), Verb: audit.PasswordRemoved}
	return p.Store.Update(ctx, owns(actor), func(tx Tx) error {
		if err := mayRemove(ctx, tx, actor); err != nil {
			return err
		}
		n, err := tx.DropPassword(ctx, actor.Member)
		if err == nil && n == 0 {
			err = access.ErrHidden
		}
		if err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

// The bounds of a password, in characters (NIST SP 800-63B, 3.1.1: length and
// no rules of composition).
const (
	shortest = 12
	longest  = 128
)

// checkPassword refuses what is short, or what one who knows the account would try.
func checkPassword(password string, account Account) error {
	refuse := func(key string) error { return fault.New(fault.Invalid, key).On("password") }
	n := utf8.RuneCountInString(password)
	switch {
	case n < shortest:
		return fault.New(fault.Invalid, "signin.password.short").On("password").With("least", shortest)
	case n > longest || !utf8.ValidString(password):
		return refuse("signin.password.long")
	case distinct(password) < 5:
		return refuse("signin.password.obvious")
	}
	low := strings.ToLower(password)
	local, _, _ := strings.Cut(account.Email, "@")
	for _, known := range append(strings.Fields(account.Name), account.Handle, local, "entente", "password") {
		if known = strings.ToLower(known); len(known) >= 4 && strings.Contains(low, known) {
			return refuse("signin.password.obvious")
		}
	}
	return nil
}

// distinct counts the different characters of text.
func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}
