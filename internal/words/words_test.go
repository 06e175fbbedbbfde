// SPDX-License-Identifier: Apache-2.0

package words_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"entente.example/internal/fault"
	"entente.example/internal/words"
)

func in(tag words.Tag) context.Context {
	return words.With(context.Background(), words.Reader{Tag: tag})
}

func TestEachKeyStandsInAllLanguages(t *testing.T) {
	english := keys(t, words.English)
	for _, tag := range words.Tags()[1:] {
		other := keys(t, tag)
		for _, key := range slices.Sorted(maps.Keys(english)) {
			if !other[key] {
				t.Errorf("%s lacks %q", tag, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(other)) {
			if !english[key] {
				t.Errorf("%s has %q, which English lacks", tag, key)
			}
		}
	}
}

func keys(t *testing.T, tag words.Tag) map[string]bool {
	t.Helper()
	keys, err := words.Keys(tag)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestMatchTakesTheFirstWishThatItKnows(t *testing.T) {
	for _, test := range []struct {
		name   string
		wishes []string
		want   words.Tag
	}{
		{"the member's own", []string{"ar", "fr", "es"}, words.Arabic},
		{"else the cookie's", []string{"", "fr", "es"}, words.French},
		{"else the browser's, with regions and weights", []string{"", "", "de-CH, es-MX;q=0.8, en;q=0.5"}, words.Spanish},
		{"else English", []string{"", "", "de"}, words.English},
		{"nonsense is passed over", []string{"%%%", "es"}, words.Spanish},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := words.Match(test.wishes...); got != test.want {
				t.Errorf("Match = %s; want %s", got, test.want)
			}
		})
	}
}

func TestDatesAndNumbersAreTheReadersWay(t *testing.T) {
	at := time.Date(2026, 11, 3, 22, 5, 0, 0, time.UTC)
	for tag, want := range map[words.Tag]string{
		words.English: "3 November 2026, 22:05", words.French: "3 novembre 2026 à 22:05",
		words.Spanish: "3 de noviembre de 2026, 22:05", words.Arabic: "3 نوفمبر 2026، 22:05",
	} {
		if got := words.DateTime(in(tag), at); got != want {
			t.Errorf("%s: %q; want %q", tag, got, want)
		}
	}
	if got := words.Number(in(words.English), 24771); got != "24,771" {
		t.Errorf("Number = %q", got)
	}
	if got := words.Country(in(words.French), "ES"); got != "Espagne" {
		t.Errorf("Country = %q", got)
	}
	for tag, want := range map[words.Tag]string{words.English: "35.4 MB", words.French: "35,4 Mo", words.Spanish: "35,4 MB", words.Arabic: "35.4 MB"} {
		if got := words.Bytes(in(tag), 35_400_000); got != want {
			t.Errorf("%s: Bytes = %q; want %q", tag, got, want)
		}
	}
}

func TestTimesAreInTheReadersZone(t *testing.T) {
	tokyo := time.FixedZone("Tokyo", 9*3600)
	ctx := words.With(context.Background(), words.Reader{Tag: words.English, Zone: tokyo})
	if got := words.DateTime(ctx, time.Date(2026, 12, 31, 22, 0, 0, 0, time.UTC)); got != "1 January 2027, 07:00" {
		t.Errorf("DateTime = %q", got)
	}
}

func TestShortDatesLeaveOutTheReadersYear(t *testing.T) {
	last, this := time.Date(2025, 3, 3, 22, 5, 0, 0, time.UTC), time.Date(2026, 8, 30, 22, 5, 0, 0, time.UTC)
	for tag, want := range map[words.Tag][4]string{
		words.English: {"3 Mar 2025", "3 Mar 2025", "30 Aug", "30 Aug, 22:05"},
		words.French:  {"3 mars 2025", "3 mars 2025", "30 août", "30 août à 22:05"},
		words.Spanish: {"3 mar 2025", "3 mar 2025", "30 ago", "30 ago, 22:05"},
		words.Arabic:  {"3 مارس 2025", "3 مارس 2025", "30 أغسطس", "30 أغسطس، 22:05"},
	} {
		ctx := words.With(context.Background(), words.Reader{Tag: tag, Year: 2026})
		got := [4]string{words.ShortDate(ctx, last), words.ShortTime(ctx, last), words.ShortDate(ctx, this), words.ShortTime(ctx, this)}
		if got != want {
			t.Errorf("%s: %q; want %q", tag, got, want)
		}
	}
	tokyo := words.With(context.Background(), words.Reader{Tag: words.English, Zone: time.FixedZone("Tokyo", 9*3600), Year: 2027})
	if got := words.ShortDate(tokyo, time.Date(2026, 12, 31, 22, 0, 0, 0, time.UTC)); got != "1 Jan" {
		t.Errorf("in Tokyo it is %q", got)
	}
	if got := words.ShortDate(in(words.English), this); got != "30 Aug 2026" {
		t.Errorf("to who knows no year: %q", got)
	}
}

// Isolates as they are written here.
const fsi, pdi = "\u2068", "\u2069"

func TestArgumentsKeepTheirDirection(t *testing.T) {
	for _, test := range []struct {
		name string
		tag  words.Tag
		arg  any
		want string
	}{
		{"a Latin name in Arabic", words.Arabic, "Camille Rousseau", fsi + "Camille Rousseau" + pdi},
		{"an Arabic one is at home", words.Arabic, "منى الحداد", "منى الحداد"},
		{"both in one are read by their first letter", words.Arabic, "شركة Halden", fsi + "شركة Halden" + pdi},
		{"a defanged address without a letter", words.Arabic, "192[.]0[.]2[.]1", fsi + "192[.]0[.]2[.]1" + pdi},
		{"a telephone number", words.Arabic, "+33 1 02", fsi + "+33 1 02" + pdi},
		{"figures need none", words.Arabic, 24771, "24,771"},
		{"nor does a clock", words.Arabic, "22:05", "22:05"},
		{"an Arabic name in English", words.English, "منى", fsi + "منى" + pdi},
		{"a Latin one is at home", words.English, "Inès", "Inès"},
		{"what is isolated already may lie in another", words.Arabic, "a " + fsi + "منى" + pdi, fsi + "a " + fsi + "منى" + pdi + pdi},
		{"nobody's text ends our isolate", words.Arabic, "x" + pdi + "y", fsi + "xy" + pdi},
		{"nor begins one that does not end", words.French, "é" + fsi + "منى", fsi + "éمنى" + pdi},
		{"an override of direction stays inside", words.English, "\u202egnp", fsi + "\u202egnp" + pdi},
		{"nothing is nothing", words.Arabic, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := words.Say(in(test.tag), "workspace.offer.title", "name", test.arg)
			if !strings.Contains(got, test.want) || strings.Count(got, fsi) != strings.Count(test.want, fsi) || strings.Count(got, pdi) != strings.Count(test.want, pdi) {
				t.Errorf("%q; want %q in it", got, test.want)
			}
			if plain := words.Plain(in(test.tag), "workspace.offer.title", "name", test.arg); strings.ContainsAny(plain, fsi+pdi) {
				t.Errorf("as text it has isolates: %q", plain)
			}
		})
	}
}

