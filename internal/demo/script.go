// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
)

// What people say stands in files, one for each workspace:
//
//	=== channel | title | how long ago [| pin] [| tlp=amber orgs=a,b]
//	--- handle how-long-after
//	text
//
// {iso-4d} and {day+17d} in a text become dates.
//
//go:embed world/*.txt
var world embed.FS

// thread is a topic with its posts, the first of which opens it.
type thread struct {
	channel, title string
	ago            time.Duration
	pin            bool
	tlp            access.TLP
	orgs           []string
	posts          []said
}

// said is one post: who, how long after the one before, and what.
type said struct {
	by    string
	after time.Duration
	text  string
}

// talk writes down what is said everywhere.
func (m *maker) talk() error {
	for _, name := range slices.Sorted(maps.Keys(m.places)) {
		threads, err := script(name)
		if err != nil {
			return err
		}
		for _, t := range threads {
			if err := m.say(name, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// script reads what is said in one workspace.
func script(name string) ([]thread, error) {
	file := path.Join("world", name+".txt")
	text, err := world.ReadFile(file)
	if err != nil {
		return nil, err
	}
	usual := access.AmberStrict
	if name == "exchange" {
		usual = access.Green
	}
	var threads []thread
	for i, part := range strings.Split("\n"+string(text), "\n=== ")[1:] {
		t, err := parseThread(part, usual)
		if err != nil {
			return nil, fmt.Errorf("%s: thread %d: %w", file, i+1, err)
		}
		threads = append(threads, t)
	}
	return threads, nil
}

func parseThread(part string, usual access.TLP) (t thread, err error) {
	sections := strings.Split(part, "\n--- ")
	head := strings.Split(sections[0], " | ")
	if len(head) < 3 || len(sections) < 2 {
		return t, errors.New("a head of three parts and a post are wanted")
	}
	t = thread{channel: head[0], title: head[1], tlp: usual}
	if t.ago, err = span(head[2]); err != nil {
		return t, err
	}
	for _, option := range strings.Fields(strings.Join(head[3:], " ")) {
		switch name, value, _ := strings.Cut(option, "="); name {
		case "pin":
			t.pin = true
		case "tlp":
			t.tlp = map[string]access.TLP{"clear": access.Clear, "green": access.Green, "amber": access.Amber}[value]
		case "orgs":
			t.orgs = strings.Split(value, ",")
		default:
			return t, fmt.Errorf("option %q", option)
		}
	}
	for _, section := range sections[1:] {
		first, text, _ := strings.Cut(section, "\n")
		by, after, _ := strings.Cut(first, " ")
		post := said{by: by, text: strings.TrimSpace(text)}
		if after != "" {
			if post.after, err = span(after); err != nil {
				return t, err
			}
		}
		t.posts = append(t.posts, post)
	}
	return t, nil
}

// span reads a duration that may begin with days: 2d5h.
func span(text string) (time.Duration, error) {
	number, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	n, err := strconv.Atoi(number)
	if err != nil || rest == "" {
		return days(n), err
	}
	more, err := time.ParseDuration(rest)
	return days(n) + more, err
}

// dated puts the dates into a text.
func dated(text string, now time.Time) string {
	for _, form := range []struct{ mark, layout string }{{"{iso", "2006-01-02"}, {"{day", "2 January"}} {
		for {
			before, rest, found := strings.Cut(text, form.mark)
			if !found {
				break
			}
			offset, after, _ := strings.Cut(rest, "d}")
			n, _ := strconv.Atoi(offset)
			text = before + now.AddDate(0, 0, n).Format(form.layout) + after
		}
	}
	return text
}

// say writes down a topic and its posts.
func (m *maker) say(place string, t thread) error {
	var topic discussion.TopicID
	ago := t.ago
	for i, post := range t.posts {
		ago -= post.after
		if ago <= 0 || !slices.ContainsFunc(cast(), func(c role) bool { return c.handle == post.by }) {
			return fmt.Errorf("%s, post %d by %s: nobody, or not yet", t.title, i+1, post.by)
		}
		m.ago(ago, post.by+" writes in "+t.title, func() (err error) {
			text := dated(post.text, m.end)
			if i > 0 {
				_, err = m.Posts.Reply(m.ctx, m.actor(post.by), m.places[place], discussion.PostDraft{Topic: topic, Text: text})
				return err
			}
			topic, err = m.Topics.Open(m.ctx, m.actor(post.by), m.places[place], discussion.TopicDraft{
				Channel: discussion.ChannelID(t.channel), Title: t.title, Text: text, Audience: discussion.Audience{TLP: t.tlp, Orgs: m.orgsOf(t.orgs)},
			})
			return err
		})
	}
	if t.pin {
		m.ago(t.ago-time.Minute, "pin "+t.title, func() error { return m.Topics.Pin(m.ctx, m.actor(t.posts[0].by), m.places[place], topic) })
	}
	return nil
}

func (m *maker) orgsOf(keys []string) (ids []access.OrgID) {
	for _, key := range keys {
		ids = append(ids, m.orgs[key])
	}
	return ids
}
