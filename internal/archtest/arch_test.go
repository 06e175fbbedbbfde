// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

//go:embed rules.txt
var rulesText string

const (
	module  = "entente.example/"
	root    = "../.."
	maxFile = 600 // lines; the longest file in the house must fit a reader's patience
)

func TestImports(t *testing.T) {
	rules := parseRules(t, rulesText)
	unused := map[string]bool{}
	for _, r := range rules {
		unused[r.room.String()] = true
	}
	for room, files := range rooms(t) {
		r, feature := find(rules, room)
		if r == nil {
			t.Errorf("%s has no rule in rules.txt", room)
			continue
		}
		delete(unused, r.room.String())
		for _, f := range files {
			for _, spec := range f.ast.Imports {
				imp, _ := strconv.Unquote(spec.Path.Value)
				inside, ours := strings.CutPrefix(imp, module)
				maps.DeleteFunc(r.idle, func(word string, _ bool) bool { return patterns{word}.allow(inside, feature) })
				if ours && !r.inside.allow(inside, feature) || !ours && !r.outside.allow(imp, feature) {
					t.Errorf("%s: %s may not import %s", f.name, room, imp)
				}
			}
		}
	}
	for room := range unused {
		t.Errorf("rules.txt has a rule for %s, which is no room", room)
	}
	for _, r := range rules {
		for word := range r.idle {
			t.Errorf("rules.txt allows %s to import %s, which it does not", r.room, word)
		}
	}
}

