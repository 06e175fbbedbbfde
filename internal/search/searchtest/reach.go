// SPDX-License-Identifier: Apache-2.0

package searchtest

import (
	"errors"
	"reflect"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/search"
)

func kinds(s *script) {
	topic := s.posts(tyche, search.Text{Title: "Mule", Text: "one"})
	answer := s.posts(tyche, search.Text{Kind: search.Post, Number: 2, Title: "Mule", Text: "a mule"})
	object := s.imports("batch", search.Text{Type: "malware", Title: "Mule"})[0]
	s.ends("batch")
	s.findsIn("bob", search.Query{Text: "mule", Workspace: tyche}, object, topic, answer)
	for kind, id := range map[search.Kind]string{search.Topic: topic, search.Post: answer, search.Object: object} {
		s.findsIn("bob", search.Query{Text: "mule", Workspace: tyche, Kind: kind}, id)
	}
	_, err := s.documents.Search(s.Context(), as("bob"), search.Query{Text: "mule", Workspace: tyche, Kind: "person"})
	if !errors.Is(err, access.ErrHidden) {
		s.Errorf("a kind that does not exist: %v", err)
	}
}

func otherWorkspace(s *script) {
	mine := s.says("wallet of the broker")
	before := s.search("bob", search.Query{Text: "wallet", Workspace: tyche})
	for range 30 {
		s.posts(other, search.Text{Title: "Wallet", Text: "wallet wallet"})
	}
	if after := s.search("bob", search.Query{Text: "wallet", Workspace: tyche}); !reflect.DeepEqual(before, after) {
		s.Errorf("what another operation holds shows: %+v, then %+v", before, after)
	}
	s.findsIn("bob", search.Query{Text: "wallet"}, mine)
	_, err := s.documents.Search(s.Context(), as("bob"), search.Query{Text: "wallet", Workspace: other})
	_, absent := s.documents.Search(s.Context(), as("bob"), search.Query{Text: "wallet", Workspace: "no-such"})
	if !errors.Is(err, access.ErrHidden) || !reflect.DeepEqual(err, absent) {
		s.Errorf("another operation answers %v, an absent one %v", err, absent)
	}
}

func restricted(s *script) {
	open := s.says("wallet of the broker")
	before := s.search("bob", search.Query{Text: "wallet", Workspace: tyche})
	handling := s.Handling(s, "ann", tyche, access.Handling{TLP: access.Amber, Originator: "pol-fr", Restricted: true})
	for range 30 {
		s.posts(tyche, search.Text{Title: "Wallet", Text: "wallet", Handling: handling})
	}
	if after := s.search("bob", search.Query{Text: "wallet", Workspace: tyche}); !reflect.DeepEqual(before, after) {
		s.Errorf("what is restricted shows: %+v, then %+v", before, after)
	}
	if got := s.search("ann", search.Query{Text: "wallet", Workspace: tyche}); len(got.Hits) != 20 || got.Next == "" {
		s.Errorf("its originator finds %d, and next is %q", len(got.Hits), got.Next)
	}
	s.findsIn("bob", search.Query{Text: "wallet"}, open)
}

func startsClosed(s *script) {
	s.says("broker of wallets")
	opened := s.posts(tyche, search.Text{Title: "For ACME", Text: "broker", Handling: s.Handling(s, "ann", tyche,
		access.Handling{TLP: access.Amber, Originator: "pol-fr", Orgs: []access.OrgID{"acme"}})})
	own := s.posts(tyche, search.Text{Title: "Of ACME", Text: "broker", Handling: s.Handling(s, "acm", tyche,
		access.Handling{TLP: access.Amber, Originator: "acme"})})
	s.finds("acm", "broker", own, opened)
}

func strangers(s *script) {
	s.says("broker")
	for _, member := range []string{"gus", "exp", "eve", "off"} {
		for _, text := range []string{"broker", "nothing", ""} {
			_, err := s.documents.Search(s.Context(), as(member), search.Query{Text: text, Workspace: tyche})
			if !errors.Is(err, access.ErrHidden) {
				s.Errorf("%s searches %q: %v, want hidden", member, text, err)
			}
			s.findsIn(member, search.Query{Text: text})
		}
	}
	if _, err := s.documents.Search(s.Context(), as("sus"), search.Query{Text: "broker"}); !errors.Is(err, access.ErrNobody) {
		s.Errorf("who is suspended gets %v", err)
	}
}

func everywhere(s *script) {
	talk := s.posts(access.Exchange, search.Text{Title: "SIM swapping", Text: "A primer"})
	case1 := s.says("a case of SIM swapping")
	s.posts(other, search.Text{Title: "SIM swapping", Text: "Not for bob"})
	newer := s.posts(access.Exchange, search.Text{Title: "News", Text: "More SIM swapping"})
	s.findsIn("bob", search.Query{Text: "sim swapping"}, talk, newer, case1)
	s.findsIn("gus", search.Query{Text: "sim swapping"}, talk, newer)
	if hits := s.search("bob", search.Query{Text: "sim swapping"}).Hits; hits[0].Workspace != access.Exchange || hits[2].Workspace != tyche {
		s.Errorf("hits are of %s and %s", hits[0].Workspace, hits[2].Workspace)
	}
}

