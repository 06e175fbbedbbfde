// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
	"entente.example/internal/web"
)

// client is one who writes: a session, and what its holder remembers.
type client struct {
	address, token string
	http           *http.Client

	member     string
	workspace  string // the operation that they are in
	manages    bool
	imports    bool
	notes      *notes
	chance     *rand.Rand
	topics     []topic
	posts      []post
	batches    []batch
	unanswered []draft // to be sent again, as browsers do after a lost connection
	sessions   []string
	guests     []string // who can still be invited
	written    int
}

type topic struct{ workspace, id string }

type post struct {
	topic
	number int64
	edits  int
}

type batch struct {
	id      string
	objects int64
}

type draft struct {
	n    note
	path string
	form url.Values
}

func newClient(address, token string) *client {
	return &client{address: address, token: token, http: &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: false},
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (c *client) send(method, path, kind string, body io.Reader) (status int, location string, text []byte, err error) {
	r, err := http.NewRequest(method, c.address+path, body)
	if err != nil {
		return 0, "", nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: c.token})
	answer, err := c.http.Do(r)
	if err != nil {
		return 0, "", nil, err
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header.Get("Location"), text, err
}

func (c *client) get(path string) (status int, text []byte, err error) {
	status, _, text, err = c.send(http.MethodGet, path, "", nil)
	return status, text, err
}

// post sends a form. Only a redirect says that it was done.
func (c *client) post(path string, form url.Values) (location string, done bool, err error) {
	status, location, text, err := c.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if err == nil && status != http.StatusSeeOther {
		c.surprise(path, status, text)
	}
	return location, err == nil && status == http.StatusSeeOther, err
}

// surprise notes an answer that is neither yes nor a server that is going down.
func (c *client) surprise(path string, status int, text []byte) {
	if status == http.StatusTooManyRequests {
		time.Sleep(20 * time.Millisecond) // a member's rate
		return
	}
	late := strings.HasSuffix(path, "/decision") || strings.HasSuffix(path, "/undo")
	if status == http.StatusServiceUnavailable || late && (status == http.StatusConflict || status == http.StatusUnprocessableEntity) {
		return // the database was taken away, or the batch has moved on
	}
	if c.notes != nil {
		c.notes.fail(fmt.Sprintf("%s answered %d: %.300s", numbers.ReplaceAllString(path, "…"), status, text))
	}
}

var numbers = regexp.MustCompile(`[0-9a-f-]{36}`)

func place(workspace string) string {
	if workspace == exchange {
		return "/exchange"
	}
	return "/w/" + workspace
}

// work writes until the server is gone.
func (c *client) work(ctx context.Context) {
	for again := c.unanswered; len(again) > 0; again = again[1:] {
		if c.unanswered = again[1:]; c.publish(again[0]) != nil { // which keeps it for the next time
			return
		}
	}
	for ctx.Err() == nil {
		if err := c.act(ctx); err != nil {
			return
		}
	}
}

func (c *client) act(ctx context.Context) error {
	switch dice := c.chance.IntN(100); {
	case len(c.topics) == 0 || dice < 8:
		return c.open()
	case dice < 22 && len(c.posts) > 0:
		return c.edit()
	case dice < 27 && len(c.sessions) > 0:
		return c.signOut()
	case dice < 37 && c.manages && len(c.guests) > 0:
		return c.invite()
	case dice < 45 && c.imports:
		return c.bring(ctx, c.chance.IntN(shared), decisions[c.chance.IntN(len(decisions))])
	case dice < 48 && len(c.batches) > 0:
		return c.undo()
	}
	return c.reply()
}

func (c *client) text() string {
	c.written++
	return fmt.Sprintf("%s writes %d: %s", c.member, c.written, strings.Repeat("word ", c.chance.IntN(60)))
}

// publish sends a draft, which may have been sent before.
func (c *client) publish(d draft) error {
	location, done, err := c.post(d.path, d.form)
	if !done {
		if err != nil {
			c.unanswered = append(c.unanswered, d)
		}
		return err
	}
	n := d.n
	n.Acked = true
	if n.Act == replies {
		_, number, _ := strings.Cut(location, "#post-")
		if n.Number, err = strconv.ParseInt(number, 10, 64); err != nil {
			c.notes.fail("a reply led to " + location)
			return nil
		}
	} else {
		n.Number = 1
		c.topics = append(c.topics, topic{n.Workspace, n.Topic})
	}
	c.notes.write(n)
	c.posts = append(c.posts, post{topic{n.Workspace, n.Topic}, n.Number, 0})
	return nil
}

func (c *client) open() error {
	at, channel, tlp := c.workspace, "general", "AMBER"
	if c.chance.IntN(4) == 0 {
		at, channel, tlp = exchange, "trends", "GREEN"
	}
	id := uuid.Must(uuid.NewV7()).String()
	n := note{Act: opensTopic, Workspace: at, Topic: discussion.IDOf(id, access.MemberID(c.member), at), Text: strings.TrimSpace(c.text())}
	c.notes.write(n)
	return c.publish(draft{n, place(at) + "/topics", url.Values{
		"id": {id}, "channel": {channel}, "title": {"Topic of " + c.member}, "text": {n.Text}, "tlp": {tlp}, "audience": {"all"},
	}})
}

func (c *client) reply() error {
	in := c.topics[c.chance.IntN(len(c.topics))]
	id := uuid.Must(uuid.NewV7()).String()
	n := note{
		Act: replies, Workspace: in.workspace, Topic: in.id, Post: discussion.IDOf(id, access.MemberID(c.member), in.workspace, in.id),
		Text: strings.TrimSpace(c.text()),
	}
	c.notes.write(n)
	return c.publish(draft{n, place(in.workspace) + "/topics/" + in.id + "/posts", url.Values{"id": {id}, "text": {n.Text}}})
}

// edit changes a post of the client's own. Where no answer comes the client no
// longer knows how often it was edited, and leaves it alone.
func (c *client) edit() error {
	i := c.chance.IntN(len(c.posts))
	p := c.posts[i]
	n := note{Act: edits, Workspace: p.workspace, Topic: p.id, Number: p.number, Edits: p.edits + 1, Text: strings.TrimSpace(c.text())}
	c.notes.write(n)
	path := fmt.Sprintf("%s/topics/%s/posts/%d/edit", place(p.workspace), p.id, p.number)
	_, done, err := c.post(path, url.Values{"edits": {strconv.Itoa(p.edits)}, "text": {n.Text}})
	if !done {
		c.posts = append(c.posts[:i], c.posts[i+1:]...)
		return err
	}
	c.posts[i].edits++
	n.Acked = true
	c.notes.write(n)
	return nil
}

func (c *client) signOut() error {
	last := len(c.sessions) - 1
	n := note{Act: signsOut, Session: c.sessions[last]}
	c.sessions = c.sessions[:last]
	c.notes.write(n)
	_, done, err := c.post("/me/sessions/"+n.Session+"/end", url.Values{})
	if n.Acked = done; done {
		c.notes.write(n)
	}
	return err
}

func (c *client) invite() error {
	last := len(c.guests) - 1
	n := note{Act: invites, Workspace: c.workspace, Member: c.guests[last]}
	c.guests = c.guests[:last]
	c.notes.write(n)
	_, done, err := c.post(place(c.workspace)+"/members", url.Values{"who": {n.Member}, "role": {"1"}})
	if n.Acked = done; done {
		c.notes.write(n)
	}
	return err
}

// decisions are what becomes of a file: of ten, one is left undecided.
var decisions = []act{stages, refuses, refuses, accepts, accepts, accepts, accepts, accepts, accepts, accepts}

// bring imports a file that holds that one of the shared values: staged, checked,
// and then accepted, refused or left.
func (c *client) bring(ctx context.Context, meets int, decision act) error {
	objects := int64(5 + c.chance.IntN(300))
	n := note{Act: stages, Workspace: c.workspace, Objects: objects}
	status, location, text, err := c.upload(bundle(meets, int(objects)))
	if err != nil || status != http.StatusSeeOther {
		if err == nil {
			c.surprise("/import", status, text)
		}
		return err
	}
	n.Batch, n.Acked = location[strings.LastIndexByte(location, '/')+1:], true
	c.notes.write(n)
	if err := c.until(ctx, n.Batch, "ready"); err != nil || ctx.Err() != nil || decision == stages {
		return err
	}
	n.Act, n.Acked = decision, false
	c.notes.write(n)
	_, done, err := c.post(place(c.workspace)+"/imports/"+n.Batch+"/decision", url.Values{
		"decision": {map[act]string{accepts: "accept", refuses: "refuse"}[n.Act]}, "tlp": {"AMBER"}, "pap": {"2"}, "court": {"2"},
	})
	if n.Acked = done; done {
		c.notes.write(n)
		if n.Act == accepts {
			c.batches = append(c.batches, batch{n.Batch, objects})
		}
	}
	return err
}

func (c *client) upload(content []byte) (status int, location string, text []byte, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "bundle.json")
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return 0, "", nil, err
	}
	return c.send(http.MethodPost, place(c.workspace)+"/import", form.FormDataContentType(), &body)
}

