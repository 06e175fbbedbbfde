// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
)

// RemoveAgain takes a passkey, or the password where passkey is empty, from a
// member anew, on a database that came back from a back-up and has forgotten that
// it was taken: it may be in a thief's hands. It may be the last that they have.
// Where there is none, it says that there was nothing to do.
func (p *Passkeys) RemoveAgain(ctx context.Context, actor access.Actor, member access.MemberID, passkey string) (done bool, err error) {
	entry := audit.Entry{ID: p.NewID(), At: p.Now(), Verb: audit.PasskeyRemoved, Object: passkey, Concerns: member}
	if passkey == "" {
		entry.Verb = audit.PasswordRemoved
	}
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Administer}
	err = p.Store.Update(ctx, ask, func(tx Tx) error {
		n, err := int64(0), error(nil)
		if passkey == "" {
			n, err = tx.DropPassword(ctx, member)
		} else {
			n, err = tx.DropPasskey(ctx, member, passkey)
		}
		if done = n > 0; err != nil || !done {
			return err
		}
		return tx.Record(ctx, entry)
	})
	return done && err == nil, err
}
