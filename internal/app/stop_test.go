// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/config"
	"entente.example/internal/gate/gatetest"
	"entente.example/internal/intel"
	"entente.example/internal/sqldb"
	"entente.example/internal/web"
)

// manyURLs is a STIX bundle of so many indicators.
func manyURLs(n int) string {
	var b strings.Builder
	b.WriteString(`{"type":"bundle","id":"bundle--7d5f0f7a-4a52-4d4c-9f0c-0b0e5b8f3a11","objects":[`)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"type":"indicator","spec_version":"2.1","id":"indicator--0d8f3a11-4a52-4d4c-9f0c-%012x","created":"2026-01-01T00:00:00.000Z",
			"modified":"2026-01-01T00:00:00.000Z","name":"Panel %d","pattern":"[url:value = 'http://host%d.example/']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}`, i, i, i)
	}
	b.WriteString("]}")
	return b.String()
}

// accepted makes a data folder in which a large import is accepted, its work
// not begun, and returns a session of ann's.
func accepted(t *testing.T, cfg config.Config, objects int) (token string) {
	t.Helper()
	s := &stage{}
	var err error
	if s.App, err = New(t.Context(), cfg, Real(slog.New(slog.DiscardHandler))); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.people = gatetest.New(t, s.db)
	later := time.Now().AddDate(1, 0, 0).UnixMicro()
	s.people.Exec(t, `UPDATE member_member SET vetted_until = $1`, later)
	s.people.Exec(t, `UPDATE member_organisation SET knowledge_until = $1, operations_until = $1`, later)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ann := gatetest.As("ann")
	id, err := s.Batches.Stage(t.Context(), ann, "tyche", intel.Upload{Name: "bundle.json", Content: strings.NewReader(manyURLs(objects))})
	if err == nil {
		err = s.settle(t.Context())
	}
	s.jobs.Stop()
	if err == nil {
		err = s.Batches.Accept(t.Context(), ann, intel.Place{Workspace: "tyche", Batch: id}, intel.Decision{TLP: access.Amber, PAP: access.PAPAmber, Court: access.H2})
	}
	if err == nil {
		token, err = s.Sessions.Start(t.Context(), "ann", access.Passkey, "test")
	}
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// node is the program, serving a folder as its own process.
type node struct {
	*exec.Cmd
	address, figures string
}

func serveProcess(t *testing.T, binary string, cfg config.Config, grace time.Duration) *node {
	t.Helper()
	n := &node{exec.Command(binary, "serve"), cfg.Origin, "http://" + cfg.Metrics}
	n.Env = append(os.Environ(), "ENTENTE_DATA="+cfg.Data, "ENTENTE_DATABASE="+cfg.Database, "ENTENTE_LISTEN="+cfg.Listen,
		"ENTENTE_METRICS_LISTEN="+cfg.Metrics, "ENTENTE_LOG_LEVEL=error", "ENTENTE_STOP_GRACE="+grace.String())
	n.Stderr = os.Stderr
	out, err := n.StdoutPipe()
	if err == nil {
		err = n.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Process.Kill(); _ = n.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "ready at") {
			return n
		}
	}
	t.Fatal("the program did not become ready")
	return nil
}

// says asks the operator's listener.
func (n *node) says(path string) string {
	answer, err := http.Get(n.figures + path)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return string(text)
}

func (n *node) eventually(t *testing.T, what, path string, ok func(string) bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(n.says(path)); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestAStopLosesNothingAndIsNotNoticed stops the program by signal in the middle
// of an import, with a page open; after the next start the import goes on.
func TestAStopLosesNothingAndIsNotNoticed(t *testing.T) {
	const objects = 12000
	dir := t.TempDir()
	listen := freeAddress(t)
	cfg := config.Config{Data: dir, Database: filepath.Join(dir, "entente.db"), Listen: listen, Origin: "http://" + listen, Metrics: freeAddress(t), LogLevel: "error"}
	token := accepted(t, cfg, objects)
	n := serveProcess(t, binary(t), cfg, 300*time.Millisecond)
	n.eventually(t, "objects come in", "/metrics", func(s string) bool {
		return strings.Contains(s, `entente_jobs{kind="import-apply",state="running"} 1`)
	})
	page, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.address+"/live?w=tyche", nil)
	if err != nil {
		t.Fatal(err)
	}
	page.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: token})
	stream, err := http.DefaultClient.Do(page)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()

	begun := time.Now()
	if err := n.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	told, err := io.ReadAll(stream.Body)
	if err != nil || !strings.Contains(string(told), "retry: ") || !strings.Contains(string(told), "event: renew") {
		t.Errorf("the open page was told %q, and %v; want to be sent elsewhere", told, err)
	}
	if err := n.Wait(); err != nil {
		t.Errorf("the program ends with %v", err)
	}
	t.Logf("stopped in %v", time.Since(begun))
	before := brought(t, cfg)
	if before.waiting != 1 || before.held != 0 || before.queued != 0 {
		t.Errorf("after the stop: %+v; want one job, given back, and no entry without its number", before)
	}

	n = serveProcess(t, binary(t), cfg, 5*time.Second) // in which a slow machine is asked, too
	n.eventually(t, "the import ends", "/metrics", func(s string) bool { return s != "" && !strings.Contains(s, "entente_jobs{") })
	if err := n.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	n.eventually(t, "readyz fails while requests are still taken", "/readyz", func(s string) bool { return strings.Contains(s, "stopping") })
	if err := n.Wait(); err != nil {
		t.Errorf("the second stop: %v", err)
	}
	after := brought(t, cfg)
	if after.objects != objects || before.objects >= objects {
		t.Errorf("%d objects before the stop, %d at the end; want fewer, and %d", before.objects, after.objects, objects)
	}
	t.Logf("%d objects before the stop, %d at the end", before.objects, after.objects)
}

type left struct{ objects, waiting, held, queued int }

// brought reads what a stopped program left.
func brought(t *testing.T, cfg config.Config) (l left) {
	t.Helper()
	db, err := sqldb.OpenWith(t.Context(), sqldb.Options{URL: cfg.Database})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx *sqldb.Tx) error {
		return tx.One(t.Context(), `SELECT (SELECT COUNT(*) FROM intel_object WHERE workspace_id = 'tyche'), (SELECT COUNT(*) FROM job_job WHERE state = 'waiting'),
			(SELECT COUNT(*) FROM job_job WHERE claimed_by <> ''), (SELECT COUNT(*) FROM audit_queue)`, nil, &l.objects, &l.waiting, &l.held, &l.queued)
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}
