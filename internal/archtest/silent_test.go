// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	_ "embed"
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

//go:embed silent.txt
var silentText string

// silent reads silent.txt: which functions of which rooms say nothing.
func silent(t *testing.T) map[string]bool {
	t.Helper()
	listed := map[string]bool{}
	for line := range strings.Lines(silentText) {
		line, _, _ = strings.Cut(line, "#")
		where, reason, ok := strings.Cut(line, " : ")
		if fields := strings.Fields(where); ok && len(fields) == 2 && strings.TrimSpace(reason) != "" {
			listed[strings.Join(fields, " ")] = true
		} else if strings.TrimSpace(line) != "" {
			t.Errorf("silent.txt: %q is no room, function and reason", strings.TrimSpace(line))
		}
	}
	return listed
}

// TestEachActSaysThatItIsDone holds the handlers to it: none ends in a silent
// redirect unless silent.txt says why.
func TestEachActSaysThatItIsDone(t *testing.T) {
	listed := silent(t)
	for room, files := range rooms(t) {
		if !strings.HasSuffix(room, "web") {
			continue
		}
		for _, f := range files {
			for _, d := range f.ast.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || !calls(fn, "SeeOther") {
					continue
				}
				where := room + " " + fn.Name.Name
				if !listed[where] {
					t.Errorf("%s: %s redirects and says nothing", f.name, fn.Name.Name)
				}
				delete(listed, where)
			}
		}
	}
	for _, where := range slices.Sorted(maps.Keys(listed)) {
		t.Errorf("silent.txt has a line for %s, which is not silent", where)
	}
}

// calls reports whether fn calls a function of package web of that name.
func calls(fn *ast.FuncDecl, name string) bool {
	for n := range ast.Preorder(fn) {
		if sel, ok := n.(*ast.SelectorExpr); ok && isName(sel, "web", name) {
			return true
		}
	}
	return false
}
