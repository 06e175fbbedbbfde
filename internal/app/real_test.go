// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"entente.example/internal/stix"
)

// memoryLimit is what the process of a server may take at most, in bytes, while
// it imports and exports a file of 35 MB.
const memoryLimit = 400 << 20

// program is the demonstration, running as its own process.
type program struct {
	*exec.Cmd
	address string
	client  *http.Client
}

// start runs the built program's demonstration.
func start(t *testing.T) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(binary(t), "demo", "--data", filepath.Join(t.TempDir(), "demo")), address: "http://" + freeAddress(t)}
	p.Env = append(os.Environ(), "ENTENTE_LISTEN="+strings.TrimPrefix(p.address, "http://"), "ENTENTE_LOG_LEVEL=error",
		"ENTENTE_MEMBER_RATE=100000") // one member asks as fast as they are answered
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Process.Signal(os.Interrupt)
		_ = p.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "ready at") {
			p.client = p.as(t, "Camille Roussel")
			return p
		}
	}
	t.Fatal("the demonstration did not become ready")
	return nil
}

// as is a browser of one of the demonstration's people.
func (p *program) as(t *testing.T, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: &localJar{jar}, Timeout: 5 * time.Minute}
	page := p.get(t, client, "/signin")
	form := regexp.MustCompile(`/demo/be/[0-9a-f-]+`)
	at := strings.Index(page, name)
	before := form.FindAllStringIndex(page, -1)
	for i, found := range before {
		if found[0] > at || i == len(before)-1 {
			answer, err := client.PostForm(p.address+page[found[0]:found[1]], nil)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			break
		}
	}
	return client
}

// localJar keeps Secure cookies for a server on this machine, as browsers do.
type localJar struct{ *cookiejar.Jar }

func (j *localJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	for _, c := range cookies {
		c.Secure = false
	}
	j.Jar.SetCookies(u, cookies)
}

func (p *program) get(t *testing.T, client *http.Client, path string) string {
	t.Helper()
	answer, err := client.Get(p.address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// peak returns the most memory that the process has taken, in bytes.
func (p *program) peak(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Skip("this system does not tell a process's memory")
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// imports brings a file in through the pages, marked TLP:CLEAR, and returns the
// batch's path.
func (p *program) imports(t *testing.T, operation, file string) string {
	t.Helper()
	body, to := io.Pipe()
	form := multipart.NewWriter(to)
	go func() {
		part, err := form.CreateFormFile("file", filepath.Base(file))
		if err == nil {
			var f *os.File
			if f, err = os.Open(file); err == nil {
				_, err = io.Copy(part, f)
				f.Close()
			}
		}
		to.CloseWithError(errorOr(form.Close(), err))
	}()
	answer, err := p.client.Post(p.address+operation+"/import", form.FormDataContentType(), body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	batch := answer.Request.URL.Path
	if !strings.Contains(batch, "/imports/") {
		t.Fatalf("%s: %s at %s", file, answer.Status, batch)
	}
	p.until(t, batch, "ready")
	answer, err = p.client.PostForm(p.address+batch+"/decision", map[string][]string{"decision": {"accept"}, "tlp": {"CLEAR"}, "pap": {"0"}, "court": {"0"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	p.until(t, batch, "done")
	return batch
}

func errorOr(a, b error) error {
	if b != nil {
		return b
	}
	return a
}

// until waits for a batch to come to a state.
func (p *program) until(t *testing.T, batch, state string) {
	t.Helper()
	var now struct{ State string }
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err := json.Unmarshal([]byte(p.get(t, p.client, batch+"/progress")), &now); err != nil {
			t.Fatal(err)
		}
		if now.State == state {
			return
		}
	}
	t.Fatalf("%s is %s; want %s", batch, now.State, state)
}

// objects returns the objects of a bundle by id and version.
func objects(t *testing.T, in io.Reader) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := stix.Decode(in, func(r stix.Record) error {
		if r.Err != nil {
			return r.Err
		}
		o, _ := stix.Parse(r.Raw, r.Spec)
		all[string(o.ID)+" "+o.Modified.String()] = slices.Clone(r.Raw)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestTheLargestRealFileComesOutAsItWentIn imports ATT&CK Enterprise through the
// pages of a running program, or a look-alike of it where the file is absent,
// and exports it again, while somebody else posts.
func TestTheLargestRealFileComesOutAsItWentIn(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the largest file takes a while")
	}
	p := start(t)
	file := shared(t, "stix/enterprise-attack-18.1.json", lookAlike(5000))
	page := p.get(t, p.client, "/operations")
	page, _, found := strings.Cut(page, ">KESTREL<") // the last address before its name
	operations := regexp.MustCompile(`/w/[0-9a-f-]{36}`).FindAllString(page, -1)
	if !found || len(operations) == 0 {
		t.Fatal("Camille is not in KESTREL")
	}
	operation := operations[len(operations)-1]
	quiet := p.slowest(t, operation, nil)
	stop := make(chan struct{})
	busy := make(chan time.Duration, 1)
	go func() { busy <- p.slowest(t, operation, stop) }()
	begun := time.Now()
	p.imports(t, operation, file)
	took := time.Since(begun)
	close(stop)
	t.Logf("imported in %v; median answer alone %v, meanwhile %v", took, quiet, <-busy)

	given, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer given.Close()
	want := objects(t, given)
	answer, err := p.as(t, "Inés Carvajal").Post(p.address+operation+"/export?tlp=CLEAR", "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	got := objects(t, answer.Body)
	for id, raw := range want {
		if back, ok := got[id]; !ok || !stix.Equal(raw, back) {
			t.Errorf("%s: there %v, and not as it went in", id, ok)
			if t.Failed() && len(got) == 0 {
				t.Fatalf("the export is empty: %s", answer.Status)
			}
		}
	}
	peak := p.peak(t)
	t.Logf("%d objects, peak memory %d MB", len(want), peak>>20)
	if peak > memoryLimit {
		t.Errorf("the process took %d MB; want at most %d", peak>>20, memoryLimit>>20)
	}
}

// slowest asks for a page again and again, until stop is closed or thirty times,
// and returns the median of the answers.
func (p *program) slowest(t *testing.T, operation string, stop <-chan struct{}) time.Duration {
	var took []time.Duration
	for i := 0; stop != nil || i < 30; i++ {
		select {
		case <-stop:
			stop = nil
			i = 30
		default:
		}
		begun := time.Now()
		answer, err := p.client.Get(p.address + operation + "/topics")
		if err != nil {
			t.Error(err)
			return 0
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// lookAlike is a bundle of n objects with what real ones have: properties that
// nobody here knows, revoked objects, relationships.
func lookAlike(n int) string {
	var out bytes.Buffer
	out.WriteString(`{"type":"bundle","id":"bundle--7d5f0f7a-4a52-4d4c-9f0c-0b0e5b8f3a11","objects":[`)
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"type":"attack-pattern","spec_version":"2.1","id":"attack-pattern--%08x-4a52-4d4c-9f0c-0b0e5b8f3a11",
			"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-02T00:00:00.%03dZ","name":"Technique %d","revoked":%v,
			"x_mitre_platforms":["Linux","Windows"],"x_mitre_detection":"é ü 漢字 %d","x_unknown":{"deep":[1,2.50,null]}}`, i, i%1000, i, i%7 == 0, i)
	}
	out.WriteString("]}")
	return out.String()
}
