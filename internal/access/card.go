// SPDX-License-Identifier: Apache-2.0

package access

// Card is who a member is to those who may see their name: what stands beside a
// post, a change, an invitation.
type Card struct {
	Member  MemberID
	Handle  string // what one mentions them by, without the @
	Name    string
	Post    string // their position, e.g. "Cybercrime unit"
	Org     OrgID
	OrgName string
	OrgKind string
	Country Country
}
