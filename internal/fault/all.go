// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"errors"
	"slices"
	"strings"
)

// faults are several that were found in one input; of a field there is one at most.
type faults []*Error

func (f faults) Error() string {
	lines := make([]string, len(f))
	for i, e := range f {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets Of find the first of them, and errors.Is each.
func (f faults) Unwrap() []error {
	all := make([]error, len(f))
	for i, e := range f {
		all[i] = e
	}
	return all
}

// All joins what was found wrong with one input, so that all of it is said at
// once; nil where nothing was. Of two faults of one field the first stays: what
// follows from it goes without saying. What is no word on the input, such as that
// a thing is hidden or a store cannot be reached, is returned alone.
func All(errs ...error) error {
	var all faults
	for _, err := range errs {
		for _, e := range Each(err) {
			if !e.Kind.ofInput() {
				return err
			}
			known := func(other *Error) bool { return other.Field == e.Field && (e.Field != "" || other.Key == e.Key) }
			if !slices.ContainsFunc(all, known) {
				all = append(all, e)
			}
		}
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// ofInput reports whether an error of that kind may be mended by other input.
func (k Kind) ofInput() bool {
	return k == Invalid || k == TooLarge || k == Conflict || k == Forbidden
}

// Each returns the faults that All joined in err, in their order; of any other
// error what Of makes of it, and of nil none.
func Each(err error) []*Error {
	if err == nil {
		return nil
	}
	if all, ok := errors.AsType[faults](err); ok {
		return all
	}
	return []*Error{Of(err)}
}

// If returns e where wrong, else nil: a rule as one line of All.
func If(wrong bool, e *Error) error {
	if !wrong {
		return nil
	}
	return e
}
