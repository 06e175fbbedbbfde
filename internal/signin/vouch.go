// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// mostUnconfirmed is how many passkeys that wait for a word are listed.
const mostUnconfirmed = 200

// Unconfirmed lists passkeys of a member that are not confirmed, the oldest first;
// of anybody, where of is empty.
// Whom of them the actor answers for is package member's to know.
func (p *Passkeys) Unconfirmed(ctx context.Context, actor access.Actor, of access.MemberID) (list []Passkey, err error) {
	err = p.Store.View(ctx, admits(actor), func(tx Reader) error {
		list, err = tx.Unconfirmed(ctx, of, mostUnconfirmed)
		return err
	})
	return list, err
}

// Confirm makes a passkey count as one, on the word of somebody who answers for
// its owner and has asked them: whoever calls it has asked package member for
// that. It fails with access.ErrHidden where there is none that waits.
func (p *Passkeys) Confirm(ctx context.Context, actor access.Actor, member access.MemberID, passkey string) error {
	entry := audit.Entry{ID: p.NewID(), At: p.Now(), Verb: audit.PasskeyConfirmed, Object: passkey, Concerns: member}
	return p.Store.Update(ctx, admits(actor), func(tx Tx) error {
		n, err := tx.ConfirmPasskey(ctx, member, passkey)
		if err == nil && n == 0 {
			err = access.ErrHidden
		}
		if err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}

func admits(actor access.Actor) access.Ask {
	return access.Ask{Actor: actor, Place: access.Platform(), Action: access.Admit}
}
