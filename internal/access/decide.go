// SPDX-License-Identifier: Apache-2.0

package access

import (
	_ "embed"
	"slices"
	"sync"
	"time"

	"github.com/cedar-policy/cedar-go"

	"entente.example/internal/fault"
)

// Role is what a membership of an operation allows.
type Role uint8

// The roles, each with what those before it may.
const (
	NoRole Role = iota
	Reader
	Analyst
	Manager
)

// WorkspaceState is where a workspace stands in its life.
type WorkspaceState string

// The states of a workspace.
const (
	Planning WorkspaceState = "planning"
	Active   WorkspaceState = "active"
	Closing  WorkspaceState = "closing"
	Archived WorkspaceState = "archived"
	Purged   WorkspaceState = "purged"
)

// Standing is what is known of an actor at one place when the question is
// asked, read in the transaction that the answer opens. A time that is zero
// means never in force, but for MemberUntil, where it means no end is set. The
// zero Standing knows nobody.
type Standing struct {
	Now time.Time

	Active      bool // member, organisation and country are all in force
	Officer     bool // a confirmed officer of the Directorate
	MemberUntil time.Time
	VettedUntil time.Time
	Org         OrgID
	OrgKind     string
	Country     Country
	Knowledge   time.Time // until when the organisation takes part in the Knowledge Exchange
	Operations  time.Time // until when it takes part in Operations

	Known   bool // the workspace exists
	State   WorkspaceState
	Ceiling TLP

	Accepted    bool // the membership is accepted
	Role        Role
	RoleUntil   time.Time // zero: no end is set
	ExportUntil time.Time
}

// Grant is the proof of a positive answer. Only Decide makes one that opens
// anything: the zero Grant names no place. archtest refuses the literal outside
// this package.
type Grant struct {
	ask      Ask
	standing Standing
	until    time.Time
}

// Actor returns who may act.
func (g Grant) Actor() Actor { return g.ask.Actor }

// Member returns the member who may act.
func (g Grant) Member() MemberID { return g.ask.Actor.Member }

// Workspace returns where, if the place is a workspace.
func (g Grant) Workspace() WorkspaceID { return g.ask.Place.workspace }

// Until returns when the answer must be asked for again, by streams and long
// jobs; zero means that nothing it rests on has an end.
func (g Grant) Until() time.Time { return g.until }

// Ceiling returns the highest marking that the workspace takes.
func (g Grant) Ceiling() TLP { return g.standing.Ceiling }

// Role returns the actor's role in the workspace. In the Knowledge Exchange it
// follows from the standing.
func (g Grant) Role() Role { return g.standing.Role }

// Org returns the organisation that the actor is of.
func (g Grant) Org() OrgID { return g.standing.Org }

// OrgKind returns the kind of that organisation.
func (g Grant) OrgKind() string { return g.standing.OrgKind }

// Country returns the country of the actor's organisation, if it has one.
func (g Grant) Country() Country { return g.standing.Country }

// Officer reports whether the actor is an officer of the Directorate.
func (g Grant) Officer() bool { return g.standing.Officer }

// At returns the time for which the answer was given.
func (g Grant) At() time.Time { return g.standing.Now }

// MayExport reports whether the actor has the right to export, now.
func (g Grant) MayExport() bool { return g.standing.ExportUntil.After(g.standing.Now) }

// SeesAll reports whether the grant is that of a follower of the journal.
func (g Grant) SeesAll() bool { return g.ask.Actor.Kind == Follower }

// StartsClosed reports whether the actor sees, in this workspace, only what
// their own organisation brought and what was opened to it.
func (g Grant) StartsClosed() bool { return g.startsClosed(g.standing.OrgKind) }

func (g Grant) startsClosed(kind string) bool {
	return g.Workspace() != Exchange && slices.Contains([]string{"private", "cert", "academia"}, kind)
}

// MayRead reports whether the holder of g may see an item of its workspace that
// is handled so. Package gate states the same in SQL (gate.Readable).
func (g Grant) MayRead(h Handling) bool {
	return g.SeesAll() || h.reaches(reader{g.Member(), g.standing.Org, g.standing.Country, g.StartsClosed()})
}

// Accepts holds an item that is to be written to the rules of its workspace: the
// ceiling, and that TLP:RED names the persons it is for. Field names the
// handling's part that breaks one.
func (g Grant) Accepts(h Handling) error {
	switch {
	case h.TLP > g.Ceiling():
		return fault.New(fault.Invalid, "access.above_ceiling").On("tlp").With("ceiling", g.Ceiling().String())
	case h.TLP == Red && len(h.Canonical().Named) == 0:
		return fault.New(fault.Invalid, "access.red_names_nobody").On("named")
	}
	return nil
}

// ErrHidden is the answer for what is absent and for what the actor may not
// know of: the two must not be told apart.
var ErrHidden error = fault.New(fault.NotFound, "error.not_found")

// ErrNobody is the answer to who is not signed in, or no longer.
var ErrNobody error = fault.New(fault.Unauthenticated, "access.sign_in")

//go:embed policies.cedar
var policyText []byte

var policies = mustParse(policyText)

func mustParse(text []byte) *cedar.PolicySet {
	set, err := cedar.NewPolicySetFromBytes("policies.cedar", text)
	if err != nil {
		panic(err)
	}
	return set
}

// Policies returns the text that Decide follows, for auditors.
func Policies() string { return string(policyText) }

