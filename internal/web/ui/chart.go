// SPDX-License-Identifier: Apache-2.0

package ui

import "strconv"

// Bar is one line of a bar chart.
type Bar struct {
	Label string
	Href  string // empty: it leads nowhere
	Value int64
	Kind  string // of KindOf, for a colour of its own; may be empty
}

// Point is one moment of a time series.
type Point struct {
	Label string // in the reader's words
	Value int64
}

// KindOf sorts the types of STIX into the few that have a colour of their own,
// the same on all pages. web/src/graph.ts sorts alike.
func KindOf(stixType string) string {
	switch stixType {
	case "threat-actor", "intrusion-set", "campaign", "incident":
		return "actor"
	case "malware", "tool", "malware-analysis":
		return "malware"
	case "attack-pattern", "course-of-action", "vulnerability":
		return "technique"
	case "identity", "location":
		return "identity"
	case "report", "note", "opinion", "grouping", "observed-data", "sighting":
		return "report"
	}
	return "value"
}

// Heat is how deep the colour of a value is, from 1 to 5, beside the largest.
func Heat(value, largest int64) int {
	if value <= 0 || largest <= 0 {
		return 0
	}
	return int(min(5, 1+4*value/largest))
}

func largestBar(bars []Bar) (n int64) {
	for _, b := range bars {
		n = max(n, b.Value)
	}
	return n
}

func largestPoint(points []Point) (n int64) {
	for _, p := range points {
		n = max(n, p.Value)
	}
	return n
}

// share is a width out of a hundred; what is there is never invisible.
func share(value, largest int64) string {
	if value <= 0 || largest <= 0 {
		return "0"
	}
	return strconv.FormatInt(max(1, 100*value/largest), 10)
}

const (
	seriesHeight = 72 // units of the drawing
	seriesStep   = 10 // from one point to the next
)

// pillar is where the bar of a point stands in the drawing.
type pillar struct{ x, y, height string }

func pillarOf(i int, value, largest int64) pillar {
	height := int64(0)
	if value > 0 && largest > 0 {
		height = max(2, seriesHeight*value/largest)
	}
	return pillar{strconv.Itoa(i * seriesStep), strconv.FormatInt(seriesHeight-height, 10), strconv.FormatInt(height, 10)}
}

func seriesBox(n int) string {
	return "0 0 " + strconv.Itoa(max(1, n)*seriesStep) + " " + strconv.Itoa(seriesHeight)
}
