// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/intel"
	"entente.example/internal/member"
	"entente.example/internal/signin"
	"entente.example/internal/web"
)

// accounts tells the sign-in who the members are.
type accounts struct {
	members *member.Accounts
	now     func() time.Time
}

// ByName implements signin.Directory.
func (a accounts) ByName(ctx context.Context, name string) (signin.Account, error) {
	m, err := a.members.ByName(ctx, name)
	return a.account(m), err
}

// ByID implements signin.Directory.
func (a accounts) ByID(ctx context.Context, id access.MemberID) (signin.Account, error) {
	m, err := a.members.ByID(ctx, id)
	return a.account(m), err
}

func (a accounts) account(m member.Member) signin.Account {
	return signin.Account{
		Member: m.ID, Handle: m.Handle, Name: m.Name, Email: m.Email, InForce: m.InForce(a.now()),
		Preferences: signin.Preferences{Language: m.Settings.Language, TimeZone: m.Settings.TimeZone, Theme: m.Settings.Theme, KeysOff: m.Settings.KeysOff},
	}
}

// resume says who holds a session, and how they read.
func (a *App) resume(ctx context.Context, token string) (web.Signed, error) {
	return signed(a.Sessions.Resume(ctx, token))
}

// recheck is resume without a trace, for open streams.
func (a *App) recheck(ctx context.Context, token string) (web.Signed, error) {
	return signed(a.Sessions.Check(ctx, token))
}

func signed(s signin.Signed, err error) (web.Signed, error) {
	return web.Signed{
		Actor: s.Actor, Language: s.Language, Zone: s.TimeZone, Theme: s.Theme, KeysOff: s.KeysOff, IdleEnd: s.IdleEnd, LastEnd: s.LastEnd,
	}, err
}

// watch asks whether a page may go on following a workspace, and a topic or an
// object in it, and what of it its reader may see.
func (a *App) watch(ctx context.Context, actor access.Actor, page web.Followed) (access.Grant, error) {
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}
	if page.Workspace != "" {
		ask.Place, ask.Action = access.In(page.Workspace), access.Read
	}
	grant, err := a.gate.Check(ctx, ask)
	if err == nil && page.Topic != "" {
		_, err = a.Topics.Watch(ctx, actor, page.Workspace, discussion.TopicID(page.Topic))
	}
	if err == nil && page.Object != "" {
		err = a.Objects.Watch(ctx, actor, page.Workspace, intel.ObjectID(page.Object))
	}
	return grant, err
}
