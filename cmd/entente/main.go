// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"entente.example/internal/app"
	"entente.example/internal/config"
)

type command struct {
	Config string `help:"Settings file (TOML). The environment wins over it." type:"existingfile" placeholder:"FILE"`

	Serve    serve    `cmd:"" help:"Serve the platform."`
	Demo     demo     `cmd:"" help:"Serve a demonstration with invented people, on this machine alone."`
	Health   health   `cmd:"" help:"Ask the server on this machine whether it lives, or with --ready whether it takes requests."`
	Admin    admin    `cmd:"" help:"Propose an officer of the Directorate: pending until two others confirm."`
	Import   imports  `cmd:"" help:"Load what is shared by all workspaces."`
	Backup   backups  `cmd:"" help:"Back up, list back-ups, check them."`
	Restore  restore  `cmd:"" help:"Bring a back-up back into an empty data folder and database."`
	Verify   verify   `cmd:"" help:"Look at database, files and journal for damage; changes nothing."`
	Move     move     `cmd:"" help:"Copy the database to another engine and compare both sides. The server must not run."`
	Settings settings `cmd:"" help:"Print the settings that hold, and where each came from; no secret."`
	Audit    audits   `cmd:"" help:"The journal: export, verify, witness."`
	Rebuild  rebuild  `cmd:"" help:"Make anew, from the journal, what a follower of it keeps. May run beside the server."`
	Policy   policy   `cmd:"" help:"Print the access policy, for auditors."`
	Derive   derive   `cmd:"" hidden:"" help:"Derive the key of one password: how the server starts itself."`
	Version  version  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	var c command
	parser := kong.Parse(&c, kong.Name("entente"), kong.Description("Police cooperation against cybercrime: Knowledge Exchange and Operations."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError(),
		kong.BindToProvider(func() (config.Config, error) { return config.Load(c.Config) }))
	parser.FatalIfErrorf(parser.Run(&c))
}

type derive struct{}

func (derive) Run() error { return app.DeriveKey(os.Stdin, os.Stdout) }

type serve struct {
	NewMatchKey bool `help:"The match key is lost: give up what was matched under it, and make a new one."`
}

func (s serve) Run(ctx context.Context, cfg config.Config) error {
	if s.NewMatchKey {
		if err := app.GiveUpMatchKey(ctx, cfg); err != nil {
			return err
		}
	}
	return app.Run(ctx, cfg, app.ByItself("derive", app.Logger(cfg)), os.Stdout)
}

type demo struct {
	Data string `help:"Folder of the demonstration, its own." default:"demo-data"`
}

func (d demo) Run(ctx context.Context, cfg config.Config) error {
	return app.RunDemo(ctx, cfg, app.ByItself("derive", app.Logger(cfg)), d.Data, os.Stdout)
}

type admin struct {
	Email string `arg:"" help:"The officer's e-mail address."`
	Name  string `arg:"" help:"The officer's name."`
}

func (a admin) Run(ctx context.Context, cfg config.Config) error {
	return app.ProposeOfficer(ctx, cfg, a.Email, a.Name, os.Stdout)
}

type imports struct {
	Warninglists warninglists `cmd:"" help:"Load MISP warning lists: what is on one matches nothing."`
}

type warninglists struct {
	Dir string `arg:"" help:"Folder with one folder per list, each with a list.json." type:"existingdir"`
}

func (w warninglists) Run(ctx context.Context, cfg config.Config) error {
	return app.LoadWarningLists(ctx, cfg, w.Dir, os.Stdout)
}

type settings struct{}

func (settings) Run(cfg config.Config) error {
	return cfg.Show(os.Stdout)
}

type health struct {
	Ready bool `help:"Ask whether it is ready, and for each check."`
}

func (h health) Run(ctx context.Context, cfg config.Config) error {
	return app.Health(ctx, cfg, h.Ready, os.Stdout)
}

type policy struct{}

func (policy) Run() error {
	_, err := fmt.Print(app.Policies())
	return err
}

type version struct{}

// Run prints what an administrator is asked for first: the version, the commit
// that it was built from, and with what.
func (version) Run() error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("read build information: none in this binary")
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	commit := set["vcs.revision"]
	if set["vcs.modified"] == "true" {
		commit += " and changes"
	}
	fmt.Printf("entente %s\ncommit  %s\ntime    %s\nbuilt   %s, %s/%s\n", info.Main.Version,
		cmp.Or(commit, "not recorded"), cmp.Or(set["vcs.time"], "not recorded"), info.GoVersion, runtime.GOOS, runtime.GOARCH)
	return nil
}
