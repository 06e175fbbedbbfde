// SPDX-License-Identifier: Apache-2.0

package fault

import "errors"

// Kind is what the caller may conclude from an error.
type Kind uint8

// The kinds. Every door maps each to one answer.
const (
	Internal        Kind = iota // unclassified: the caller learns nothing, the operator everything
	Invalid                     // the input breaks a rule
	Unauthenticated             // nobody is signed in, or no longer
	Forbidden                   // the actor may know of the thing, but not do this to it
	NotFound                    // absent, or hidden from this actor: the two must look alike
	Conflict                    // the state moved on
	TooLarge                    // the input is over a stated limit
	TooMany                     // too often, or too much at once: later is fine
	Unavailable                 // the platform cannot do it now: nothing was done
)

// Error carries a message for the caller, by its key in the catalogues of
// words, and a cause for the operator.
type Error struct {
	Kind  Kind
	Key   string         // names the message, e.g. "discussion.text.empty"
	Field string         // the input that is meant, or empty
	Args  map[string]any // what the message tells besides
	Err   error
}

func (e *Error) Error() string {
	text := e.Key
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	if e.Err == nil {
		return text
	}
	return text + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// New returns an error of kind k whose message is named key.
func New(k Kind, key string) *Error { return &Error{Kind: k, Key: key} }

// Wrap classifies err; key names what the caller may read of it.
func Wrap(k Kind, key string, err error) *Error { return &Error{Kind: k, Key: key, Err: err} }

// On returns e as said of one input field.
func (e *Error) On(field string) *Error {
	at := *e
	at.Field = field
	return &at
}

// With returns e with one more argument for its message.
func (e *Error) With(name string, value any) *Error {
	more := *e
	more.Args = map[string]any{name: value}
	for k, v := range e.Args {
		more.Args[k] = v
	}
	return &more
}

// Of returns the outermost classification of err. What nobody classified is
// Internal, and its message says no more than that.
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e
	}
	return &Error{Kind: Internal, Key: "error.internal", Err: err}
}

// KindOf returns the kind of err.
func KindOf(err error) Kind { return Of(err).Kind }
