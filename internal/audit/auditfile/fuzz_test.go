// SPDX-License-Identifier: Apache-2.0

package auditfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"entente.example/internal/audit"
	"entente.example/internal/audit/auditfile"
)

const (
	opening    = `{"number":1,"id":"a","at":"2026-03-04T05:06:07.000008Z","actor":"ann","workspace":"","verb":"post.published","object":"","about":"","count":0,"concerns":"","salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`
	checkpoint = `{"size":1,"at":"2026-03-04T05:06:07.000008Z","note":"x"}`
	note       = "x\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— x AAAA\n"
)

// FuzzExport reads whatever lies in the files of an export: it may be refused or
// found wrong, and does no harm.
func FuzzExport(f *testing.F) {
	f.Add([]byte(note), []byte(checkpoint), []byte(opening), make([]byte, 34))
	f.Fuzz(func(t *testing.T, newest, checkpoints, openings, bundle []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{
			"checkpoint": newest, "checkpoints.jsonl": checkpoints, "openings.jsonl": openings, "tile/entries/000.p/1": bundle,
		} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		folder, err := auditfile.Open(dir)
		if err != nil {
			return
		}
		defer folder.Close()
		if report, err := audit.Check(t.Context(), folder, audit.Trust{}); err == nil && report.Checkpoints > 0 {
			t.Errorf("checkpoints are right without a key: %+v", report)
		}
	})
}
