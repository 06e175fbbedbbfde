// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"

	"entente.example/internal/app"
	"entente.example/internal/config"
)

type audits struct {
	Export  auditExport  `cmd:"" help:"Write the journal into a folder, for whoever checks it elsewhere."`
	Verify  auditVerify  `cmd:"" help:"Recompute a journal, offline, and say what is wrong. Exit code 2: something is."`
	Witness auditWitness `cmd:"" help:"Be the witness of another server's journal: cosign what continues."`
}

type auditExport struct {
	Dir string `arg:"" help:"Folder to make."`
}

func (a auditExport) Run(ctx context.Context, cfg config.Config) error {
	return app.ExportJournal(ctx, cfg, a.Dir, os.Stdout)
}

type auditVerify struct {
	Dir        string   `arg:"" help:"An export, or a data folder." type:"existingdir"`
	Checkpoint []string `help:"File with an earlier checkpoint, that the journal must hold to." placeholder:"FILE" type:"existingfile"`
	Key        []string `help:"Verifier key of the log, as you know it." placeholder:"VKEY"`
	Witness    []string `help:"Verifier key of a witness whose cosignatures count." placeholder:"VKEY"`
}

func (a auditVerify) Run(ctx context.Context, cfg config.Config) error {
	return app.VerifyJournal(ctx, cfg, app.Verification{Dir: a.Dir, Checkpoints: a.Checkpoint, Keys: a.Key, Witnesses: a.Witness}, os.Stdout)
}

type auditWitness struct {
	Dir    string `arg:"" help:"Folder of the witness: its key and the last checkpoint that it cosigned."`
	Key    string `required:"" help:"Verifier key of the log to watch." placeholder:"VKEY"`
	Name   string `required:"" help:"Name of this witness, such as witness.example/w1. It is fixed once the key is made."`
	Listen string `help:"Address to listen on." default:"localhost:8091"`
}

func (a auditWitness) Run(ctx context.Context) error {
	return app.RunWitness(ctx, app.Witnessing{Dir: a.Dir, Key: a.Key, Name: a.Name, Listen: a.Listen}, os.Stdout)
}

type rebuild struct {
	Follower string `arg:"" optional:"" help:"What to make anew; without it, what there is."`
}

func (r rebuild) Run(ctx context.Context, cfg config.Config) error {
	return app.Rebuild(ctx, cfg, r.Follower, os.Stdout)
}
