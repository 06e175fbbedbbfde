// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"runtime"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/auditweb"
	"entente.example/internal/deconflict"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/deconflict/deconflictweb"
	"entente.example/internal/discussion"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/discussion/discussionweb"
	"entente.example/internal/gate"
	"entente.example/internal/home"
	"entente.example/internal/home/homesql"
	"entente.example/internal/home/homeweb"
	"entente.example/internal/intel"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/intel/intelweb"
	"entente.example/internal/markup"
	"entente.example/internal/member"
	"entente.example/internal/member/membersql"
	"entente.example/internal/member/memberweb"
	"entente.example/internal/search"
	"entente.example/internal/search/searchsql"
	"entente.example/internal/search/searchweb"
	"entente.example/internal/signin"
	"entente.example/internal/signin/passkey"
	"entente.example/internal/signin/password"
	"entente.example/internal/signin/signinsql"
	"entente.example/internal/web"
	"entente.example/internal/workspace"
	"entente.example/internal/workspace/workspacesql"
	"entente.example/internal/workspace/workspaceweb"
)

// Features are the services of the house: what people do, without pages.
type Features struct {
	Organisations *member.Organisations
	People        *member.People
	Invitations   *member.Invitations
	Officers      *member.Officers
	Vettings      *member.Vettings
	Accounts      *member.Accounts

	Sessions  *signin.Sessions
	Passkeys  *signin.Passkeys
	Passwords *signin.Passwords

	Workspaces  *workspace.Workspaces
	Memberships *workspace.Memberships
	Purges      *workspace.Purges
	Topics      *discussion.Topics
	Posts       *discussion.Posts
	Drafts      *discussion.Drafts

	Batches   *intel.Batches
	Objects   *intel.Objects
	Handlings *intel.Handlings
	Saved     *intel.SavedFilters
	Hits      *deconflict.Hits
	Desk      *deconflict.Desk
	Lists     *deconflict.Lists
	Documents *search.Documents
	Journal   *audit.Journal
	Inbox     *home.Inbox

	limits   *signin.Limits
	indexer  searchsql.Indexer
	warnings *warnings
	objects  intelsql.Store
	gate     gate.Gate
}

// features builds the services, each over its store behind the gate.
func (a *App) features(ctx context.Context, g gate.Gate) (f Features, err error) {
	now, newID, newToken := a.world.now, a.world.newID, a.world.newToken
	f.gate = g

	members := membersql.New(g)
	f.Accounts = member.NewAccounts(members)
	f.Sessions = signin.NewSessions(signin.Ports{
		Store: signinsql.New(g), Accounts: accounts{f.Accounts, now}, Now: now, NewID: newID, NewToken: newToken,
	})
	f.limits = signin.NewLimits(now)
	authenticators, err := passkey.New(a.config.Host(), a.config.Origin, "Entente")
	if err != nil {
		return f, err
	}
	f.Passkeys = signin.NewPasskeys(f.Sessions, authenticators)
	f.Passwords = signin.NewPasswords(f.Sessions, f.limits, password.NewHasher(a.world.Random, runtime.NumCPU(), a.world.Derive), password.NewCodes(a.world.Random, "Entente"))

	f.Organisations = member.NewOrganisations(members, now, newID)
	f.People = member.NewPeople(members, f.Sessions, now, newID)
	f.Invitations = member.NewInvitations(members, now, newID, newToken)
	f.Officers = member.NewOfficers(members, now, newID)
	f.Vettings = member.NewVettings(members, now, newID)

	f.Workspaces = workspace.NewWorkspaces(workspacesql.New(g), now, newID)
	f.Memberships = workspace.NewMemberships(workspacesql.New(g), now, newID)
	f.Topics = discussion.NewTopics(discussionsql.New(g), markup.Mentions, now, newID)
	f.Posts = discussion.NewPosts(discussionsql.New(g), markup.Mentions, now, newID)
	f.Drafts = discussion.NewDrafts(discussionsql.New(g), now, newID)
	f.Journal = audit.NewJournal(auditsql.New(g, queueCheck, subjects()), now, newID)

	f.Inbox = home.NewInbox(homesql.New(g), now, a.arrivals()...)
	f.Hits = deconflict.NewHits(deconflictsql.New(g), now, newID)
	f.Desk = deconflict.NewDesk(deconflictsql.New(g), now, newID)
	f.Lists = deconflict.NewLists(deconflictsql.New(g), now, newID)
	if err := a.knowledge(ctx, &f, g); err != nil {
		return f, err
	}
	a.purging(&f, g)
	analyser := search.NewAnalyser(searchsql.Values{})
	f.indexer = searchsql.NewIndexer(analyser, indexedPosts{discussionsql.New(g)}, indexedObjects{})
	f.Documents = search.NewDocuments(searchsql.New(g), analyser)
	return f, nil
}

// pages are the pages of all features. The list is the whole of what is mounted.
func (a *App) pages() []interface{ Mount(*web.Mux) } {
	members := &memberweb.Pages{
		Organisations: a.Organisations, People: a.People, Invitations: a.Invitations, Officers: a.Officers, Vettings: a.Vettings,
		Keys: vouching{a.People, a.Passkeys}, Origin: a.config.Origin, Now: a.world.now,
	}
	return []interface{ Mount(*web.Mux) }{
		assetFiles{},
		homeweb.New(a.Inbox, a.placeNames, a.matters()...),
		members,
		a.doors(),
		workspaceweb.New(a.Workspaces, a.Memberships, a.Purges, workspaceweb.Around{Counts: a.waiting, Latest: a.latest, Figures: a.figures}, a.world.now),
		discussionweb.New(a.Topics, a.Posts, a.Drafts, members.ProfileOf),
		deconflictweb.New(a.Hits, a.Desk),
		intelweb.New(a.Batches, a.Objects, a.Handlings, a.Saved),
		searchweb.New(a.Documents),
		auditweb.New(a.Journal, a.logKeys[0], auditweb.Around{Places: a.placeNames, People: a.cards, Called: a.called}),
	}
}
