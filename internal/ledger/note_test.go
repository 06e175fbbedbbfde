// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"encoding/json"
	"os"
	"sync"
	"testing"
)

// act is something that a client asks the server for.
type act string

const (
	opensTopic act = "opens topic"
	replies    act = "replies"
	edits      act = "edits"
	stages     act = "stages"
	accepts    act = "accepts"
	refuses    act = "refuses"
	undoes     act = "undoes"
	invites    act = "invites"
	signsOut   act = "signs out"
)

// note is one line of the ledger: what was asked for, and whether the server
// said that it is done.
type note struct {
	Act       act    `json:"act"`
	Acked     bool   `json:"acked"`
	Workspace string `json:"workspace,omitempty"`
	Topic     string `json:"topic,omitempty"`
	Post      string `json:"post,omitempty"` // id; empty for the first of a topic
	Number    int64  `json:"number,omitempty"`
	Edits     int    `json:"edits,omitempty"` // of a post, after this one
	Text      string `json:"text,omitempty"`
	Batch     string `json:"batch,omitempty"`
	Objects   int64  `json:"objects,omitempty"`
	Member    string `json:"member,omitempty"`
	Session   string `json:"session,omitempty"`
}

// notes are the ledger, kept in memory and in a file.
type notes struct {
	mu    sync.Mutex
	all   []note // guarded by mu
	file  *os.File
	fails []string // answers that no client should get; guarded by mu
}

func newNotes(t *testing.T, path string) *notes {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return &notes{file: file}
}

// write notes n: before the act, and again once it is acknowledged.
func (ns *notes) write(n note) {
	line, err := json.Marshal(n)
	if err != nil {
		panic(err) // strings and numbers have a form in JSON
	}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.all = append(ns.all, n)
	if _, err := ns.file.Write(append(line, '\n')); err != nil {
		ns.fails = append(ns.fails, err.Error())
	}
}

func (ns *notes) fail(what string) {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.fails = append(ns.fails, what)
}

// snapshot returns what is noted so far.
func (ns *notes) snapshot() []note {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	return append([]note(nil), ns.all...)
}

// acked counts what was acknowledged, by act.
func acked(all []note) map[act]int {
	counts := map[act]int{}
	for _, n := range all {
		if n.Acked {
			counts[n.Act]++
		}
	}
	return counts
}
