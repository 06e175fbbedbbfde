// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente.example/internal/config"
	"entente.example/internal/signin/password"
)

func fresh(t *testing.T) config.Config {
	t.Helper()
	dir := t.TempDir()
	return config.Config{
		Data: dir, Database: filepath.Join(dir, "entente.db"), Listen: "localhost:0", Origin: "http://localhost:8080", LogLevel: "error",
	}
}

func TestTheFirstStartWritesTwoLinksForTheirOwnerAlone(t *testing.T) {
	cfg := fresh(t)
	for range 2 { // the second start writes none
		err := withApp(t.Context(), cfg, func(a *App) error { return a.firstStart(t.Context(), io.Discard) })
		if err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(cfg.Data, firstOfficers)
	text, err := os.ReadFile(name)
	if err != nil || strings.Count(string(text), cfg.Origin+"/invitation/") != 2 {
		t.Errorf("%q, %v; want two links", text, err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestAnOfficerIsProposedFromTheConsole(t *testing.T) {
	cfg := fresh(t)
	err := withApp(t.Context(), cfg, func(a *App) error { return a.firstStart(t.Context(), io.Discard) })
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := ProposeOfficer(t.Context(), cfg, "new@entente.example", "New Officer", &out); err != nil || !strings.Contains(out.String(), "/invitation/") {
		t.Errorf("%q, %v; want a link", out.String(), err)
	}
}

func TestWarningListsAreLoadedFromAFolder(t *testing.T) {
	cfg, dir := fresh(t), t.TempDir()
	if err := LoadWarningLists(t.Context(), cfg, dir, io.Discard); err == nil {
		t.Error("an empty folder loads without a word")
	}
	list := `{"name":"Public resolvers","type":"string","version":1,"list":["9.9.9.9"],"matching_attributes":["ip-dst"]}`
	if err := os.MkdirAll(filepath.Join(dir, "resolvers"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "resolvers", "list.json"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := LoadWarningLists(t.Context(), cfg, dir, &out); err != nil || out.String() != "1 warning lists loaded\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestADemonstrationStaysOne(t *testing.T) {
	cfg, folder := fresh(t), filepath.Join(t.TempDir(), "demo")
	made, unlock, err := demoConfig(cfg, folder)
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(folder, "kept")
	if err := os.WriteFile(kept, []byte("of the first"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := demoConfig(cfg, folder); err == nil {
		t.Error("a second demonstration takes the folder of one that runs")
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("a second demonstration emptied the folder of one that runs: %v", err)
	}
	unlock()
	_, unlock, err = demoConfig(cfg, folder)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	if _, err := os.Stat(kept); !os.IsNotExist(err) {
		t.Errorf("the next demonstration does not begin anew: %v", err)
	}
	if err := Run(t.Context(), made, password.Here, io.Discard); err == nil {
		t.Error("serve opens a demonstration's folder")
	}
	if _, unlock, err := demoConfig(cfg, t.TempDir()); err != nil {
		t.Errorf("an empty folder: %v", err)
	} else {
		unlock()
	}
	if err := os.WriteFile(filepath.Join(cfg.Data, "entente.db"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := demoConfig(cfg, cfg.Data); err == nil {
		t.Error("a demonstration empties the folder of a real server")
	}
	cfg.Listen = "0.0.0.0:8080"
	if _, _, err := demoConfig(cfg, folder); err == nil {
		t.Error("a demonstration listens beyond this machine")
	}
}

func TestADemonstrationAnswersThisMachineAlone(t *testing.T) {
	inside := door(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, test := range []struct {
		name, host, header string
		want               int
	}{
		{"localhost", "localhost:8080", "", http.StatusNoContent},
		{"its address", "127.0.0.1:8080", "", http.StatusNoContent},
		{"IPv6", "[::1]:8080", "", http.StatusNoContent},
		{"another name that leads here", "evil.example", "", http.StatusMisdirectedRequest},
		{"through a proxy", "localhost:8080", "X-Forwarded-For", http.StatusMisdirectedRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Host = test.host
			if test.header != "" {
				r.Header.Set(test.header, "203.0.113.9")
			}
			w := httptest.NewRecorder()
			inside.ServeHTTP(w, r)
			if w.Code != test.want {
				t.Errorf("%d; want %d", w.Code, test.want)
			}
		})
	}
}
