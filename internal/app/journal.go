// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente.example/internal/audit/merkle"
	"entente.example/internal/audit/witness"
	"entente.example/internal/config"
	"entente.example/internal/follow"
	"entente.example/internal/seal"
)

// The files of the journal in the data folder.
const (
	journalKey     = "journal.key"        // signs the checkpoints
	journalRetired = "journal.retired"    // verifier keys that signed earlier ones, one a line; the operator's to write
	journalMemory  = "journal.checkpoint" // the last checkpoint that this node signed
)

// defaultCheckpoint is how often the journal is signed where no setting says it.
const defaultCheckpoint = time.Minute

// openLog reads the key of the log, or makes it, and begins to sign.
func (a *App) openLog() error {
	key, err := seal.OpenTextKey(filepath.Join(a.config.Data, journalKey), func() (string, error) {
		return merkle.NewKey(a.world.Random, logName(a.config))
	})
	if err != nil {
		return err
	}
	signer, err := merkle.NewSigner(key.Reveal())
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
		Signer: signer, Retired: retired, Every: cmp.Or(a.config.Checkpoint, defaultCheckpoint), Now: a.world.now,
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