// Decide answers ask for an actor of the given standing. It fails with
// ErrNobody where nobody is signed in, with ErrHidden where the actor may not
// know of the place, and with fault.Forbidden where the actor may know of it but
// not act so.
func Decide(ask Ask, s Standing) (Grant, error) {
	if ask.Actor.Kind == Nobody && ask.Action != SignIn || ask.Actor.Kind == Person && !s.inForce() && ask.Action != SignIn {
		return Grant{}, ErrNobody
	}
	allowed, refusal := evaluate(ask, s)
	switch {
	case allowed:
		return Grant{ask: ask, standing: s.seenAt(ask.Place), until: s.until(ask.Place)}, nil
	case ask.Place.kind == workspace && ask.Action != Read:
		if known, _ := evaluate(Ask{ask.Actor, ask.Place, Read}, s); known {
			return Grant{}, fault.New(fault.Forbidden, refusal)
		}
	}
	return Grant{}, ErrHidden
}

// verdict is what the policy says to one question.
type verdict struct {
	allowed bool
	refusal string // the message where it is not
}

// verdicts are those of the questions that were asked before. The policy reads
// nothing but the question, so the same has the same answer.
var verdicts = struct {
	sync.RWMutex
	known map[question]verdict // guarded by it
}{known: map[question]verdict{}}

// mostVerdicts is more than there are questions that people give cause for.
const mostVerdicts = 1 << 14

func evaluate(ask Ask, s Standing) (allowed bool, refusal string) {
	q := s.question(ask)
	verdicts.RLock()
	v, known := verdicts.known[q]
	verdicts.RUnlock()
	if !known {
		v = q.evaluate()
		verdicts.Lock()
		defer verdicts.Unlock()
		if len(verdicts.known) >= mostVerdicts {
			clear(verdicts.known)
		}
		verdicts.known[q] = v
	}
	return v.allowed, v.refusal
}

// question is all that the policy knows: kinds of actors and places and what is
// so of them, but not which they are.
type question struct {
	actor    cedar.EntityType
	action   Action
	place    cedar.EntityUID
	kind     string
	strength Strength
	state    WorkspaceState
	role     Role

	active, officer, vetted, admitted, authorised, accepted, mayExport bool
}

func (s Standing) question(ask Ask) question {
	kinds := [...]cedar.EntityType{"Nobody", "Person", "Follower", "Console"}
	return question{
		actor: kinds[ask.Actor.Kind], action: ask.Action, place: resource(ask.Place, s),
		kind: s.OrgKind, strength: ask.Actor.Strength, state: s.State, role: s.Role,
		active: s.inForce(), officer: s.Officer, vetted: s.VettedUntil.After(s.Now),
		admitted: s.Knowledge.After(s.Now), authorised: s.Operations.After(s.Now),
		accepted:  s.Accepted && (s.RoleUntil.IsZero() || s.RoleUntil.After(s.Now)),
		mayExport: s.ExportUntil.After(s.Now),
	}
}

func (q question) evaluate() verdict {
	decision, why := policies.IsAuthorized(nil, cedar.Request{
		Principal: cedar.NewEntityUID(q.actor, ""),
		Action:    cedar.NewEntityUID("Action", cedar.String(q.action)),
		Resource:  q.place,
		Context:   q.facts(),
	})
	v := verdict{decision == cedar.Allow, "access.role"}
	if len(why.Errors) > 0 {
		return verdict{false, v.refusal} // a policy that cannot be evaluated must not open anything
	}
	for _, reason := range why.Reasons {
		if key, ok := policies.Get(reason.PolicyID).Annotations()["refusal"]; ok {
			v.refusal = string(key)
		}
	}
	return v
}

func resource(p Place, s Standing) cedar.EntityUID {
	switch {
	case p.kind == self:
		return cedar.NewEntityUID("Place", "self")
	case p.kind == platform:
		return cedar.NewEntityUID("Place", "platform")
	case p.workspace == Exchange:
		return cedar.NewEntityUID("Exchange", "")
	case !s.Known:
		return cedar.NewEntityUID("Absent", "")
	}
	return cedar.NewEntityUID("Operation", "")
}

func (q question) facts() cedar.Record {
	strengths := [...]cedar.String{"none", "two-factor", "passkey"}
	return cedar.NewRecord(cedar.RecordMap{
		"active":     cedar.Boolean(q.active),
		"officer":    cedar.Boolean(q.officer),
		"kind":       cedar.String(q.kind),
		"strength":   strengths[q.strength],
		"vetted":     cedar.Boolean(q.vetted),
		"admitted":   cedar.Boolean(q.admitted),
		"authorised": cedar.Boolean(q.authorised),
		"state":      cedar.String(q.state),
		"accepted":   cedar.Boolean(q.accepted),
		"role":       cedar.Long(q.role),
		"mayExport":  cedar.Boolean(q.mayExport),
	})
}

// inForce reports whether the member is anybody at all today.
func (s Standing) inForce() bool {
	return s.Active && (s.MemberUntil.IsZero() || s.MemberUntil.After(s.Now))
}

// seenAt gives the standing the role that the Knowledge Exchange takes from it.
func (s Standing) seenAt(p Place) Standing {
	if p.workspace == Exchange {
		s.Role = Analyst
		if s.Officer {
			s.Role = Manager
		}
	}
	return s
}

// until returns the earliest end among what a positive answer at p rests on.
func (s Standing) until(p Place) (end time.Time) {
	ends := []time.Time{s.MemberUntil}
	if p.kind == workspace {
		if p.workspace == Exchange {
			ends = append(ends, s.Knowledge)
		} else {
			ends = append(ends, s.VettedUntil, s.Operations, s.RoleUntil)
		}
	}
	for _, t := range ends {
		if !t.IsZero() && (end.IsZero() || t.Before(end)) {
			end = t
		}
	}
	return end
}
