// SPDX-License-Identifier: Apache-2.0

package member

import (
	"context"
	"strings"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/fault"
)

// Details is who a member is to others, as far as it can be put right. The
// handle stays: what is written mentions them by it.
type Details struct {
	Name string
	Post string
}

func (d Details) clean() (Details, error) {
	d.Name = strings.Join(strings.Fields(d.Name), " ")
	d.Post = strings.Join(strings.Fields(d.Post), " ")
	return d, fault.All(checkName(d.Name), checkPost(d.Post))
}

func checkPost(post string) error {
	if post == "" || len(post) > maxName {
		return invalid("post", "member.post.empty")
	}
	return nil
}

// Correct puts a member's details right. What was typed is looked at only once
// the policy has answered.
func (p *People) Correct(ctx context.Context, actor access.Actor, id access.MemberID, d Details) error {
	entry := audit.Entry{ID: p.newID(), At: p.now(), Verb: audit.MemberChanged, Object: string(id), Concerns: id}
	return p.store.Update(ctx, admits(actor), func(tx Tx) error {
		m, err := tx.Member(ctx, id)
		if err != nil {
			return err
		}
		if err := mayCorrect(tx.Grant(), m); err != nil {
			return err
		}
		if m.State == Left {
			return fault.New(fault.Conflict, "member.left")
		}
		right, err := d.clean()
		if err != nil || right == (Details{m.Name, m.Post}) {
			return err
		}
		if err := tx.SetDetails(ctx, id, right); err != nil {
			return err
		}
		return tx.Record(ctx, entry)
	})
}
