// SPDX-License-Identifier: Apache-2.0

package words_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"entente.example/internal/words"
)

// forms are the messages of a language: the text of each plural form, or of
// "other" alone where there is but one.
func forms(t *testing.T, tag words.Tag) map[string]map[string]string {
	t.Helper()
	names, err := filepath.Glob("catalogue/*." + string(tag) + ".json")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d catalogues, %v", len(names), err)
	}
	all := map[string]map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]json.RawMessage
		if err := json.Unmarshal(text, &messages); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, raw := range messages {
			var one string
			plural := map[string]string{}
			if json.Unmarshal(raw, &one) == nil {
				plural["other"] = one
			} else if err := json.Unmarshal(raw, &plural); err != nil {
				t.Fatalf("%s: %s: %v", name, key, err)
			}
			all[key] = plural
		}
	}
	return all
}

// categories are the plural forms of whole numbers.
// https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
var categories = map[words.Tag][]string{
	words.English: {"one", "other"},
	words.French:  {"many", "one", "other"},
	words.Spanish: {"many", "one", "other"},
	words.Arabic:  {"few", "many", "one", "other", "two", "zero"},
}

func TestEachLanguageHasAllItsPluralForms(t *testing.T) {
	english := forms(t, words.English)
	for tag, want := range categories {
		for key, plural := range forms(t, tag) {
			if len(english[key]) == 1 && len(plural) == 1 {
				continue
			}
			var have []string
			for form := range plural {
				have = append(have, form)
			}
			slices.Sort(have)
			if !slices.Equal(have, want) {
				t.Errorf("%s %s has the forms %v; want %v", tag, key, have, want)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\.[a-z_]+\}\}|\{n\}`)

// TestPlaceholdersAreTheSame in all languages; a form for one or two may say its
// number in words.
func TestPlaceholdersAreTheSame(t *testing.T) {
	english := forms(t, words.English)
	for _, tag := range words.Tags()[1:] {
		for key, plural := range forms(t, tag) {
			want := placeholders(english[key]["other"])
			for form, text := range plural {
				have := placeholders(text)
				if form == "one" || form == "two" || form == "zero" {
					have, want = without(have, "{{.count}}"), without(want, "{{.count}}")
				}
				if !slices.Equal(have, want) && form != "zero" {
					t.Errorf("%s %s (%s) has %v; want %v", tag, key, form, have, want)
				}
				want = placeholders(english[key]["other"])
			}
		}
	}
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func without(list []string, what string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == what })
}

// alike are messages that another language writes as English does: names, codes,
// and words that they share.
var alike = []string{
	"ATT&CK", "Actions", "Archive", "Bengali", "Collection", "DEMO", "Date", "Description", "Exfiltration", "Format", "General", "Hausa", "Hindi", "IMEI", "Impact", "Import", "Imports", "Incident", "Infrastructure", "Invitations", "Journal", "MISP", "Motivation", "Mutex", "No", "Note", "Notes", "Organisation", "Organisations", "Page", "Phase", "Public", "Question", "Questions", "Reconnaissance", "STIX", "Secret", "Software", "Source", "Sources", "Suggestions", "Swahili", "TAXII", "Total", "Type", "URL", "Urdu", "Verdict", "Version {{.number}}", "mutex",
}

func TestNoEnglishIsLeft(t *testing.T) {
	english := forms(t, words.English)
	for _, tag := range words.Tags()[1:] {
		for key, plural := range forms(t, tag) {
			if text := plural["other"]; text == english[key]["other"] && !slices.Contains(alike, text) && strings.ContainsFunc(placeholder.ReplaceAllString(text, ""), unicode.IsLetter) {
				t.Errorf("%s %s is as in English: %q", tag, key, text)
			}
		}
	}
}

// slips are what a language's typography does not have.
var slips = map[words.Tag]map[string]*regexp.Regexp{
	words.English: {"straight quotes": regexp.MustCompile(`['"]`)},
	words.French: {
		"straight quotes":                regexp.MustCompile(`['"“”]`),
		"no narrow space before ; ! ? »": regexp.MustCompile(`[^\x{202F}][;!?»]`),
		"no narrow space after «":        regexp.MustCompile(`«[^\x{202F}]`),
		"no space before :":              regexp.MustCompile(`[\p{L}\d)}»]:( |$)`),
		"a space that breaks before :":   regexp.MustCompile(` :`),
	},
	words.Spanish: {
		"straight or English quotes":        regexp.MustCompile(`['"“”]`),
		"a question that is not opened":     regexp.MustCompile(`^[^¿]*\?`),
		"an exclamation that is not opened": regexp.MustCompile(`^[^¡]*!`),
	},
	words.Arabic: {
		"straight or English quotes":              regexp.MustCompile(`['"“”]`),
		"Latin comma, semicolon or question mark": regexp.MustCompile(`\p{Arabic}[,;?]`),
		"Arabic-Indic digits (ours are 0 to 9)":   regexp.MustCompile(`[\x{0660}-\x{0669}\x{06F0}-\x{06F9}]`),
		"tanwin after the alif":                   regexp.MustCompile(`\x{0627}\x{064B}`),
	},
}

func TestTypographyIsTheLanguages(t *testing.T) {
	everywhere := map[string]*regexp.Regexp{
		"two spaces":          regexp.MustCompile(`[ \x{00A0}\x{202F}]{2}`),
		"space at an end":     regexp.MustCompile(`^\s|\s$`),
		"three dots for one":  regexp.MustCompile(`\.\.\.`),
		"space before , or .": regexp.MustCompile(`\s[,.](\s|$)`),
	}
	for _, tag := range words.Tags() {
		for key, plural := range forms(t, tag) {
			for _, typed := range plural {
				text := words.Typeset(tag, typed)
				for _, rules := range []map[string]*regexp.Regexp{everywhere, slips[tag]} {
					for what, rule := range rules {
						if rule.MatchString(text) {
							t.Errorf("%s %s: %s: %q", tag, key, what, text)
						}
					}
				}
			}
		}
	}
}

func TestTextsAreTypeset(t *testing.T) {
	for _, test := range []struct {
		tag         words.Tag
		typed, want string
	}{
		{words.French, "Vu : l'avis « {{.name}} » ? Non ; oui !", "Vu\u00a0: l’avis «\u202f{{.name}}\u202f»\u202f? Non\u202f; oui\u202f!"},
		{words.French, "à 10:30, /a?b=c", "à 10:30, /a?b=c"},
		{words.English, "the operation's members' posts", "the operation’s members’ posts"},
		{words.Arabic, "أولا\u064b", "أول\u064bا"},
		{words.Spanish, "¿Qué busca?", "¿Qué busca?"},
	} {
		if got := words.Typeset(test.tag, test.typed); got != test.want || words.Typeset(test.tag, got) != got {
			t.Errorf("%s %q: %q; want %q", test.tag, test.typed, got, test.want)
		}
	}
	if got := words.Say(in(words.French), "search.start"); !strings.HasSuffix(got, "\u202f?") {
		t.Errorf("Say does not typeset: %q", got)
	}
}

// glued finds an argument that leans on a Letter, figure or sign of another
// direction: alone in its isolate it would change places with it.
var glued = regexp.MustCompile(`[A-Za-z0-9@#/+][:@#/+]?\{\{|\}\}[:@#/+]?[A-Za-z0-9@#/+]`)

// TestArgumentsAreIsolatedByTheHouse and not by hand, but for what an argument is
// one word with.
func TestArgumentsAreIsolatedByTheHouse(t *testing.T) {
	inOne := regexp.MustCompile(`\x{2066}[^\x{2066}\x{2069}]*\x{2069}`)
	alone := regexp.MustCompile(`[\x{2066}-\x{2068}]\{\{\.[a-z_]+\}\}\x{2069}`)
	for tag := range categories {
		for key, plural := range forms(t, tag) {
			for form, text := range plural {
				if alone.MatchString(text) {
					t.Errorf("%s %s (%s): an argument is isolated by hand: %q", tag, key, form, text)
				}
				if tag == words.Arabic && glued.MatchString(inOne.ReplaceAllString(text, "")) {
					t.Errorf("%s %s (%s): what is one word with an argument stands outside its isolate: %q", tag, key, form, text)
				}
			}
		}
	}
}

func TestArabicIsWrittenInArabic(t *testing.T) {
	for key, plural := range forms(t, words.Arabic) {
		for form, text := range plural {
			bare := placeholder.ReplaceAllString(text, "")
			if strings.ContainsFunc(bare, unicode.IsLetter) && !strings.ContainsFunc(bare, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) && len(bare) > 8 {
				t.Errorf("%s (%s): %q", key, form, text)
			}
		}
	}
}
