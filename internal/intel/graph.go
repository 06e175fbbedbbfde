// SPDX-License-Identifier: Apache-2.0

package intel

import (
	"context"

	"entente.example/internal/access"
	"entente.example/internal/audit"
	"entente.example/internal/stix"
)

// How much a graph shows at most: more can be neither laid out nor read.
const (
	graphNodes = 2_000
	graphTies  = 8_000
	graphSteps = 3
)

// Graph is what lies around an object, as far as its reader may see it.
type Graph struct {
	Nodes []Node // the object itself first, then by distance
	Ties  []Tie
	Steps int  // how far from the object it reaches
	More  bool // there is more than is shown
}

// Node is an object of a graph.
type Node struct {
	Neighbour
	Distance int // in steps from the first
}

// Tie is a link between two nodes, by their index.
type Tie struct {
	From, To int
	Label    string // the relationship's type, or the property that refers
}

// Tied is a link between two objects of a workspace.
type Tied struct {
	From, To stix.StixID
	Label    string
}

// Around returns what lies within that many steps of an object: at least one, at
// most three. A look at what lies around what is TLP:RED, restricted or of victims
// is recorded; what such an object says stands on its own page alone.
func (o *Objects) Around(ctx context.Context, actor access.Actor, ws access.WorkspaceID, id ObjectID, steps int) (g Graph, err error) {
	steps = min(max(steps, 1), graphSteps)
	var centre Object
	read := func(tx ShelfReader) (err error) {
		if centre, err = tx.Object(ctx, id); err != nil {
			return err
		}
		g, err = grow(ctx, tx, centre, steps)
		return err
	}
	if err := o.shelf.View(ctx, reading(actor, ws), read); err != nil {
		return Graph{}, err
	}
	if !centre.Handling.Sensitive() {
		return g, nil
	}
	entry := audit.Entry{ID: o.newID(), At: o.now(), Verb: audit.ObjectViewed, Object: string(id), About: string(centre.Batch)}
	err = o.shelf.Look(ctx, reading(actor, ws), func(tx ShelfReader) (audit.Entry, error) { return entry, read(tx) })
	if err != nil {
		return Graph{}, err
	}
	return g, nil
}

// growth is a graph while it grows.
type growth struct {
	Graph
	at    map[stix.StixID]int
	known map[Tied]bool
	tied  []Tied
}

func grow(ctx context.Context, tx ShelfReader, centre Object, steps int) (Graph, error) {
	g := growth{Graph: Graph{Steps: steps}, at: map[stix.StixID]int{}, known: map[Tied]bool{}}
	g.add(centre.StixID, Node{Neighbour: centre.neighbour()})
	edge := []stix.StixID{centre.StixID}
	for step := 1; len(edge) > 0; step++ {
		ties, err := tx.Ties(ctx, edge, graphTies)
		if err != nil {
			return Graph{}, err
		}
		g.More = g.More || len(ties) >= graphTies
		if step > steps { // the outermost are not gone beyond, only tied to each other
			g.note(ties)
			break
		}
		found, err := tx.Neighbours(ctx, g.beyond(ties))
		if err != nil {
			return Graph{}, err
		}
		edge = g.reach(ties, found, step)
	}
	g.join()
	return g.Graph, nil
}

func (g *growth) add(id stix.StixID, n Node) {
	g.at[id] = len(g.Nodes)
	g.Nodes = append(g.Nodes, n)
}

// beyond lists the ends of ties that are no nodes yet.
func (g *growth) beyond(ties []Tied) (ids []stix.StixID) {
	for _, t := range ties {
		for _, id := range []stix.StixID{t.From, t.To} {
			if _, in := g.at[id]; !in {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// reach takes in what was found, and returns the new nodes.
func (g *growth) reach(ties []Tied, found map[stix.StixID]Neighbour, step int) (edge []stix.StixID) {
	for _, t := range ties {
		for _, id := range []stix.StixID{t.From, t.To} {
			here, is := found[id]
			if _, in := g.at[id]; in || !is {
				continue
			}
			if len(g.Nodes) == graphNodes {
				g.More = true
				continue
			}
			g.add(id, Node{here, step})
			edge = append(edge, id)
		}
	}
	g.note(ties)
	return edge
}

// note keeps each link once.
func (g *growth) note(ties []Tied) {
	for _, t := range ties {
		if !g.known[t] {
			g.known[t] = true
			g.tied = append(g.tied, t)
		}
	}
}

// join turns the links whose two ends are nodes into ties.
func (g *growth) join() {
	for _, t := range g.tied {
		from, here := g.at[t.From]
		to, there := g.at[t.To]
		switch {
		case !here || !there || from == to:
		case len(g.Ties) == graphTies:
			g.More = true
		default:
			g.Ties = append(g.Ties, Tie{from, to, t.Label})
		}
	}
}