func TestEveryRoomIsIntroducedOnce(t *testing.T) {
	for room, files := range rooms(t) {
		var docs []string
		written := 0
		for _, f := range files {
			if f.generated {
				continue
			}
			written++
			if f.ast.Doc != nil {
				docs = append(docs, path.Base(f.name))
			}
		}
		if len(docs) != 1 || written > 1 && docs[0] != "doc.go" {
			t.Errorf("%s is introduced in %q; want one package comment, in doc.go or in the only file", room, docs)
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	for _, files := range rooms(t) {
		for _, f := range files {
			if f.lines > maxFile && !f.generated {
				t.Errorf("%s has %d lines; want at most %d", f.name, f.lines, maxFile)
			}
		}
	}
}

// tableUse finds the tables that a statement names.
var tableUse = regexp.MustCompile(`\b(?:DELETE FROM|FROM|JOIN|INTO|UPDATE|TABLE(?: IF NOT EXISTS)?) ([a-z_]+)`)

// readsAll are the features that may read the tables of others.
var readsAll = []string{"search"}

func TestEachFeatureKeepsToItsTables(t *testing.T) {
	for room, files := range rooms(t) {
		feature, ok := strings.CutSuffix(path.Base(room), "sql")
		if !ok || path.Base(path.Dir(room)) != feature {
			continue
		}
		for _, f := range files {
			for n := range ast.Preorder(f.ast) {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				for _, m := range tableUse.FindAllStringSubmatch(lit.Value, -1) {
					own := strings.HasPrefix(m[1], feature+"_")
					reads := strings.HasPrefix(m[0], "FROM") || strings.HasPrefix(m[0], "JOIN")
					if !own && (!reads || !slices.Contains(readsAll, feature)) {
						t.Errorf("%s: %s may not touch table %s", f.name, room, m[1])
					}
				}
			}
		}
	}
}

// operatorsRead are the rooms of the operator's tools, and the tables that they may
// name beside those of the engines: whatever they do to a feature's, its own room
// does for them. A back-up asks imports which files must be there.
var operatorsRead = map[string][]string{
	"internal/app":    {},
	"internal/backup": {"audit_entry", "audit_queue", "follow_cursor", "intel_batch"},
}

func TestToolsOfTheOperatorKeepOffTheTablesOfFeatures(t *testing.T) {
	engines := []string{"information_schema", "pragma_", "pg_", "sqlite_"}
	all := rooms(t)
	for room, tables := range operatorsRead {
		if len(all[room]) == 0 {
			t.Fatalf("%s is not there", room)
		}
		for _, f := range all[room] {
			for n := range ast.Preorder(f.ast) {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				for _, m := range tableUse.FindAllStringSubmatch(lit.Value, -1) {
					ofEngine := slices.ContainsFunc(engines, func(prefix string) bool { return strings.HasPrefix(m[1], prefix) })
					if !slices.Contains(tables, m[1]) && !ofEngine {
						t.Errorf("%s: %s may not touch table %s", f.name, room, m[1])
					}
				}
			}
		}
	}
}

// opensAlone are the rooms that may hold the database itself. All others get a
// transaction from the gate, with the grant under which it was opened. The tool
// of the operator that copies a server whole asks nobody: it shows nothing of
// what it reads, and runs on the command line alone.
var opensAlone = []string{"internal/sqldb", "internal/sqldb/sqldbtest", "internal/gate", "internal/gate/gatetest", "internal/follow", "internal/job", "internal/backup", "internal/app"}

func TestOnlyTheGateOpensTransactions(t *testing.T) {
	for room, files := range rooms(t) {
		for _, f := range files {
			for n := range ast.Preorder(f.ast) {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					if isName(n, "sqldb", "DB") && !slices.Contains(opensAlone, room) {
						t.Errorf("%s: %s may not hold a sqldb.DB", f.name, room)
					}
				case *ast.CompositeLit:
					if sel, ok := n.Type.(*ast.SelectorExpr); ok && isName(sel, "access", "Grant") {
						t.Errorf("%s: only access.Decide makes a Grant", f.name)
					}
				}
			}
		}
	}
}

func isName(sel *ast.SelectorExpr, pkg, name string) bool {
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg && sel.Sel.Name == name
}

type patterns []string

// allow reports whether name matches a pattern. "x/*" matches x and what is
// below it, "std" the standard library.
func (ps patterns) allow(name, feature string) bool {
	return slices.ContainsFunc(ps, func(p string) bool {
		p = strings.ReplaceAll(p, "{f}", feature)
		first, _, _ := strings.Cut(name, "/")
		stem, deep := strings.CutSuffix(p, "/*")
		return p == name || p == "*" ||
			p == "std" && !strings.Contains(first, ".") ||
			deep && (name == stem || strings.HasPrefix(name, stem+"/"))
	})
}

type rule struct {
	room            *regexp.Regexp
	inside, outside patterns
	idle            map[string]bool // words of its own, for which no import was found yet
}

// find returns the first rule whose {f} stands for one and the same feature.
func find(rules []rule, room string) (*rule, string) {
	for i, r := range rules {
		if m := r.room.FindStringSubmatch(room); m != nil {
			if same := slices.Compact(m[1:]); len(same) <= 1 {
				return &rules[i], strings.Join(same, "")
			}
		}
	}
	return nil, ""
}

func parseRules(t *testing.T, text string) (rules []rule) {
	sets := map[string]patterns{}
	expand := func(s string) (ps patterns) {
		for _, word := range strings.Fields(s) {
			if set, ok := sets[word]; ok {
				ps = append(ps, set...)
			} else {
				ps = append(ps, word)
			}
		}
		return ps
	}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if name, words, ok := strings.Cut(line, "="); ok {
			sets[strings.TrimSpace(name)] = expand(words)
			continue
		}
		cols := strings.Split(line, ":")
		if len(cols) != 3 {
			if strings.TrimSpace(line) != "" {
				t.Fatalf("rules.txt: want three columns: %q", line)
			}
			continue
		}
		room := regexp.QuoteMeta(strings.TrimSpace(cols[0]))
		room = strings.NewReplacer(`\{f\}`, `([a-z]+)`, `\*`, `.*`).Replace(room)
		idle := map[string]bool{}
		for _, word := range strings.Fields(cols[1] + cols[2]) {
			if _, isSet := sets[word]; !isSet {
				idle[word] = true
			}
		}
		rules = append(rules, rule{regexp.MustCompile("^" + room + "$"), expand(cols[1]), expand(cols[2]), idle})
	}
	return rules
}

type file struct {
	name      string
	ast       *ast.File
	lines     int
	generated bool
}

// rooms parses every non-test file of the house, by room. It opens the files
// itself, so that go test knows when a cached result is out of date.
func rooms(t *testing.T) map[string][]file {
	t.Helper()
	byRoom := map[string][]file{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name != root && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		byRoom[path.Dir(rel)] = append(byRoom[path.Dir(rel)], file{rel, f, fset.File(f.Pos()).LineCount(), ast.IsGenerated(f)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return byRoom
}