func TestWhatIsNotClassifiedSaysNoMore(t *testing.T) {
	got := words.Fault(in(words.English), fault.Wrap(fault.Internal, "x", context.DeadlineExceeded))
	if !strings.HasPrefix(got, "Something went wrong") || strings.Contains(got, "deadline") {
		t.Errorf("Fault = %q", got)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	for _, test := range []struct {
		tag  words.Tag
		n    int
		want string
	}{
		{words.English, 0, "0 new"}, {words.English, 1, "1 new"}, {words.English, 2_000_000, "2,000,000 new"},
		{words.Arabic, 0, "لا جديد"}, {words.Arabic, 1, "عنصر جديد واحد"}, {words.Arabic, 2, "عنصران جديدان"},
		{words.Arabic, 103, "103 عناصر جديدة"}, {words.Arabic, 11, "11 عنصرًا جديدًا"}, {words.Arabic, 100, "100 عنصر جديد"},
	} {
		if got := words.Say(in(test.tag), "ui.unread", "count", test.n); got != test.want {
			t.Errorf("%s, %d: %q; want %q", test.tag, test.n, got, test.want)
		}
	}
	for n, want := range map[int64]string{0: "one", 1: "one", 2: "other", 1_000_000: "many", 2_000_001: "other"} {
		if got := words.Category(words.French, n); got != want {
			t.Errorf("French, %d: %s; want %s", n, got, want)
		}
	}
}
