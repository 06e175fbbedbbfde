// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"

	"entente.example/internal/access"
	"entente.example/internal/fault"
	"entente.example/internal/home"
	"entente.example/internal/web"
	"entente.example/internal/words"
	"entente.example/internal/workspace"
)

// operationsTurning tells members what becomes of their operations: everybody in
// one that it is closing, its managers that its review is due or that another of
// them asks for its purge.
func (a *App) operationsTurning(ctx context.Context, actor access.Actor) (matters []home.Matter, err error) {
	mine, err := a.Workspaces.Mine(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, head := range mine {
		if head.State == access.Closing {
			matters = append(matters, closing(head))
		}
		if since, due := head.Due(a.world.now()); due {
			m := turning(head, "app.review", head.ReviewAt.UnixMicro())
			m.Args, m.Href, m.At = append(m.Args, "date", words.Date(ctx, head.ReviewAt)), m.Href+"/settings", since
			matters = append(matters, m)
		}
		if head.State != access.Archived || head.Role != access.Manager {
			continue
		}
		purge, by, err := a.Purges.ToConfirm(ctx, actor, head.ID)
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return nil, err
		default:
			m := turning(head, "app.purge", purge.AskedAt.UnixMicro())
			m.Args, m.At = append(m.Args, "by", isolated(by.Name)), purge.AskedAt
			matters = append(matters, m)
		}
	}
	return matters, nil
}

// closing is news: there is nothing to decide, and whoever has read it is told no
// more.
func closing(head workspace.Head) home.Matter {
	m := turning(head, "app.closing", head.MovedAt.UnixMicro())
	m.Weight, m.At = home.News, head.MovedAt
	return m
}

// turning is a matter of those words about an operation, which the number tells from
// those that come later.
func turning(head workspace.Head, key string, number int64) home.Matter {
	return home.Matter{
		Weight: home.Waiting, Key: key, Args: []any{"name", isolated(head.Name)}, Href: web.WorkspacePath(head.ID), Count: 1,
		ID: fmt.Sprintf("%s/%s/%d", key, head.ID, number), Kind: home.Operating, Workspace: head.ID,
	}
}
