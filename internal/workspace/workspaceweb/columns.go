// SPDX-License-Identifier: Apache-2.0

package workspaceweb

import (
	"context"

	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

func operationColumns(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Label: words.Say(ctx, "workspace.name")}, {Label: words.Say(ctx, "workspace.phase")},
		{Label: words.Say(ctx, "workspace.ceiling")}, {Label: words.Say(ctx, "workspace.role")}, {Label: words.Say(ctx, "workspace.review")},
		{Label: words.Say(ctx, "workspace.new_topics"), Num: true}, {Label: words.Say(ctx, "workspace.new_hits"), Num: true},
	}
}

func memberColumns(ctx context.Context, manages bool) []ui.Column {
	columns := []ui.Column{
		{Label: words.Say(ctx, "workspace.member")}, {Label: words.Say(ctx, "workspace.handle")}, {Label: words.Say(ctx, "workspace.role")},
		{Label: words.Say(ctx, "workspace.since"), Fit: true}, {Label: words.Say(ctx, "workspace.until"), Fit: true},
	}
	if manages {
		columns = append(columns, ui.Column{Label: words.Say(ctx, "workspace.change"), Hidden: true, Fit: true})
	}
	return columns
}

func stateKind(archived bool) ui.Kind {
	if archived {
		return ui.Plain
	}
	return ui.Info
}

// openLook makes opening an operation the act of the page, unless an invitation
// waits for its answer there.
func openLook(v mineView) ui.Look {
	if len(v.Offers) > 0 {
		return ui.Normal
	}
	return ui.Primary
}

// firstOperation leads to the form that opens one, where the reader may.
func firstOperation(ctx context.Context, v mineView) *ui.Link {
	if !v.MayOpen {
		return nil
	}
	return &ui.Link{Label: words.Say(ctx, "workspace.open"), Href: "/operations/new"}
}