// until waits for a batch to come to a state.
func (c *client) until(ctx context.Context, id, state string) error {
	for ctx.Err() == nil {
		_, text, err := c.get(place(c.workspace) + "/imports/" + id + "/progress")
		if err != nil {
			return err
		}
		var now struct{ State string }
		if err := json.Unmarshal(text, &now); err == nil && now.State == state {
			return nil
		}
		sleep(ctx, 5*time.Millisecond)
	}
	return nil
}

// undo takes back a batch that was accepted, at whatever point it is.
func (c *client) undo() error {
	i := c.chance.IntN(len(c.batches))
	n := note{Act: undoes, Workspace: c.workspace, Batch: c.batches[i].id, Objects: c.batches[i].objects}
	c.batches = append(c.batches[:i], c.batches[i+1:]...)
	c.notes.write(n)
	_, done, err := c.post(place(c.workspace)+"/imports/"+n.Batch+"/undo", url.Values{})
	if n.Acked = done; done {
		c.notes.write(n)
	}
	return err
}

// shared are the values that files of both operations hold now and then.
const shared = 4

// bundle is a file of n indicators, each of one URL, all new but for the first,
// which is that one of the shared values.
func bundle(meets, n int) []byte {
	var out bytes.Buffer
	out.WriteString(`{"type":"bundle","id":"bundle--` + uuid.NewString() + `","objects":[`)
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		id := uuid.NewString()
		value := "http://" + id + ".example/"
		if i == 0 {
			value = fmt.Sprintf("http://shared-%d.example/", meets)
		}
		fmt.Fprintf(&out, `{"type":"indicator","spec_version":"2.1","id":"indicator--%s","created":"2026-01-01T00:00:00.000Z",
			"modified":"2026-01-01T00:00:00.000Z","name":"Panel %d","pattern":"[url:value = '%s']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"}`, id, i, value)
	}
	out.WriteString(`]}`)
	return out.Bytes()
}
