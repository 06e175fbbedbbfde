// SPDX-License-Identifier: Apache-2.0

package stix

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"entente.example/internal/fault"
)

// walker moves through an object token by token.
type walker struct {
	raw []byte
	dec *jsontext.Decoder
}

// name reads the name of a member. It is a part of raw, unless it has escapes.
func (w *walker) name() ([]byte, error) {
	v, err := w.dec.ReadValue()
	if err != nil {
		return nil, err
	}
	end := int(w.dec.InputOffset())
	quoted := w.raw[end-len(v) : end]
	name := quoted[1 : len(quoted)-1]
	for _, c := range name {
		if c == '\\' {
			return jsontext.AppendUnquote(nil, quoted)
		}
	}
	return name, nil
}

// more reports whether a container goes on before its closing kind. Where the
// text is broken it says no: end tells.
func (w *walker) more(closing jsontext.Kind) bool {
	k := w.dec.PeekKind()
	return k != closing && k != jsontext.KindInvalid
}

// end reads the closing bracket.
func (w *walker) end() *fault.Error {
	if _, err := w.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	return nil
}

// walk reads one value of the property at the end of path, and calls found with
// each reference in it, and whether its target is an id.
func (w *walker) walk(path []string, found func(Ref, bool)) *fault.Error {
	switch w.dec.PeekKind() {
	case jsontext.KindBeginObject:
		return w.walkObject(path, found)
	case jsontext.KindBeginArray:
		return w.walkArray(path, found)
	case jsontext.KindString:
		if !isRefName(path[len(path)-1]) {
			break
		}
		token, err := w.dec.ReadToken()
		if err != nil {
			return syntaxFault(err)
		}
		target, ok := ParseID(token.String())
		found(Ref{strings.Join(path, "."), target}, ok)
		return nil
	}
	if err := w.dec.SkipValue(); err != nil {
		return syntaxFault(err)
	}
	return nil
}

func isRefName(name string) bool {
	return strings.HasSuffix(name, "_ref") || strings.HasSuffix(name, "_refs")
}

func (w *walker) walkObject(path []string, found func(Ref, bool)) *fault.Error {
	if err := w.enter(); err != nil {
		return err
	}
	for w.more(jsontext.KindEndObject) {
		name, err := w.name()
		if err != nil {
			return syntaxFault(err)
		}
		if err := w.walk(append(path, string(name)), found); err != nil {
			return err
		}
	}
	return w.end()
}

func (w *walker) walkArray(path []string, found func(Ref, bool)) *fault.Error {
	if err := w.enter(); err != nil {
		return err
	}
	for w.more(jsontext.KindEndArray) {
		if err := w.walk(path, found); err != nil {
			return err
		}
	}
	return w.end()
}

// enter reads an opening bracket, down to maxDepth.
func (w *walker) enter() *fault.Error {
	if _, err := w.dec.ReadToken(); err != nil {
		return syntaxFault(err)
	}
	if w.dec.StackDepth() > maxDepth {
		return fault.New(fault.Invalid, "stix.object.deep").With("limit", maxDepth)
	}
	return nil
}

// members returns the members of an object, each as its bytes. What is no object
// has none.
func members(raw []byte) map[string]jsontext.Value {
	var all map[string]jsontext.Value
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return all
}

// textMembers returns those members of an object that are strings.
func textMembers(raw []byte) map[string]string {
	out := map[string]string{}
	for name, value := range members(raw) {
		if value.Kind() == jsontext.KindString {
			out[name] = text(value)
		}
	}
	return out
}
