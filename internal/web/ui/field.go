// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"strconv"
)

// Field is one input of a form: its label, its hint, and what is wrong with
// what was typed.
type Field struct {
	Name, Label, Hint string
	Error             string // what is wrong, in plain words, beside the field
	Type              string // of a TextField: "text" where empty
	Value             string // what was typed, or stands there to begin with
	Autocomplete      string // "off" where empty
	Placeholder       string
	InputMode         string // which keyboard a phone shows
	Dir               string // "ltr" for addresses and codes; the text's own where empty
	Required          bool
	Filter            bool // narrows a list: that it is optional goes without saying
	Autofocus         bool
	Disabled          bool
	Mono              bool     // technical values
	Max               int      // the longest that is taken, in characters; 0: no limit
	Rows              int      // of a TextArea; 4 where 0
	Options           []Option // of Select and Radios
	Checked           bool     // of a Checkbox
	Chosen            []string // of Checks
	Accept            string   // of a FileField
	Multiple          bool     // of a FileField
}

// Option is one choice among several; Value says which one is chosen.
type Option struct{ Value, Label, Hint string }

// FieldError is one line of the summary above a form.
type FieldError struct{ Field, Text string }

// ID returns the id of the input; Errors leads to it.
func (f Field) ID() string { return "field-" + f.Name }

func (f Field) kind() string { return cmp.Or(f.Type, "text") }

func (f Field) direction() string { return cmp.Or(f.Dir, "auto") }

func (f Field) autocomplete() string { return cmp.Or(f.Autocomplete, "off") }

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(f.Rows)
}

// describedBy names the hint and the error for a screen reader.
func (f Field) describedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID() + "-hint " + f.ID() + "-error"
	case f.Hint != "":
		return f.ID() + "-hint"
	case f.Error != "":
		return f.ID() + "-error"
	}
	return ""
}
