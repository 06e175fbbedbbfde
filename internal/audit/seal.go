// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"

	"entente.example/internal/access"
)

// SealPrefix stands before the id of its seal in the entry that says that a
// workspace was purged.
const SealPrefix = "seal:"

// Seal bounds what a purge takes: it is SHA-256 over the numbers of all entries of
// a workspace, in order, each in decimal and behind it a line end. Without it
// anybody who can write to the database could say of any entry that a purge took it.
type Seal struct {
	Count int64
	sum   hash.Hash
}

// Add takes the number of the next entry in.
func (s *Seal) Add(number int64) {
	if s.sum == nil {
		s.sum = sha256.New()
	}
	s.Count++
	s.sum.Write(append(strconv.AppendInt(nil, number, 10), '\n'))
}

// Sum returns the seal as it stands in its entry, in hexadecimal.
func (s *Seal) Sum() string {
	if s.sum == nil {
		s.sum = sha256.New()
	}
	return hex.EncodeToString(s.sum.Sum(nil))
}

// workspaceOf returns the workspace whose seal takes the entry in, if any: its own,
// or the one that an act of the platform is about.
func workspaceOf(r Record) access.WorkspaceID {
	if r.Workspace == "" && slices.Contains(AboutVerbs(), r.Verb) {
		return access.WorkspaceID(r.Object)
	}
	return r.Workspace
}

// blanksKept is of how many entries without content the numbers are kept, so that
// one that was made so can be named.
const blanksKept = 4096

// purging is what a check has seen of one workspace.
type purging struct {
	Seal
	blank       int64   // entries that nothing but the leaf is left of
	blanks      []int64 // their numbers, up to blanksKept
	certificate int64   // the entry that says that it was purged
	wants       string  // the id of the seal that this names
	seal        string  // the id of the one that was found
}

func (c *checker) purging(workspace access.WorkspaceID) *purging {
	p := c.workspaces[workspace]
	if p == nil {
		p = &purging{}
		c.workspaces[workspace] = p
	}
	return p
}

// blank takes note of an entry without content, which says that it was of a
// workspace: nothing proves that but the workspace's seal.
func (c *checker) blank(o Opening) {
	c.Purged++
	p := c.purging(o.Workspace)
	if p.seal != "" {
		c.find(Finding{Kind: EntryUnopenable, Number: o.Number}) // it came after the seal
		return
	}
	p.Add(o.Number)
	if p.blank++; len(p.blanks) < blanksKept {
		p.blanks = append(p.blanks, o.Number)
	}
}

// opened takes note of an entry that is what its leaf commits to.
func (c *checker) opened(o Opening) {
	c.Opened++
	switch {
	case o.Workspace != "":
	case o.Verb == WorkspacePurged:
		p := c.purging(access.WorkspaceID(o.Object))
		p.certificate = o.Number
		p.wants, _ = strings.CutPrefix(o.About, SealPrefix)
		if p.wants == o.About {
			p.wants = ""
		}
	case o.Verb == JournalSealed:
		c.sealed(o)
	}
	if workspace := workspaceOf(o.Record); workspace != "" {
		if p := c.purging(workspace); p.seal == "" {
			p.Add(o.Number)
		}
	}
}

// sealed holds a seal against what was seen of its workspace.
func (c *checker) sealed(o Opening) {
	p := c.purging(access.WorkspaceID(o.Object))
	switch {
	case p.seal != "":
		c.find(Finding{Kind: SealWrong, Number: o.Number})
	case p.Count != o.Count || p.Sum() != o.About:
		c.find(p.tooMany(o))
	}
	p.seal = o.ID
}

// tooMany names the one entry without content that a seal does not know, where it
// can be found.
func (p *purging) tooMany(seal Opening) Finding {
	if p.Count == seal.Count+1 && p.blank == p.Count && int(p.blank) == len(p.blanks) {
		for left := range p.blanks {
			var without Seal
			for i, number := range p.blanks {
				if i != left {
					without.Add(number)
				}
			}
			if without.Sum() == seal.About {
				return Finding{Kind: EntryUnopenable, Number: p.blanks[left]}
			}
		}
	}
	return Finding{Kind: SealWrong, Number: seal.Number}
}

// purges reports entries without content that no purge explains, or whose seal is
// gone; of purges from before there were seals it counts what is not bounded.
func (c *checker) purges() {
	for workspace, p := range c.workspaces {
		switch {
		case p.blank > 0 && p.certificate == 0:
			c.find(Finding{Kind: EntryUnopenable, Number: p.blanks[0]})
		case p.certificate > 0 && p.wants != p.seal:
			c.find(Finding{Kind: SealWrong, Number: p.certificate})
		case p.certificate > 0 && p.seal == "" && workspace != "":
			c.Unbounded += p.blank
		}
	}
}
