// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente.example/internal/words"
)

// quoted finds what may be the key of a message, or the beginning of one that
// the code completes ("ui.role." + role).
var quoted = regexp.MustCompile(`"([a-z]+\.[a-z0-9_.]*)`)

// TestEachKeyIsUsedAndEachUseHasAKey holds the catalogues and the code together.
func TestEachKeyIsUsedAndEachUseHasAKey(t *testing.T) {
	keys, err := words.Keys(words.English)
	if err != nil {
		t.Fatal(err)
	}
	used, begun := keysInSources(t, keys)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !used[key] && !slices.ContainsFunc(begun, func(start string) bool { return strings.HasPrefix(key, start) }) {
			t.Errorf("no source uses the key %q", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(used)) {
		if !keys[key] {
			t.Errorf("the key %q is used and stands in no catalogue", key)
		}
	}
}

// keysInSources returns the keys that stand whole in a source, and those that
// only begin there. A literal is taken for a key if a catalogue has its room;
// the journal's verbs look alike and are not.
func keysInSources(t *testing.T, keys map[string]bool) (used map[string]bool, begun []string) {
	t.Helper()
	rooms := map[string]bool{}
	for key := range keys {
		room, _, _ := strings.Cut(key, ".")
		rooms[room] = true
	}
	used = map[string]bool{}
	for name, text := range sources(t, ".go", ".templ", ".cedar") {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "audit/audit.go") {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			room, rest, _ := strings.Cut(m[1], ".")
			switch {
			case !rooms[room]:
			case strings.HasSuffix(rest, ".") || strings.HasSuffix(rest, "_"):
				begun = append(begun, m[1])
			case rest != "" && !notKeys[rest]:
				used[m[1]] = true
			}
		}
	}
	return used, begun
}

// act finds the verbs of the journal where they are listed.
var act = regexp.MustCompile(`Verb += "([a-z_.]+)"`)

// TestEachActOfTheJournalHasItsWords so that no page of the journal shows a verb
// as it is recorded.
func TestEachActOfTheJournalHasItsWords(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "internal", "audit", "audit.go"))
	if err != nil {
		t.Fatal(err)
	}
	acts := act.FindAllStringSubmatch(string(text), -1)
	if len(acts) < 50 {
		t.Fatalf("only %d acts found", len(acts))
	}
	for _, tag := range words.Tags() {
		keys, err := words.Keys(tag)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range acts {
			if !keys["audit.verb."+m[1]] {
				t.Errorf("%s has no words for %s", tag, m[1])
			}
		}
	}
}

// notKeys end literals that look like keys and are not.
var notKeys = map[string]bool{"go": true, "db": true, "css": true, "js": true, "json": true, "example": true}

// sources reads every file of the house with one of those endings.
func sources(t *testing.T, endings ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name != root && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !slices.Contains(endings, filepath.Ext(name)) {
			return err
		}
		text, err := os.ReadFile(name)
		texts[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestEachFileSaysItsLicence(t *testing.T) {
	const line = "// SPDX-License-Identifier: Apache-2.0\n"
	for name, text := range sources(t, ".go", ".templ", ".ts") {
		if !strings.HasPrefix(text, line) && !strings.Contains(text, "Code generated") {
			t.Errorf("%s does not begin with its licence line", name)
		}
	}
}

func TestEachFileIsFormatted(t *testing.T) {
	for name, text := range sources(t, ".go") {
		if strings.Contains(text, "// Code generated") {
			continue
		}
		if want, err := format.Source([]byte(text)); err != nil || string(want) != text {
			t.Errorf("%s is not as gofmt writes it (%v)", name, err)
		}
	}
}
