// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"entente.example/internal/fault"
)

func TestAllIsSaidAtOnce(t *testing.T) {
	var (
		name    error = fault.New(fault.Invalid, "x.name").On("name")
		longer  error = fault.New(fault.Invalid, "x.long").On("name")
		date    error = fault.New(fault.Invalid, "x.date").On("date")
		whole   error = fault.New(fault.Conflict, "x.moved")
		hidden  error = fault.New(fault.NotFound, "error.not_found")
		unknown       = errors.New("the disk is gone")
	)
	for _, c := range []struct {
		name string
		errs []error
		want string
	}{
		{"nothing is wrong", nil, "[]"},
		{"nil says nothing", []error{nil, nil}, "[]"},
		{"one fault is itself", []error{nil, name}, "[name: x.name]"},
		{"each field has its own, in their order", []error{date, name}, "[date: x.date name: x.name]"},
		{"of two of one field the first stays", []error{name, longer}, "[name: x.name]"},
		{"what is of no field stands beside the others", []error{whole, name, whole}, "[x.moved name: x.name]"},
		{"what was joined is joined again", []error{fault.All(name, date), whole}, "[name: x.name date: x.date x.moved]"},
		{"what was joined and wrapped too", []error{fmt.Errorf("form: %w", fault.All(name, date)), nil}, "[name: x.name date: x.date]"},
		{"an error that is ours stands alone", []error{name, unknown, date}, "[error.internal: the disk is gone]"},
		{"what is hidden stays so", []error{name, hidden}, "[error.not_found]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			joined := fault.All(c.errs...)
			if got := fmt.Sprint(fault.Each(joined)); got != c.want {
				t.Errorf("%s; want %s", got, c.want)
			}
			if (joined == nil) != (c.want == "[]") {
				t.Errorf("All = %v", joined)
			}
			if joined != nil && fault.Of(joined).Error() != fault.Each(joined)[0].Error() {
				t.Errorf("Of is not the first of them: %v", fault.Of(joined))
			}
		})
	}
	if !errors.Is(fault.All(name, date), date) {
		t.Error("a fault is not found in what it was joined to")
	}
}