func withheld(s *script) {
	red := s.Handling(s, "ann", tyche, access.Handling{TLP: access.Red, Originator: "pol-fr", Named: []access.MemberID{"bob"}})
	object := s.imports("batch", search.Text{Type: "identity", Title: "Broker", Text: "lives at the harbour", Handling: red})[0]
	s.ends("batch")
	s.finds("bob", "harbour", object)
	s.finds("bob", "broker", object)
	s.finds("bob", "harb") // what is not shown is not guessed letter by letter
	s.finds("bob", "brok")
	s.finds("ann", "harbour") // TLP:RED is for the persons named alone
	if hit := s.search("bob", search.Query{Text: "harbour", Workspace: tyche}).Hits[0]; !hit.Withheld || len(hit.Excerpt) > 0 || len(hit.Title) > 0 || hit.TLP != access.Red {
		s.Errorf("hit = %+v", hit)
	}
}

func edited(s *script) {
	id := s.says("the boat is blue")
	s.Keep(tyche, s.text(tyche, search.Text{ID: id, Kind: search.Topic, Title: "Untitled", Text: "the boat is green"}))
	s.Tell(s, tyche, audit.PostEdited, id, "topic")
	s.finds("bob", "green boat", id)
	s.finds("bob", "blue")
}

func gone(s *script) {
	id := s.says("the boat is blue")
	s.Drop(tyche, id)
	s.Tell(s, tyche, audit.PostEdited, id, "topic")
	s.finds("bob", "boat")
	s.finds("bob", "untitled")
}

func imported(s *script) {
	id := s.imports("batch", search.Text{Type: "malware", Title: "Emotet", Text: "A loader"})[0]
	s.finds("ann", "emotet")
	s.ends("batch")
	s.finds("bob", "emotet", id)
	s.finds("bob", "loader", id)
	s.Tell(s, tyche, audit.ImportDecided, "batch", "batch") // to take it back
	s.finds("bob", "emotet")
}

func undone(s *script) {
	ids := s.imports("first", search.Text{Title: "Emotet", Text: "old"}, search.Text{Title: "Heodo", Text: "old"})
	s.ends("first")
	s.imports("second", search.Text{ID: ids[0], Title: "Emotet", Text: "new", Batch: "first"}, search.Text{Title: "Geodo", Text: "new"})
	s.ends("second")
	s.finds("bob", "emotet new", ids[0])

	s.Keep(tyche, s.text(tyche, search.Text{ID: ids[0], Kind: search.Object, Title: "Emotet", Text: "old", Batch: "first", Latest: "first"}))
	s.Drop(tyche, "Geodo")
	s.Tell(s, tyche, audit.ImportDecided, "second", "second")
	s.Tell(s, tyche, audit.ImportUndone, "second", "second")
	s.finds("bob", "new")
	s.finds("bob", "geodo")
	s.finds("bob", "emotet old", ids[0])

	s.Drop(tyche, "Emotet")
	s.Drop(tyche, "Heodo")
	s.Tell(s, tyche, audit.ImportUndone, "first", "first")
	s.finds("bob", "old")
}

func sameID(s *script) {
	object := s.imports("batch", search.Text{Type: "malware", Title: "Emotet", Text: "a loader"})[0]
	s.ends("batch")
	s.posts(tyche, search.Text{ID: object, Title: "Nothing", Text: "to see"})
	s.finds("bob", "loader", object)
	s.finds("bob", "to see", object)
	s.Tell(s, tyche, audit.ImportApplied, "slice", "batch")
	s.finds("bob", "to see", object)
	s.Drop(tyche, "Nothing")
	s.Tell(s, tyche, audit.PostEdited, object, "topic")
	s.finds("bob", "to see")
	s.finds("bob", "loader", object)
}

func toldTwice(s *script) {
	id := s.says("the boat is blue")
	s.Tell(s, tyche, audit.PostPublished, id, "topic")
	object := s.imports("batch", search.Text{Title: "Boat"})[0]
	s.Tell(s, tyche, audit.ImportApplied, "slice", "batch")
	s.ends("batch")
	s.ends("batch")
	s.finds("bob", "boat", object, id)
}

func sameMoment(s *script) {
	want := map[string]bool{}
	for _, ws := range []access.WorkspaceID{tyche, access.Exchange} {
		for range 60 {
			want[s.posts(ws, search.Text{Title: "Untitled", Text: "boat", At: s.Now()})] = true
		}
	}
	for q := (search.Query{Text: "boat"}); ; {
		results := s.search("bob", q)
		for _, id := range idsOf(results.Hits) {
			delete(want, id)
		}
		if q.After = results.Next; q.After == "" {
			break
		}
	}
	if len(want) > 0 {
		s.Errorf("%d are not found", len(want))
	}
}
