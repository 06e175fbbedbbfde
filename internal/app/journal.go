// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/audit/auditsql"
	"entente.example/internal/audit/merkle"
	"entente.example/internal/audit/witness"
	"entente.example/internal/config"
	"entente.example/internal/deconflict/deconflictsql"
	"entente.example/internal/discussion/discussionsql"
	"entente.example/internal/follow"
	"entente.example/internal/gate"
	"entente.example/internal/intel/intelsql"
	"entente.example/internal/job"
	"entente.example/internal/member/membersql"
	"entente.example/internal/seal"
	"entente.example/internal/sqldb"
	"entente.example/internal/words"
)

// The files of the journal in the data folder.
const (
	journalKey     = "journal.key"        // signs the checkpoints
	journalRetired = "journal.retired"    // verifier keys that signed earlier ones, one a line; the operator's to write
	journalMemory  = "journal.checkpoint" // the last checkpoint that this node signed
)

// openLog reads the key of the log, or makes it, and begins to sign.
func (a *App) openLog() error {
	key, err := seal.OpenTextKey(filepath.Join(a.config.Data, journalKey), func() (string, error) {
		return merkle.NewKey(a.world.Random, logName(a.config))
	})
	if err != nil {
		return err
	}
	signer, err := merkle.NewSigner(key.Secret())
	if err != nil {
		return fmt.Errorf("key of the journal: %w", err)
	}
	retired, err := retiredKeys(a.config.Data)
	if err != nil {
		return err
	}
	clients, err := witness.Parse(a.config.Witnesses)
	if err != nil {
		return err
	}
	var witnesses []follow.Witness
	for _, c := range clients {
		witnesses = append(witnesses, c)
	}
	a.logKeys = append([]string{signer.Key()}, retired...)
	a.runner.Sign(follow.Signing{
		Signer: signer, Retired: retired, Every: a.config.Checkpoint, Now: a.world.now,
		Memory: filepath.Join(a.config.Data, journalMemory), Witnesses: witnesses,
	})
	return nil
}

// logName is what the log is called: its address without the scheme, as
// tlog-tiles has it. It is fixed once the key is made.
func logName(cfg config.Config) string {
	origin, err := url.Parse(cfg.Origin)
	if err != nil || origin.Host == "" {
		return "entente/log"
	}
	return origin.Host + "/log"
}

func retiredKeys(folder string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(folder, journalRetired))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(text)), err
}

// checkWork is the check of the whole journal, which an officer asks for.
const checkWork = "journal.check"

func queueCheck(ctx context.Context, tx *sqldb.Tx, c audit.CheckBegun) error {
	return job.Enqueue(ctx, tx, job.Job{ID: c.ID, Kind: checkWork, Payload: c.ID, RunAt: c.At})
}

// checkJournal recomputes the journal, part by part, and holds it against what
// this node remembers to have been signed.
func (a *App) checkJournal(ctx context.Context, j job.Job) error {
	trust := audit.Trust{Keys: a.logKeys}
	memory, err := os.ReadFile(filepath.Join(a.config.Data, journalMemory))
	switch {
	case err == nil:
		trust.Held = [][]byte{memory}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	report, err := audit.Check(ctx, auditsql.Source{View: a.db.View}, trust)
	if err != nil {
		return err
	}
	return a.endCheck(ctx, j, report, false)
}

func (a *App) giveUpCheck(ctx context.Context, j job.Job) error {
	return a.endCheck(ctx, j, audit.Report{}, true)
}

func (a *App) endCheck(ctx context.Context, j job.Job, report audit.Report, failed bool) error {
	now := a.world.now()
	return a.db.Update(ctx, func(tx *sqldb.Tx) error { return auditsql.EndCheck(ctx, tx, j.Payload, now, report, failed) })
}

// subjects says, in terms of the rooms that keep it, what entries are about: who
// may read that may know of the entry. What is not listed, and not open to all who
// run a workspace, is told to who did it alone.
func subjects() auditsql.Subjects {
	return auditsql.Subjects{Readable: gate.Readable, About: []auditsql.Subject{
		{Verbs: []audit.Verb{audit.ChannelAdded}, Name: discussionsql.ChannelNamed},
		{Verbs: []audit.Verb{audit.TopicOpened, audit.TopicChanged}, Known: discussionsql.Known("e.object"), Name: discussionsql.Titled("e.object")},
		{Verbs: []audit.Verb{audit.PostPublished, audit.PostEdited}, Known: discussionsql.Known("e.about"), Name: discussionsql.Titled("e.about")},
		{Verbs: []audit.Verb{audit.ImportStaged, audit.ImportDecided, audit.ImportApplied, audit.ImportEnded, audit.ImportUndone}, Known: intelsql.KnownBatch, Name: intelsql.BatchNamed},
		{Verbs: []audit.Verb{audit.ObjectViewed, audit.HandlingChanged}, Known: intelsql.KnownObject, Name: intelsql.ObjectNamed},
		{Verbs: []audit.Verb{audit.MatchSeen}, Known: deconflictsql.KnownHit},
		{Verbs: []audit.Verb{audit.MatchFound}, Known: deconflictsql.KnownFinding},
	}, OnPlatform: []auditsql.Subject{
		{Verbs: []audit.Verb{audit.OrganisationAdded, audit.OrganisationSuspended, audit.OrganisationRestored}, Name: membersql.OrganisationNamed("e.object")},
		{Verbs: []audit.Verb{audit.AgreementRecorded, audit.AgreementEnded}, Name: membersql.OrganisationNamed("e.about")},
		{Verbs: []audit.Verb{audit.MemberInvited, audit.OfficerProposed, audit.InvitationConfirmed, audit.InvitationEnded}, Name: membersql.InvitationNamed},
	}}
}

// placeNames are the names of the workspaces that the actor is in.
func (a *App) placeNames(ctx context.Context, actor access.Actor) (map[access.WorkspaceID]string, error) {
	mine, err := a.Workspaces.Mine(ctx, actor)
	if err != nil {
		return nil, err
	}
	names := map[access.WorkspaceID]string{access.Exchange: words.Say(ctx, "ui.nav.exchange")}
	for _, head := range mine {
		names[head.ID] = head.Name
	}
	return names, nil
}

// cards are who members are, which each member may know.
func (a *App) cards(ctx context.Context, actor access.Actor, ids []access.MemberID) (cards map[access.MemberID]access.Card, err error) {
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}
	err = a.gate.View(ctx, ask, func(tx *sqldb.Tx, _ access.Grant) error {
		cards, err = gate.Cards(ctx, tx, ids)
		return err
	})
	return cards, err
}

// called is the member of that handle.
func (a *App) called(ctx context.Context, actor access.Actor, handle string) (id access.MemberID, err error) {
	ask := access.Ask{Actor: actor, Place: access.Platform(), Action: access.Enter}
	err = a.gate.View(ctx, ask, func(tx *sqldb.Tx, _ access.Grant) error {
		who, err := gate.Holder(ctx, tx, handle)
		if id = who.Member; err == nil && id == "" {
			err = access.ErrHidden
		}
		return err
	})
	return id, err
}
