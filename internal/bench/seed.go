// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"entente.example/internal/access"
	"entente.example/internal/discussion"
)

// The series of values and objects.
const (
	seriesSeed = iota + 1
	seriesImport
	seriesEvent
	seriesKnown
	seriesMatch
)

// Amount is how much a seed brings.
type Amount struct {
	Objects int // indicators, into KESTREL
	Posts   int // into topics of postsEach
}

const (
	objectsEach = 50_000 // of one import
	postsEach   = 1_000  // of one topic
	writers     = 32     // who post at once
)

// Seed fills the house with invented objects and posts, up to those amounts and
// from those that an earlier seed brought, through the services that people use,
// and says on progress how it goes. The topics are by turns in the Knowledge
// Exchange and in KESTREL.
func (h *House) Seed(ctx context.Context, to, from Amount, progress io.Writer) error {
	if err := h.seedObjects(ctx, from.Objects, to.Objects, progress); err != nil {
		return err
	}
	if err := h.seedPosts(ctx, from.Posts, to.Posts, progress); err != nil {
		return err
	}
	return h.House().Settle(ctx)
}

func (h *House) seedObjects(ctx context.Context, from, to int, progress io.Writer) error {
	ines, err := h.Actor(ctx, "ines")
	if err != nil {
		return err
	}
	for first := from; first < to; first += objectsEach {
		n, began := min(objectsEach, to-first), time.Now()
		var text strings.Builder
		if err := bundle(&text, seriesSeed, first, n); err != nil {
			return err
		}
		if _, _, err := h.Import(ctx, ines, h.Kestrel, fmt.Sprintf("seed-%d.json", first), text.String()); err != nil {
			return fmt.Errorf("import objects from %d: %w", first, err)
		}
		fmt.Fprintf(progress, "%d objects, %.0f/s\n", first+n, float64(n)/time.Since(began).Seconds())
	}
	return nil
}

func (h *House) seedPosts(ctx context.Context, from, to int, progress io.Writer) error {
	camille, err := h.Actor(ctx, "camille")
	if err != nil {
		return err
	}
	for first := from; first < to; first += postsEach {
		n, ws, tlp := min(postsEach, to-first), access.Exchange, access.Green
		if first/postsEach%2 == 1 {
			ws, tlp = h.Kestrel, access.AmberStrict
		}
		if _, err := h.Topic(ctx, camille, ws, tlp, first, n); err != nil {
			return fmt.Errorf("posts from %d: %w", first, err)
		}
		if (first/postsEach)%10 == 9 || first+n == to {
			fmt.Fprintf(progress, "%d posts\n", first+n)
		}
	}
	return nil
}

// Topic opens a topic and fills it up to n posts, the first of which opens it.
func (h *House) Topic(ctx context.Context, actor access.Actor, ws access.WorkspaceID, tlp access.TLP, first, n int) (discussion.TopicID, error) {
	channels := map[bool]discussion.ChannelID{true: "trends", false: "general"}
	id, err := h.Topics.Open(ctx, actor, ws, discussion.TopicDraft{
		Channel: channels[ws == access.Exchange], Title: fmt.Sprintf("Bench topic %d", first), Text: say(first),
		Audience: discussion.Audience{TLP: tlp},
	})
	if err != nil {
		return "", err
	}
	numbers, failed := make(chan int), make(chan error, writers)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for i := range numbers {
				if _, err := h.Posts.Reply(ctx, actor, ws, discussion.PostDraft{Topic: id, Text: say(i)}); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	for i := first + 1; i < first+n; i++ {
		select {
		case numbers <- i:
		case err := <-failed:
			close(numbers)
			group.Wait()
			return "", err
		}
	}
	close(numbers)
	group.Wait()
	select {
	case err := <-failed:
		return "", err
	default:
		return id, nil
	}
}
