// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"

	"entente.example/internal/app"
	"entente.example/internal/config"
)

type backups struct {
	Take  backupTake  `cmd:"" default:"withargs" help:"Add a back-up to a folder, sealed to age recipients. The server may run."`
	List  backupList  `cmd:"" help:"List the back-ups of a folder."`
	Check backupCheck `cmd:"" help:"Hold a back-up against its sums; with an identity, open all of it."`
}

type backupTake struct {
	Dest      string   `arg:"" help:"Folder of back-ups. Files that it holds already are not written again." type:"path"`
	Recipient []string `help:"age recipient (age1…) that it is sealed to; several times for several. Else those of the settings." placeholder:"AGE1"`
}

func (b backupTake) Run(ctx context.Context, cfg config.Config) error {
	return app.Backup(ctx, cfg, b.Dest, b.Recipient, os.Stdout)
}

type backupList struct {
	Dest string `arg:"" help:"Folder of back-ups." type:"existingdir"`
}

func (b backupList) Run() error { return app.ListBackups(b.Dest, os.Stdout) }

type backupCheck struct {
	Dest     string `arg:"" help:"Folder of back-ups, or of one." type:"existingdir"`
	Name     string `help:"Which back-up; else the newest."`
	Identity string `help:"File of age identities, to open it." type:"existingfile" placeholder:"FILE"`
}

func (b backupCheck) Run(ctx context.Context) error {
	return app.CheckBackup(ctx, b.Dest, b.Name, b.Identity, os.Stdout)
}

type restore struct {
	Source       string `arg:"" help:"Folder of back-ups, or of one." type:"existingdir"`
	Name         string `help:"Which back-up; else the newest."`
	Identity     string `required:"" help:"File of age identities that open it." type:"existingfile" placeholder:"FILE"`
	Since        string `xor:"since" help:"File of what was taken from people, to do again what came after the back-up. Else the one of the settings." type:"existingfile" placeholder:"FILE"`
	WithoutSince bool   `xor:"since" help:"There is no such file: who was suspended after the back-up will be a member again."`
	NewMatchKey  bool   `help:"The match key is lost: give up what was matched under it."`
}

func (r restore) Run(ctx context.Context, cfg config.Config) error {
	return app.Restore(ctx, cfg, app.Restoring{
		Source: r.Source, Name: r.Name, Identities: r.Identity, Since: r.Since, NoSince: r.WithoutSince, NewMatchKey: r.NewMatchKey,
	}, os.Stdout)
}

type move struct {
	To string `required:"" help:"Where to: a postgres:// address, or the path of a SQLite file. Empty or unused." placeholder:"ADDRESS"`
}

func (m move) Run(ctx context.Context, cfg config.Config) error {
	return app.Move(ctx, cfg, m.To, os.Stdout)
}

type verify struct{}

func (verify) Run(ctx context.Context, cfg config.Config) error {
	return app.Verify(ctx, cfg, os.Stdout)
}
