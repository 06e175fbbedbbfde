// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"unicode/utf8"
)

// onButton finds the key of a button's label.
var onButton = regexp.MustCompile(`ui\.(?:Submit|Post|Link)Button\([^\n]*?words\.Say\(ctx, "([a-z_.]+)"`)

// atOnce finds a button that destroys or discloses by itself.
var atOnce = regexp.MustCompile(`ui\.PostButton\([^\n]*ui\.Danger`)

// TestWhatDestroysAsksFirst in a dialog or on a page of its own: no button that
// stands among others does it at once.
func TestWhatDestroysAsksFirst(t *testing.T) {
	for name, text := range sources(t, ".templ") {
		for _, found := range atOnce.FindAllString(text, -1) {
			t.Errorf("%s: %s: ask first (ui.Dialog)", name, found)
		}
	}
}

// longestLabel is how many characters a button holds on one line of a telephone
// of 390 pixels, with the padding of page and button.
const longestLabel = 40

// TestButtonsFitATelephone in each language.
func TestButtonsFitATelephone(t *testing.T) {
	labels := map[string]bool{}
	for _, text := range sources(t, ".templ") {
		for _, m := range onButton.FindAllStringSubmatch(text, -1) {
			labels[m[1]] = true
		}
	}
	if len(labels) < 20 {
		t.Fatalf("only %d labels found", len(labels))
	}
	names, err := filepath.Glob(filepath.Join(root, "internal", "words", "catalogue", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(text, &messages); err != nil {
			t.Fatal(err)
		}
		for key, message := range messages {
			label, plain := message.(string)
			if labels[key] && plain && utf8.RuneCountInString(label) > longestLabel {
				t.Errorf("%s: the button %s has %d characters: %q", filepath.Base(name), key, utf8.RuneCountInString(label), label)
			}
		}
	}
}
