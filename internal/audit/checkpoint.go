// SPDX-License-Identifier: Apache-2.0

package audit

import "time"

// SignedCheckpoint is a signed checkpoint of the journal and when it was signed.
type SignedCheckpoint struct {
	Size int64
	At   time.Time
	Note []byte // with the cosignatures of witnesses
}

// Cosignature is a witness's signature line on the checkpoint of that size.
type Cosignature struct {
	Size    int64
	Witness string // its name
	At      time.Time
	Line    string
}
