// SPDX-License-Identifier: Apache-2.0

package home_test

import (
	"context"
	"errors"
	"testing"

	"entente.example/internal/access"
	"entente.example/internal/home"
)

func says(matters ...home.Matter) home.Source {
	return func(context.Context, access.Actor) ([]home.Matter, error) { return matters, nil }
}

func TestTheWeightiestComesFirst(t *testing.T) {
	all, err := home.Gather(t.Context(), access.Actor{},
		says(home.Matter{Key: "news"}, home.Matter{Key: "urgent", Weight: home.Urgent}), says(home.Matter{Key: "waiting", Weight: home.Waiting}))
	if err != nil || len(all) != 3 || all[0].Key != "urgent" || all[1].Key != "waiting" || all[2].Key != "news" {
		t.Errorf("Gather = %v, %v", all, err)
	}
}

func TestASourceThatFailsIsNotPassedOver(t *testing.T) {
	boom := errors.New("boom")
	fails := func(context.Context, access.Actor) ([]home.Matter, error) { return nil, boom }
	if _, err := home.Gather(t.Context(), access.Actor{}, says(), fails); !errors.Is(err, boom) {
		t.Errorf("err = %v; want boom", err)
	}
}
