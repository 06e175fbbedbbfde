// SPDX-License-Identifier: Apache-2.0

package access

// MemberID names a person of one organisation.
type MemberID string

// OrgID names an organisation.
type OrgID string

// WorkspaceID names a workspace: the Knowledge Exchange or one operation.
type WorkspaceID string

// Country is an ISO 3166-1 alpha-2 code in upper case.
type Country string

// Exchange is the one workspace that is the Knowledge Exchange.
const Exchange WorkspaceID = "00000000-0000-7000-8000-000000000001"

// ActorKind says what kind of caller an Actor is.
type ActorKind uint8

// The kinds of caller. The zero value is nobody.
const (
	Nobody   ActorKind = iota // no one is signed in
	Person                    // a member, signed in
	Follower                  // a follower of the journal, in the platform's own name
	Console                   // the administrator's command line
)

// Strength says how an actor proved who they are.
type Strength uint8

// The strengths, from none to the one that Operations ask for.
const (
	Unproven  Strength = iota
	TwoFactor          // a password and a one-time code (TOTP)
	Passkey            // phishing-resistant: WebAuthn with user verification
)

// Actor is the caller on whose behalf something is done. It carries no rights:
// those are read, each time, from where they lie.
type Actor struct {
	Kind     ActorKind
	Member   MemberID // set for a Person
	Name     string   // set for a Follower: which one
	Session  string   // id of the sign-in, never its token
	Strength Strength
}

// Place is where something is to be done: a workspace, the platform itself, or
// what belongs to the actor alone.
type Place struct {
	kind      placeKind
	workspace WorkspaceID
}

type placeKind uint8

const (
	platform placeKind = iota
	self
	workspace
)

// In is the place that the workspace of that ID is.
func In(id WorkspaceID) Place { return Place{kind: workspace, workspace: id} }

// Platform is the place of members, organisations and the desk.
func Platform() Place { return Place{kind: platform} }

// Self is the place of what belongs to the actor alone.
func Self() Place { return Place{kind: self} }

// Workspace returns the workspace that p is, or "" if p is none.
func (p Place) Workspace() WorkspaceID { return p.workspace }

// Action is what an actor asks to do; policies.cedar names each.
type Action string

// What is done in a workspace.
const (
	Read   Action = "read"
	Write  Action = "write"  // post, import, relate
	Manage Action = "manage" // settings, members, life cycle
	Invite Action = "invite" // let a vetted member in
	Export Action = "export" // take items out
	Purge  Action = "purge"  // ask for the destruction of an archive, or confirm it
)

// What is done on the platform.
const (
	SignIn     Action = "sign-in"    // open to nobody: prove who one is, accept an invitation
	Enter      Action = "enter"      // what each member may: the directory, one's own workspaces
	Open       Action = "open"       // open an operation
	Admit      Action = "admit"      // invite people; whom, the feature's rule says
	Direct     Action = "direct"     // what the Directorate alone does: organisations, vetting, all members
	Desk       Action = "desk"       // the deconfliction desk
	Administer Action = "administer" // what the console may: pending officers, warning lists, first start
)

// What one does with what is one's own.
const Own Action = "own"

// Ask is a question to the policy: who, where, what. A transaction is opened
// with one.
type Ask struct {
	Actor  Actor
	Place  Place
	Action Action
}
