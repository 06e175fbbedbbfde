// SPDX-License-Identifier: Apache-2.0

package mispjson

import (
	"time"

	"entente.example/internal/fault"
)

// event is what is said of an event as a whole.
type event struct {
	UUID, Info, Date, Timestamp, PublishTimestamp text
	Distribution, ThreatLevel, Analysis           text
	Orgc                                          struct {
		Name text `json:"name"`
		UUID text `json:"uuid"`
	}
	Tag      []tag
	Galaxy   []galaxy
	Sighting length

	start, length int64
	cut           bool           // the file ends or breaks within the event
	tagged        bool           // its tags were read
	problems      []*fault.Error // members that could not be read
}

// tag is a label, often of a taxonomy: tlp:red.
type tag struct {
	Name text `json:"name"`
}

// galaxy is a kind of knowledge, with those pieces of it that are meant.
type galaxy struct {
	Type    text      `json:"type"`
	Cluster []cluster `json:"GalaxyCluster"`
}

type cluster struct {
	UUID    text `json:"uuid"`
	Value   text `json:"value"`
	TagName text `json:"tag_name"`
}

// member returns where the member of that name belongs, or nil if the event as a
// whole does not need it.
func (e *event) member(name string) any {
	switch name {
	case "uuid":
		return &e.UUID
	case "info":
		return &e.Info
	case "date":
		return &e.Date
	case "timestamp":
		return &e.Timestamp
	case "publish_timestamp":
		return &e.PublishTimestamp
	case "distribution":
		return &e.Distribution
	case "threat_level_id":
		return &e.ThreatLevel
	case "analysis":
		return &e.Analysis
	case "Orgc":
		return &e.Orgc
	case "Tag":
		return &e.Tag
	case "Galaxy":
		return &e.Galaxy
	case "Sighting":
		return &e.Sighting
	}
	return nil
}

// isEventMember tells whether an object with such a member is an event.
func isEventMember(name string) bool {
	return name == "Attribute" || name == "Object" || name == "EventReport" || new(event).member(name) != nil
}

// read reads the members from name on, which was just read, to the end of the
// event. The error is the reader's or tells of the file, not of the event.
func (e *event) read(c cursor, name string) error {
	for {
		into := e.member(name)
		if into == nil {
			if err := c.SkipValue(); err != nil {
				return err
			}
		} else {
			raw, err := c.ReadValue()
			if err != nil {
				return err
			}
			problem := read(raw, into, name)
			if problem != nil {
				e.problems = append(e.problems, problem.On(name))
			}
			e.tagged = e.tagged || name == "Tag" && problem == nil
		}
		if c.PeekKind() == '}' {
			_, err := c.ReadToken()
			return err
		}
		var err error
		if name, err = c.name(); err != nil {
			return err
		}
	}
}

// marked tells whether the event's tags are known: read, or not there.
func (e *event) marked() bool {
	for _, problem := range e.problems {
		if problem.Field == "Tag" {
			return false
		}
	}
	return e.tagged || !e.cut
}

// times returns when the event was made, last changed and published.
func (e *event) times() (created, modified, published time.Time, ok bool) {
	date, dateOK := isoTime(e.Date)
	changed, changedOK := unixTime(e.Timestamp)
	published, publishedOK := unixTime(e.PublishTimestamp)
	if !dateOK || !changedOK || !publishedOK {
		return created, modified, published, false
	}
	created = firstSet(date, changed, published)
	modified = latest(created, changed)
	return created, modified, firstSet(published, created), !created.IsZero()
}

func firstSet(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
