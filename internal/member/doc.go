// SPDX-License-Identifier: Apache-2.0

// Package member is who takes part: organisations and the agreements that let
// them in, people and the invitations that make them members, the officers of
// the Directorate, and vetting for Operations.
//
// Its rules, in one place (policy.go holds who may what):
//   - the Directorate adds organisations; there is one secretariat, and at most
//     one National Central Bureau (NCB) in a country;
//   - until when an organisation takes part is worked out from its kind and its
//     agreements, and kept beside it for the gate to read. Police and justice
//     enter Operations by the written authorisation of their NCB alone;
//   - an NCB invites people of its country's bodies; the Directorate invites the
//     secretariat, NCBs and international organisations, and others outside
//     national police and justice, whose invitation waits for their NCB where the
//     country has one;
//   - an invitation is one link, used once, within seven days, bound to one
//     e-mail address. Looking at it changes nothing. A link that is unknown, used,
//     withdrawn, over or not yet confirmed is answered alike;
//   - a vetting is endorsed by one and approved by two different officers, none of
//     whom is the person, endorsed them or shares their country, for 24 months at
//     most. The country of an officer of the secretariat does not count: its seat
//     is where all of them work, and their own is not recorded here;
//   - the console makes only invitations of officers: the first two, when there is
//     nobody yet, are confirmed by accepting; later ones stay pending until two
//     confirmed officers, neither of whom proposed them, have confirmed them;
//   - a member's name and post are put right by those who answer for them, never by
//     themselves, and their handle by nobody;
//   - what members say of themselves (what they know, whether they may be asked) is
//     read by who meets them in a workspace, and forgotten when they leave for good;
//   - an NCB knows of the people and bodies of its own country, the Directorate of
//     all; to anyone else they do not exist.
//
// Days of an agreement are days in UTC: an organisation has no time zone yet.
//
// The package decides; it does no input or output. Rows are kept by membersql,
// pages are shown by memberweb. Proving who one is belongs to package signin.
package member
