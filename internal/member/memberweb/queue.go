// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"net/http"

	"entente.example/internal/access"
)

func (p *Pages) showQueue(w http.ResponseWriter, r *http.Request, actor access.Actor) error {
	queue, err := p.Officers.Waiting(r.Context(), actor)
	if err != nil {
		return err
	}
	return p.mux.Render(w, r, actor, room(r.Context(), "member.queue.title", "directorate"), queuePage(queue))
}
