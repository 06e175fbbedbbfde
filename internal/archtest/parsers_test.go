// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// parses tells, by its name, a function that reads what others wrote: it is
// exported and begins with Parse or Decode. parsers.txt lists those of other names.
var parses = regexp.MustCompile(`^(Parse|Decode)([A-Z]|$)`)

// TestEachParserHasAFuzzTarget wants, beside each function that parses, a fuzz
// target whose file calls it.
func TestEachParserHasAFuzzTarget(t *testing.T) {
	listed := map[string]bool{}
	list, err := os.Open("parsers.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	for lines := bufio.NewScanner(list); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if name := strings.Join(strings.Fields(line), " "); name != "" {
			listed[name] = true
		}
	}
	tests := map[string]string{} // folder → text of its test files with fuzz targets
	found := map[string]bool{}
	for name, text := range sources(t, ".go") {
		if strings.HasSuffix(name, "_test.go") && strings.Contains(text, "\nfunc Fuzz") {
			tests[filepath.Dir(name)] += text
		}
	}
	for name, text := range sources(t, ".go") {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Dir(name)
		room := strings.TrimPrefix(filepath.ToSlash(folder), root+"/")
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			line := fmt.Sprint(room, " ", f.Name.Name)
			found[line] = found[line] || listed[line]
			if (listed[line] || f.Recv == nil && parses.MatchString(f.Name.Name)) && !strings.Contains(tests[folder], f.Name.Name+"(") {
				t.Errorf("%s: no fuzz target calls %s", room, f.Name.Name)
			}
		}
	}
	for line := range listed {
		if !found[line] {
			t.Errorf("parsers.txt names %s, which is not there", line)
		}
	}
}
