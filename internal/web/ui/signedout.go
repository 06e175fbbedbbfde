// SPDX-License-Identifier: Apache-2.0

package ui

// SentForm is a form that was sent when nobody was signed in any more.
type SentForm struct {
	Action  string      // where it was sent
	SignIn  string      // where one signs in
	Written []SentField // what was written into it
	Carried []SentField // what was chosen, or came with it
}

// SentField is one value of a form that was sent.
type SentField struct{ Name, Value string }
