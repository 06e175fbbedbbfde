// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"encoding/json"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/fault"
)

// Passkey is a WebAuthn credential of a member.
type Passkey struct {
	ID         string // of the credential, in base64url
	Member     access.MemberID
	Name       string // as its owner calls it
	Credential []byte // what Authenticators keeps of it
	AddedAt    time.Time
	UsedAt     time.Time
	// Unconfirmed is a passkey that was added in a session that no passkey had begun.
	// It counts as a password and a code do, until somebody who answers for its owner
	// confirms it: a thief of both makes one as easily as the owner.
	Unconfirmed bool
}

// strength is what a session that it begins has proven.
func (k Passkey) strength() access.Strength {
	if k.Unconfirmed {
		return access.TwoFactor
	}
	return access.Passkey
}

// Challenge is what an authenticator is asked.
type Challenge struct {
	ID      string          // names it; an answer repeats it
	Options json.RawMessage // for the browser: {"publicKey": …}
	State   []byte          // for the check of the answer; it stays here
}

// Answer is what an answer says of itself, before it is believed.
type Answer struct {
	Challenge string
	Passkey   string
}

// Authenticators holds the WebAuthn ceremonies. An answer that does not hold is
// refused with fault.Invalid.
type Authenticators interface {
	// AskNew asks for a new passkey of account, on an authenticator that holds
	// none of those.
	AskNew(account Account, held []Passkey) (Challenge, error)
	// CheckNew returns the passkey that answer made: its ID and Credential.
	CheckNew(account Account, state, answer []byte) (Passkey, error)
	// Ask asks for any passkey.
	Ask() (Challenge, error)
	// Check checks that answer was made by held, and returns its Credential as it
	// is to be kept now.
	Check(held Passkey, state, answer []byte) ([]byte, error)
	// Read returns what answer says of itself.
	Read(answer []byte) (Answer, error)
}

// Passkeys signs in with passkeys, adds and removes them.
type Passkeys struct {
	*Sessions
	authenticators Authenticators
}

// NewPasskeys returns Passkeys whose ceremonies are those of authenticators.
func NewPasskeys(s *Sessions, authenticators Authenticators) *Passkeys {
	return &Passkeys{s, authenticators}
}

// BeginSignIn asks for any passkey.
func (p *Passkeys) BeginSignIn(ctx context.Context) (json.RawMessage, error) {
	challenge, err := p.authenticators.Ask()
	if err != nil {
		return nil, err
	}
	now := p.Now()
	c := Ceremony{ID: challenge.ID, Purpose: ToSignIn, State: challenge.State, EndsAt: now.Add(ceremonyLife)}
	err = p.Store.Update(ctx, unsigned(), func(tx Tx) error { return wait(ctx, tx, c, now) })
	return challenge.Options, err
}

// FinishSignIn begins a session for the owner of the passkey that answers.
func (p *Passkeys) FinishSignIn(ctx context.Context, answer []byte, agent string) (Started, error) {
	said, err := p.authenticators.Read(answer)
	if err != nil {
		return Started{}, p.refused(ctx, "", errPasskey)
	}
	held, account, err := p.held(ctx, said.Passkey)
	if err != nil {
		return Started{}, err
	}
	started, entry := p.begin(account, held.strength(), agent)
	now := started.Session.StartedAt
	var refusal error
	err = p.Store.Update(ctx, unsigned(), func(tx Tx) error {
		refusal = nil
		ceremony, err := take(ctx, tx, said.Challenge, ToSignIn, "", now)
		if err != nil {
			return err
		}
		after, err := p.authenticators.Check(held, ceremony.State, answer)
		if err != nil {
			refusal = err
			return nil // the challenge is used up all the same
		}
		if err := tx.UsePasskey(ctx, held, after, now); err != nil {
			return err
		}
		if !account.InForce {
			refusal = errClosed
			return nil
		}
		return write(ctx, tx, started, entry)
	})
	switch {
	case fault.KindOf(err) == fault.NotFound, fault.KindOf(refusal) == fault.Invalid && refusal != nil:
		return Started{}, p.refused(ctx, held.Member, errPasskey)
	case err != nil:
		return Started{}, err
	case refusal != nil:
		return Started{}, p.refused(ctx, held.Member, refusal)
	}
	return started, nil
}

// held returns a passkey with its owner's account. One that is unknown is the
// zero Passkey, of nobody: its check fails later, after the same steps.
func (p *Passkeys) held(ctx context.Context, id string) (held Passkey, account Account, err error) {
	err = p.Store.View(ctx, unsigned(), func(tx Reader) error {
		held, err = tx.Passkey(ctx, id)
		return err
	})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return held, account, err
	}
	account, err = p.Accounts.ByID(ctx, held.Member)
	if fault.KindOf(err) == fault.NotFound {
		return Passkey{}, Account{}, nil
	}
	return held, account, err
}
