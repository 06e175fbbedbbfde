// SPDX-License-Identifier: Apache-2.0

package memberweb

import (
	"context"
	"net/http"
	"net/url"

	"entente.example/internal/access"
	"entente.example/internal/member"
	"entente.example/internal/web/ui"
	"entente.example/internal/words"
)

// sieve is the form that narrows a list. What is chosen stands in the address.
type sieve struct {
	at       string // the list
	fields   []ui.Field
	keep     url.Values // what the address says beside the fields
	narrowed bool
}

// The parts of addresses of lists.
const (
	inOrder = "order"
	byEnd   = "end"
)

// query writes pairs of name and value; an empty value is left out.
func query(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

func order(ending bool) string {
	if ending {
		return byEnd
	}
	return ""
}

func organisationFilter(r *http.Request) member.OrganisationFilter {
	return member.OrganisationFilter{
		Kind: member.Kind(r.FormValue("kind")), Country: access.Country(r.FormValue("country")), State: member.State(r.FormValue("state")),
		Ending: r.FormValue("ends") == string(member.EndsSoon), ByEnd: r.FormValue(inOrder) == byEnd,
	}
}

func organisationQuery(f member.OrganisationFilter) url.Values {
	return query("kind", string(f.Kind), "country", string(f.Country), "state", string(f.State), "ends", string(f.Ends()), inOrder, order(f.ByEnd))
}

func organisationSieve(ctx context.Context, r member.Register) sieve {
	f := r.Filter
	fields := []ui.Field{
		choice(ctx, "kind", "member.kind", string(f.Kind), kindOptions(ctx)[1:]),
		choice(ctx, "state", "member.state", string(f.State), stateOptions(ctx, member.OrganisationStates())),
		choice(ctx, "ends", "member.filter.agreement", string(f.Ends()), endOptions(ctx, []member.Ends{member.EndsSoon})),
	}
	if r.MayDirect {
		fields = append(fields, choice(ctx, "country", "member.country", string(f.Country), countryOptions(ctx)))
	}
	return sieve{atOrganisations, fields, query(inOrder, order(f.ByEnd)), f.Narrowed()}
}

func memberFilter(r *http.Request) member.MemberFilter {
	return member.MemberFilter{
		Text: r.FormValue("q"), Org: access.OrgID(r.FormValue("org")), Country: access.Country(r.FormValue("country")),
		State: member.State(r.FormValue("state")), Vetting: member.Ends(r.FormValue("vetting")), ByVetting: r.FormValue(inOrder) == byEnd,
	}
}

func memberQuery(f member.MemberFilter) url.Values {
	return query("q", f.Text, "org", string(f.Org), "country", string(f.Country), "state", string(f.State), "vetting", string(f.Vetting),
		inOrder, order(f.ByVetting))
}

func memberSieve(ctx context.Context, r member.Roll) sieve {
	f := r.Filter
	fields := []ui.Field{
		{Name: "q", Type: "search", Label: words.Say(ctx, "member.members.search"), Value: f.Text, Max: 100, Filter: true},
		choice(ctx, "org", "member.organisation", string(f.Org), orgOptions(ctx, r.Orgs)[1:]),
		choice(ctx, "state", "member.state", string(f.State), stateOptions(ctx, member.MemberStates())),
		choice(ctx, "vetting", "member.vetting", string(f.Vetting), endOptions(ctx, member.VettingEnds())),
	}
	if r.MayDirect {
		fields = append(fields, choice(ctx, "country", "member.country", string(f.Country), countryOptions(ctx)))
	}
	return sieve{atMembers, fields, query(inOrder, order(f.ByVetting)), f.Narrowed()}
}

func invitationFilter(r *http.Request) member.InvitationFilter {
	return member.InvitationFilter{Org: access.OrgID(r.FormValue("org")), State: member.InvitationState(r.FormValue("state"))}
}

func invitationQuery(f member.InvitationFilter) url.Values {
	return query("org", string(f.Org), "state", string(f.State))
}

func invitationSieve(ctx context.Context, f member.InvitationFilter) sieve {
	var states []ui.Option
	for _, s := range member.InvitationStates() {
		states = append(states, ui.Option{Value: string(s), Label: words.Say(ctx, "member.invitation."+string(s))})
	}
	fields := []ui.Field{choice(ctx, "state", "member.state", string(f.State), states)}
	return sieve{atInvitations, fields, query("org", string(f.Org)), f != member.InvitationFilter{}}
}

// choice is one of the options, or any.
func choice(ctx context.Context, name, label, chosen string, options []ui.Option) ui.Field {
	return ui.Field{
		Name: name, Label: words.Say(ctx, label), Value: chosen, Filter: true,
		Options: append([]ui.Option{{Label: words.Say(ctx, "member.filter.any")}}, options...),
	}
}

func stateOptions(ctx context.Context, states []member.State) (options []ui.Option) {
	for _, s := range states {
		options = append(options, ui.Option{Value: string(s), Label: words.Say(ctx, "member.state."+string(s))})
	}
	return options
}

func endOptions(ctx context.Context, ends []member.Ends) (options []ui.Option) {
	for _, e := range ends {
		options = append(options, ui.Option{Value: string(e), Label: words.Say(ctx, "member.filter.ends."+string(e))})
	}
	return options
}

// sorts gives the column the address that sorts the list by it, unless it is.
func sorts(c ui.Column, at string, q url.Values, by string) ui.Column {
	if q.Get(inOrder) == by {
		c.Order = "ascending"
	}
	other := url.Values{}
	for name := range q {
		other.Set(name, q.Get(name))
	}
	if other.Del(inOrder); by != "" {
		other.Set(inOrder, by)
	}
	c.Sort = at
	if len(other) > 0 {
		c.Sort += "?" + other.Encode()
	}
	return c
}
