// SPDX-License-Identifier: Apache-2.0

package membersql

import "entente.example/internal/access"

// OrganisationNamed is what the organisation is called that an entry e of the
// journal is about, by that column of it, to who may know of it.
func OrganisationNamed(column string) func(g access.Grant, readable string, next func(any) string) string {
	return func(g access.Grant, _ string, next func(any) string) string {
		return `SELECT o.name FROM member_organisation o WHERE o.org_id = ` + column + ` AND ` + within(g, next)
	}
}

// InvitationNamed is whom the invitation names that an entry e is about.
func InvitationNamed(g access.Grant, _ string, next func(any) string) string {
	return `SELECT i.name FROM member_invitation i JOIN member_organisation o ON o.org_id = i.org_id
		WHERE i.invitation_id = e.object AND ` + within(g, next)
}
