// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente.example/internal/journey"
)

// TestShots takes a picture of every page, for the eyes of those who build them:
// SHOTS names the folder, ONLY the scenes (a pattern), LOOKS the looks among
// "1440-light-en" and so on (a pattern).
func TestShots(t *testing.T) {
	folder := os.Getenv("SHOTS")
	if folder == "" {
		t.Skip("SHOTS names no folder for the pictures")
	}
	only, looks := regexp.MustCompile(os.Getenv("ONLY")), regexp.MustCompile(os.Getenv("LOOKS"))
	th := newTheatre(t)
	scenes := th.scenes(t)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"en", "ar"} {
		th.exec(t, `UPDATE member_member SET language = $1`, language)
		for _, dark := range []bool{false, true} {
			for _, width := range []int64{1440, 768, 390} {
				look := fmt.Sprintf("%d-%s-%s", width, map[bool]string{false: "light", true: "dark"}[dark], language)
				if !looks.MatchString(look) {
					continue
				}
				th.Looks(journey.Look{Width: width, Height: 900, Dark: dark, NoMotion: true, Language: language})
				for _, s := range scenes {
					if only.MatchString(s.name) {
						th.opens(t, s)
						file := filepath.Join(folder, s.name+"."+look+".png")
						if err := os.WriteFile(file, th.Shoots(), 0o644); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
		}
	}
	contactSheet(t, folder, scenes)
}

// contactSheet writes index.html over all pictures that the folder holds.
func contactSheet(t *testing.T, folder string, scenes []scene) {
	t.Helper()
	var page strings.Builder
	page.WriteString("<!doctype html><meta charset=utf-8><title>Entente, page by page</title>\n")
	for _, s := range scenes {
		files, err := filepath.Glob(filepath.Join(folder, s.name+".*.png"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&page, "<h2>%s</h2><p>%s, as %s</p>\n", html.EscapeString(s.name), html.EscapeString(s.path), html.EscapeString(s.who))
		for _, file := range files {
			name := filepath.Base(file)
			fmt.Fprintf(&page, "<a href=%q><img src=%q alt=%q width=320 loading=lazy></a>\n", name, name, name)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "index.html"), []byte(page.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
