// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"entente.example/internal/access"
)

const bareImport = "bare driver, three indexes and a match"

// imports brings batches of 1,000 indicators in, one after the other. There is
// no door for other programs yet: the batches go through the service behind the
// import page, which checks them first and brings them in on a decision.
func (r *run) imports(ctx context.Context) error {
	const each = 1000
	var figure, limit, searched []turn
	var applied []float64
	first := 0
	for range r.Rounds {
		n := r.Batches * each
		bare, err := r.insertBare(ctx, things(seriesImport, seriesImport, first, n))
		if err != nil {
			return err
		}
		limit = append(limit, bare)
		texts := make([]string, r.Batches)
		for i := range texts {
			var text strings.Builder
			if err := bundle(&text, seriesImport, first+i*each, each); err != nil {
				return err
			}
			texts[i] = text.String()
		}
		w := begin()
		var applying time.Duration
		for i, text := range texts {
			_, apply, err := r.house.Import(ctx, r.writer, r.house.Kestrel, fmt.Sprintf("batch-%d.json", i), text)
			if err != nil {
				return err
			}
			applying += apply
		}
		figure = append(figure, w.of(n))
		applied = append(applied, float64(n)/applying.Seconds())
		if err := r.house.Indexed(ctx); err != nil {
			return err
		}
		searched = append(searched, w.of(n))
		first += n
	}
	r.add(rate("import, batches of 1,000 indicators, upload to listed (through the service)", "objects/s", figure, limit, bareImport, 0.5))
	r.add(Row{
		Name: "of it, from the decision to listed", Unit: "objects/s", Figure: median(applied), Limit: median(rates(limit)), Of: bareImport,
		Ratio: ratio(applied, rates(limit)),
	})
	r.add(rate("and until search has it all", "objects/s", searched, limit, bareImport, 0))
	return nil
}

// events brings MISP events in, half of whose values LANTERN holds.
func (r *run) events(ctx context.Context) error {
	var figure, limit, alone []turn
	for round := range r.Rounds {
		first := round * r.Event
		bare, err := r.insertBare(ctx, things(seriesEvent, seriesKnown, first, r.Event))
		if err != nil {
			return err
		}
		limit = append(limit, bare)
		var known, half strings.Builder
		if err := bundle(&known, seriesKnown, first, r.Event); err != nil {
			return err
		}
		if err := event(&half, seriesEvent, seriesKnown, first, r.Event); err != nil {
			return err
		}
		one, err := r.timed(ctx, r.other, r.house.Lantern, "known.json", known.String())
		if err != nil {
			return err
		}
		two, err := r.timed(ctx, r.writer, r.house.Kestrel, "event.json", half.String())
		if err != nil {
			return err
		}
		alone, figure = append(alone, one), append(figure, two)
	}
	r.add(rate(fmt.Sprintf("import, one bundle of %d indicators, none known elsewhere (through the service)", r.Event), "objects/s", alone, limit, bareImport, 0.5))
	r.add(rate(fmt.Sprintf("import, a MISP event of %d attributes, half of them known elsewhere (through the service)", r.Event), "objects/s", figure, limit, bareImport, 0.5))
	return nil
}

func (r *run) timed(ctx context.Context, actor access.Actor, ws access.WorkspaceID, name, text string) (turn, error) {
	if err := r.house.Indexed(ctx); err != nil {
		return turn{}, err
	}
	w := begin()
	_, _, err := r.house.Import(ctx, actor, ws, name, text)
	return w.of(r.Event), err
}

// hits measures one indicator that matches, until both sides have the hit.
func (r *run) hits(ctx context.Context) error {
	var took, limits []float64
	for n := range r.Single {
		var theirs, ours strings.Builder
		if err := bundle(&theirs, seriesMatch, 4*n, 1); err != nil {
			return err
		}
		fmt.Fprintf(&ours, `{"type":"bundle","id":"bundle--%s","objects":[%s]}`, uuid(chance(seriesMatch, n)), Indicator(seriesMatch+100, seriesMatch, 4*n))
		if _, _, err := r.house.Import(ctx, r.other, r.house.Lantern, "theirs.json", theirs.String()); err != nil {
			return err
		}
		limit, err := r.insertBare(ctx, things(seriesMatch, seriesMatch, 4*n, 1))
		if err != nil {
			return err
		}
		_, apply, err := r.house.Import(ctx, r.writer, r.house.Kestrel, "ours.json", ours.String())
		if err != nil {
			return err
		}
		took, limits = append(took, ms(apply)), append(limits, 1000/limit.rate)
	}
	for ws, who := range map[access.WorkspaceID]access.Actor{r.house.Kestrel: r.writer, r.house.Lantern: r.other} {
		told, err := r.house.Hits.Waiting(ctx, who)
		if err != nil {
			return err
		}
		if told[ws] < r.Single {
			return fmt.Errorf("%d hits were told to a side, not %d", told[ws], r.Single)
		}
	}
	row := Row{
		Name: "one indicator that matches elsewhere, from the decision until both sides have the hit (through the service)", Unit: "ms",
		Figure: median(took), Limit: median(limits), Of: "one bare insert and match, committed", Ratio: median(limits) / median(took),
	}
	r.add(row.spread(took))
	return nil
}
