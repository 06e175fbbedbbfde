// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"time"

	"entente.example/internal/access"
)

// Ceremony is a challenge that waits for its answer, or a set-up for its end.
type Ceremony struct {
	ID      string
	Purpose Purpose
	Member  access.MemberID // empty for a sign-in
	State   []byte
	EndsAt  time.Time
}

// Purpose says what a ceremony is for: an answer to one is no answer to another.
type Purpose string

// The purposes.
const (
	ToSignIn Purpose = "signin"
	ToAdd    Purpose = "add"
	ToEnrol  Purpose = "enrol"
	ToSetUp  Purpose = "password"
)

// ceremonyLife is how long a challenge waits.
const ceremonyLife = 5 * time.Minute

// wait keeps c until its answer comes, and drops those that nobody answered.
func wait(ctx context.Context, tx Tx, c Ceremony, now time.Time) error {
	if err := tx.DropCeremoniesOver(ctx, now); err != nil {
		return err
	}
	return tx.InsertCeremony(ctx, c)
}

// take ends the wait of a challenge. It fails with fault.NotFound where there is
// none for that purpose and member, or no longer.
func take(ctx context.Context, tx Tx, id string, purpose Purpose, member access.MemberID, now time.Time) (Ceremony, error) {
	c, err := tx.TakeCeremony(ctx, id)
	if err != nil {
		return c, err
	}
	if c.Purpose != purpose || c.Member != member || !now.Before(c.EndsAt) {
		return Ceremony{}, access.ErrHidden
	}
	return c, nil
}
