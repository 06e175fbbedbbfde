// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"net/url"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/home"
	"entente.example/internal/member"
	"entente.example/internal/member/memberweb"
	"entente.example/internal/signin"
)

// vouching joins who answers for a member with the passkeys that wait for a word.
type vouching struct {
	people   *member.People
	passkeys *signin.Passkeys
}

var _ memberweb.Keys = vouching{}

// Unconfirmed implements memberweb.Keys.
func (v vouching) Unconfirmed(ctx context.Context, actor access.Actor, of access.MemberID) (keys []memberweb.Key, err error) {
	if err := v.people.MayVouch(ctx, actor, of); err != nil {
		if kind := fault.KindOf(err); kind == fault.Forbidden || kind == fault.NotFound {
			err = nil
		}
		return nil, err
	}
	waiting, err := v.passkeys.Unconfirmed(ctx, actor, of)
	for _, k := range waiting {
		keys = append(keys, memberweb.Key{ID: k.ID, Name: k.Name, AddedAt: k.AddedAt})
	}
	return keys, err
}

// Confirm implements memberweb.Keys.
func (v vouching) Confirm(ctx context.Context, actor access.Actor, of access.MemberID, key string) error {
	if err := v.people.MayVouch(ctx, actor, of); err != nil {
		return err
	}
	return v.passkeys.Confirm(ctx, actor, of, key)
}

// passkeysWaiting are those of members whom the actor answers for, and who may
// enter operations or hold an office.
func (a *App) passkeysWaiting(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	waiting, err := a.Passkeys.Unconfirmed(ctx, actor, "")
	if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Forbidden {
		return nil, nil // the actor admits nobody
	}
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	newest := map[access.MemberID]signin.Passkey{}
	var owners []access.MemberID
	for _, k := range waiting {
		if _, known := newest[k.Member]; !known {
			owners = append(owners, k.Member)
		}
		newest[k.Member] = k
	}
	members, err := a.People.Vouchable(ctx, actor, owners)
	for _, m := range members {
		k := newest[m.ID]
		matters = append(matters, home.Matter{
			Weight: home.Waiting, Key: "app.passkey", Args: []any{"name", m.Name}, Place: m.Org.Name, Count: 1,
			Href: "/directorate/members/" + url.PathEscape(string(m.ID)),
			ID:   fmt.Sprintf("passkey/%s/%d", m.ID, k.AddedAt.UnixMicro()), Kind: home.Decision, At: k.AddedAt,
		})
	}
	return matters, err
}
